// Where the wasm under test comes from: the built core, or a source file compiled on demand, from
// the repository or from a patched copy of it.

import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A finished wasm on disk, with names and, beside it, its source map. */
export interface Build {
  readonly wasmFile: string;
  readonly mapFile: string;
  /** Where its sources are. */
  readonly folder: string;
}

const CORE = 'core';
const CORE_ENTRY = 'assembly/index.ts';
const CORE_SOURCES = 'assembly';

/** The flags of scripts/lib/build-core.mjs, but for the level of optimisation. */
const ASC_FLAGS: readonly string[] = [
  '--noAssert', '--runtime', 'stub', '--debug', '--sourceMap',
  '--importMemory', '--sharedMemory', '--initialMemory', '1', '--maximumMemory', '65536',
  '--enable', 'threads', '--enable', 'simd', '--enable', 'bulk-memory', '--use', 'abort=',
];

/**
 * Where data segments begin: above the region of the toy, the only build that has any. The
 * optimiser puts them there by itself.
 */
const DATA_AT: Readonly<Record<Level, readonly string[]>> = {
  '-O3': [], '-O0': ['--memoryBase', '1024'],
};

/** The pass that puts fences where the sources call for them. */
const FENCE_PASS = 'scripts/lib/fences.mjs';

/** The nearest folder above this file that holds a package.json. */
export function repositoryRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json'))) {
    const parent = dirname(folder);
    if (parent === folder) throw new Error('no package.json above the model checker');
    folder = parent;
  }
  return folder;
}

/** Folders (relative to the root) that a build reads. */
export function sourceFolders(build: string): string[] {
  if (build === CORE) return [CORE_SOURCES];
  return [CORE_SOURCES, dirname(build)];
}

/** The build of a scenario: the shipped code for 'core', else compiled from its entry file. */
export async function findBuild(build: string): Promise<Build> {
  const root = repositoryRoot();
  if (build !== CORE) return compile(build, root);
  const wasmFile = join(root, 'build', 'core.debug.wasm');
  if (!existsSync(wasmFile)) throw new Error('build/core.debug.wasm is missing: npm run build');
  return { wasmFile, mapFile: `${wasmFile}.map`, folder: root };
}

/** As shipped, or as the compiler writes it down, for `Template`. */
export type Level = '-O3' | '-O0';

/**
 * Compiles the entry file of a build below `baseFolder`. The result is kept by the content of all
 * sources. Throws an Error with the compiler's messages.
 */
export async function compile(
  build: string, baseFolder: string, level: Level = '-O3',
): Promise<Build> {
  const entry = build === CORE ? CORE_ENTRY : build;
  const what = [entry, level, ...DATA_AT[level], ...ASC_FLAGS].join(' ');
  const key = sourceHash(sourceFolders(build), baseFolder, what);
  const folder = join(repositoryRoot(), 'build', 'mc-cache');
  const wasmFile = join(folder, `${key}.source.wasm`);
  const mapFile = `${wasmFile}.map`;
  const found = { wasmFile, mapFile, folder: baseFolder };
  if (existsSync(wasmFile)) return found;
  mkdirSync(folder, { recursive: true });
  const own = join(folder, `${key}.${process.pid}.wasm`);
  await runCompiler(entry, baseFolder, own, level);
  renameSync(`${own}.map`, mapFile);
  renameSync(own, wasmFile);
  return found;
}

async function runCompiler(
  entry: string, baseFolder: string, outFile: string, level: Level,
): Promise<void> {
  const { default: asc } = await import('assemblyscript/asc');
  const stderr = asc.createMemoryStream();
  const target = relative(baseFolder, outFile).split(sep).join('/');
  const { error } = await asc.main(
    [entry, '--baseDir', baseFolder, '--outFile', target, level, ...DATA_AT[level], ...ASC_FLAGS,
      '--transform', join(repositoryRoot(), FENCE_PASS)], { stderr },
  );
  if (error !== null) throw new Error(`${entry}: ${error.message}\n${stderr.toString()}`);
}

function sourceHash(folders: readonly string[], baseFolder: string, what: string): string {
  const hash = createHash('sha256').update(what);
  hash.update(readFileSync(join(repositoryRoot(), FENCE_PASS)));
  for (const folder of folders) {
    if (!existsSync(join(baseFolder, folder))) continue;
    const names = readdirSync(join(baseFolder, folder), { recursive: true, encoding: 'utf8' });
    for (const name of names.filter((file) => file.endsWith('.ts')).sort()) {
      hash.update(`\0${folder}/${name}\0`).update(readFileSync(join(baseFolder, folder, name)));
    }
  }
  return hash.digest('hex').slice(0, 32);
}
