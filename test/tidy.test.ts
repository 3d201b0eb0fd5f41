/**
 * Style is a test: what the house rules ask for and a program can see.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { medianLines, RULES } from './tidy/rules.js';
import { sourceFiles } from './tidy/source-files.js';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const MAX_MEDIAN_LINES = 200;

const files = sourceFiles(ROOT);

describe('the source files', () => {
  test.each(Object.entries(RULES))('%s', (_, rule) => {
    expect(files.flatMap((file) => rule(file).map((what) => `${file.path}:${what}`))).toEqual([]);
  });

  test('half of the shipped files have at most 200 lines', () => {
    expect(medianLines(files)).toBeLessThanOrEqual(MAX_MEDIAN_LINES);
  });

  test('the lock files name packages and hashes, no servers', () => {
    for (const lock of ['package-lock.json', 'bench/package-lock.json']) {
      expect(readFileSync(join(ROOT, lock), 'utf8')).not.toContain('"resolved"');
    }
  });
});

describe('each rule notices what it is for', () => {
  const long = (lines: number): string => `function f() {\n${'  f();\n'.repeat(lines)}}\n`;

  test.each([
    ['fileLength', 'src/a.ts', 'f();\n'.repeat(801)],
    ['lineLength', 'src/a.ts', 'x'.repeat(101)],
    ['ascii', 'src/a.ts', '// \u00e9'],
    ['unfinished', 'src/a.ts', `// ${'TO'}DO`],
    ['silenced', 'src/a.ts', `// ${'@ts'}-ignore`],
    ['rawAccess', 'assembly/tree/get.ts', 'load<u32>(p);'],
    ['rawAccess', 'assembly/index.ts', 'v128.load(p);'],
    ['atomicAccess', 'assembly/mtx/commit.ts', 'atomic.load<u32>(p);'],
    ['machinePath', 'docs/a.md', `see ${'/ho'}me/user/file`],
    ['layering', 'assembly/sync/a.ts', 'import { x } from "../mtx/b";'],
    ['layering', 'assembly/tree/a.ts', 'import { x } from "../index";'],
    ['layering', 'assembly/tree/a.ts', 'import { x } from "../../src/core";'],
    ['examplesUsePublicApi', 'examples/a/b.ts', "import { x } from '../../src/core.js';"],
    ['testsExpect', 'test/a.test.ts', "test('a', () => {});"],
    ['functionsAndTypes', 'src/a.ts', long(70)],
    ['functionsAndTypes', 'assembly/tree/a.ts', `@inline export ${long(70)}`],
    ['functionsAndTypes', 'src/a.ts', 'let x: any;'],
  ])('%s in %s', (rule, path, text) => {
    expect(RULES[rule]({ path, text })).not.toEqual([]);
  });

  test.each([
    ['rawAccess', 'assembly/mtx/a.ts', 'load<u32>(p);'],
    ['atomicAccess', 'assembly/sync/a.ts', 'atomic.load<u32>(p);'],
    ['layering', 'assembly/tree/a.ts', 'import { x } from "../layout/node";'],
    ['machinePath', 'docs/a.md', 'see src/home/file and https://example.org/work/a'],
    ['functionsAndTypes', 'src/a.ts', long(68)],
    ['functionsAndTypes', 'test/a.ts', `describe('a', () => {\n${'f();\n'.repeat(99)}});`],
  ])('%s accepts its opposite in %s', (rule, path, text) => {
    expect(RULES[rule]({ path, text })).toEqual([]);
  });

  test('an empty folder has nothing to complain about', () => {
    const empty = mkdtempSync(join(tmpdir(), 'millrace-tidy-'));
    try {
      expect(sourceFiles(empty)).toEqual([]);
      expect(medianLines([])).toBe(0);
    } finally {
      rmSync(empty, { recursive: true });
    }
  });
});

describe('tools', () => {
  const node = (script: string, ...args: string[]): string => {
    try {
      execFileSync(process.execPath, [join(ROOT, 'node_modules', script), ...args], { cwd: ROOT });
      return '';
    } catch (error) {
      return String((error as { stdout?: unknown }).stdout ?? error);
    }
  };

  test('the types check', () => {
    expect(node('typescript/bin/tsc', '--noEmit')).toBe('');
  });

  test('the linter finds nothing', () => {
    expect(node('oxlint/bin/oxlint', '--deny-warnings')).toBe('');
  });
});
