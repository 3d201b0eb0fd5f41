// docs/weak-memory.md argues for every fence and for every function that looks at shared nodes by
// plain loads: all of them, and none that does not exist.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import binaryen from 'binaryen';
import { describe, expect, test } from 'vitest';
import { CORE_FENCES } from '../../src/core-wasm.js';
import { withoutFences } from '../../src/fences.js';
import { isCore, sourceFiles } from '../tidy/source-files.js';

const ROOT = dirname(createRequire(import.meta.url).resolve('millrace/package.json'));
const document = readFileSync(join(ROOT, 'docs', 'weak-memory.md'), 'utf8');
const core = new Uint8Array(readFileSync(join(ROOT, 'build', 'core.wasm')));

/** The build's own look at a binary; its scripts have no types. */
const { fencesIn } = await import(
  pathToFileURL(join(ROOT, 'scripts', 'lib', 'fences.mjs')).href,
) as { fencesIn: (bytes: Buffer, expected: number) => number[] };

/** What loads keys, kinds and lowkeys of a node plainly. */
const PLAIN_LOADS =
  /\b(?:kindOf|lowkeyOf|slotsEqual|slotsAbove|matchingSlot|slotFor|childFor|covers)\(/;

/** The first cells of each row of the table between two comments. */
function rowsOf(name: string, cells: number): string[] {
  const [, behind = ''] = document.split(`<!-- ${name} -->`);
  const [table] = behind.split('<!-- end -->');
  return table.split('\n').filter((line) => line.startsWith('| ')).slice(2)
    .map((line) => line.split(' | ').slice(0, cells).join(' ').slice(2).replace(/ \|$/, ''))
    .sort();
}

interface CoreFunction {
  readonly file: string;
  readonly name: string;
  readonly body: string;
}

function coreFunctions(): CoreFunction[] {
  return sourceFiles(ROOT).filter(isCore).flatMap(({ path, text }) =>
    [...text.matchAll(/^(?:@inline )?(?:export )?function (\w+)(\([\s\S]*?^\})/gm)]
      .map(([, name, body]) => ({ file: path.replace('assembly/', ''), name, body })));
}

/** How many fences each function of the built core has. */
function compiledFences(): string[] {
  const module = binaryen.readBinary(
    new Uint8Array(readFileSync(join(ROOT, 'build', 'core.debug.wasm'))));
  const functions = module.emitText().split(/^ \(func /m).slice(1);
  module.dispose();
  return functions.flatMap((text) => {
    const [, name = ''] = /^\$assembly\/(\S+)/.exec(text) ?? [];
    const count = text.split('(atomic.fence').length - 1;
    return count === 0 ? [] : [`${name} ${count}`];
  }).sort();
}

describe('docs/weak-memory.md', () => {
  test('names every fence of the sources', () => {
    const found = coreFunctions().flatMap(({ file, name, body }) =>
      [...body.matchAll(/\b(acquireFence|releaseFence)\(\);/g)]
        .map(([, kind]) => `${file} ${name} ${kind}`));
    expect(rowsOf('fences', 3)).toEqual(found.sort());
  });

  test('names every function that looks at nodes by plain loads', () => {
    const found = coreFunctions().filter(({ body }) => PLAIN_LOADS.test(body))
      .map(({ file, name }) => `${file} ${name}`);
    expect(rowsOf('plain', 2)).toEqual(found.sort());
  });

  test('names every fence of the built core', () => {
    expect(rowsOf('compiled', 2)).toEqual(compiledFences());
  });
});

describe('the fences of the core', () => {
  test('stand where the package takes them out', () => {
    expect(fencesIn(Buffer.from(core), CORE_FENCES.length)).toEqual(CORE_FENCES);
  });

  test('are all that differs on x86', () => {
    const bare = withoutFences(core, CORE_FENCES);
    expect(() => fencesIn(Buffer.from(bare), 0)).not.toThrow();
    expect(WebAssembly.validate(bare)).toBe(true);
    const changed = [...bare.keys()].filter((i) => bare[i] !== core[i]);
    expect(changed).toEqual(CORE_FENCES.flatMap((at) => [at, at + 1, at + 2]));
  });

  test('are missed when one is gone', () => {
    const one = withoutFences(core, CORE_FENCES.slice(0, 1));
    expect(() => fencesIn(Buffer.from(one), CORE_FENCES.length)).toThrow('should have');
    expect(() => withoutFences(one, CORE_FENCES)).toThrow('no fence at offset');
  });
});
