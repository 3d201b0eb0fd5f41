// Compiles fixtures/redo-pair.ts with the flags of the core and instantiates it.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { ROOT } from '../peers.js';

const ENTRY = 'bench/micro/fixtures/redo-pair.ts';

/** The flags of scripts/lib/build-core.mjs. */
const FLAGS = [
  '-O3', '--noAssert', '--runtime', 'stub', '--importMemory', '--sharedMemory',
  '--initialMemory', '1', '--maximumMemory', '65536', '--enable', 'threads', '--enable', 'simd',
  '--enable', 'bulk-memory', '--use', 'abort=',
  '--transform', join(ROOT, 'scripts', 'lib', 'fences.mjs'),
];

/** Pages of the region that the fixture formats. */
const PAGES = 1024;

/** Runs one operation n times over the leaves in turn. */
export type Loop =
  'loopInsertByShadow' | 'loopInsertByHand' | 'loopReplaceByShadow' | 'loopReplaceByHand' |
  'loopLockAlone';

export type Pair = Readonly<Record<Loop, (first: number, leaves: number, n: number) => void>> & {
  setup(leaves: number): number;
};

/** @throws Error with the compiler's messages. */
export async function compilePair(): Promise<Pair> {
  const { default: asc } = await import('assemblyscript/asc');
  const folder = await mkdtemp(join(ROOT, 'build', 'edit-shadow-'));
  try {
    const outFile = join(folder, 'pair.wasm');
    const stderr = asc.createMemoryStream();
    const target = relative(ROOT, outFile).split(sep).join('/');
    const { error } = await asc.main(
      [ENTRY, '--baseDir', ROOT, '--outFile', target, ...FLAGS], { stderr },
    );
    if (error !== null) throw new Error(`${error.message}\n${stderr.toString()}`);
    const memory = new WebAssembly.Memory({ initial: PAGES, maximum: PAGES, shared: true });
    const { instance } = await WebAssembly.instantiate(await readFile(outFile),
      { env: { memory, wait: () => 2, notify: () => 0 } });
    return instance.exports as unknown as Pair;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
