/**
 * Directories for the stores of tests, stores that are closed after each test, and faults.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { open } from 'millrace';
import type { OpenOptions, Store } from 'millrace';
import { afterEach } from 'vitest';
import { Faults } from './faults.js';

const ROOT = dirname(createRequire(import.meta.url).resolve('millrace/package.json'));

/** The compiled file of this folder with that name. */
export function compiled(name: string): URL {
  return pathToFileURL(join(ROOT, 'build', 'js', 'test', 'files', `${name}.js`));
}

export const MIB = 1024 * 1024;

/** A region in which everything happens soon. */
export const SMALL = { maxMemory: 4 * MIB, slots: 8 } as const;

const directories: string[] = [];
const stores: Store<unknown, unknown>[] = [];

afterEach(async () => {
  await Promise.allSettled(stores.splice(0).map((store) => store.close()));
  for (const directory of directories.splice(0)) rmSync(directory, { recursive: true });
});

/** A new directory, which is removed after the test. */
export function newDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'millrace-files-'));
  directories.push(directory);
  return directory;
}

/** Opens a store that is closed after the test, if the test does not do it. */
export async function opened<K = string, V = unknown>(
  directory: string, options: OpenOptions<K, V> = SMALL,
): Promise<Store<K, V>> {
  const store = await open<K, V>(directory, options);
  stores.push(store as unknown as Store<unknown, unknown>);
  return store;
}

/** Options under which files fail as the plan says. */
export function withFaults(faults: Faults) {
  return { ...SMALL, wasi: { module: compiled('faults').href, data: faults.memory } } as const;
}

/** Changes bytes of a file. */
export function damage(file: string, change: (bytes: Buffer) => Buffer | void): void {
  const bytes = readFileSync(file);
  writeFileSync(file, change(bytes) ?? bytes);
}

export function entriesOf<K, V>(store: Store<K, V>): [K, V][] {
  return [...store.entries()];
}
