// What README.md says is run: its programs, its commands, its table of errors, its links.

import { spawnSync } from 'node:child_process';
import {
  existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { ERROR_CODES } from '../../src/errors.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');

/** Programs with what they print. */
const programs = Array.from(
  readme.matchAll(/```js\n(.*?)```\n```text\n(.*?)```/gs),
  ([, source, output]) => ({ source, output }),
);

/** Runs a program from inside the package, so that it finds the package by its name. */
function run(source: string): string {
  const folder = mkdtempSync(join(ROOT, 'build', 'readme-'));
  try {
    const file = join(folder, 'program.mjs');
    writeFileSync(file, source);
    const { stdout, stderr } = spawnSync(process.execPath, [file], {
      encoding: 'utf8', timeout: 60_000,
    });
    return stdout + stderr;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe('README.md', () => {
  test('has an output for every program', () => {
    expect(programs.length).toBeGreaterThanOrEqual(2);
    expect(readme.split('```js\n').length - 1).toBe(programs.length);
  });

  test.each(programs.map((program, i) => ({ ...program, number: i + 1 })))(
    'program $number prints what stands behind it', ({ source, output }) => {
      expect(run(source)).toBe(output);
    },
  );

  test('lists every error code with its sentence', () => {
    const [, errors] = readme.split('## Errors');
    const rows = [...errors.matchAll(/^\| `(\w+)` \| (.*) \|$/gm)];
    expect(Object.fromEntries(rows.map(([, code, text]) => [code, text]))).toEqual(ERROR_CODES);
  });

  test('names only commands that package.json has', () => {
    const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
      scripts: Record<string, string>;
    };
    const names = [...readme.matchAll(/npm (?:run )?(start|test|[\w:]+)(?=[`\s])/g)]
      .map(([, name]) => name).filter((name) => name !== 'pack');
    expect(names.length).toBeGreaterThan(5);
    expect(Object.keys(scripts)).toEqual(expect.arrayContaining(names));
  });

  test.each(['README.md', 'docs/ARCHITECTURE.md', 'docs/format.md', 'docs/protocol.md'])(
    'links of %s lead somewhere', (path) => {
      const text = readFileSync(join(ROOT, path), 'utf8');
      const links = Array.from(text.matchAll(/\]\((?!https?:)([^)#]+)/g), ([, to]) => to);
      expect(links.filter((to) => !existsSync(join(ROOT, path, '..', to)))).toEqual([]);
      expect(links.length).toBeGreaterThan(0);
    },
  );

  test('ARCHITECTURE.md is short, names files that exist, and lists all decisions', () => {
    const text = readFileSync(join(ROOT, 'docs', 'ARCHITECTURE.md'), 'utf8');
    expect(text.split('\n').length).toBeLessThanOrEqual(400);
    for (const record of readdirSync(join(ROOT, 'docs', 'decisions'))) {
      expect(text).toContain(`](decisions/${record})`);
    }
    const names = text.matchAll(/`((?:assembly|src|test|examples|docs)\/[\w./-]+)`/g);
    const files = Array.from(names, ([, file]) => file);
    expect(files.length).toBeGreaterThan(20);
    expect(files.filter((file) => !existsSync(join(ROOT, file)))).toEqual([]);
  });
});
