// Files that are kept between runs, by names that say what their content depends on.

import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from './builds.js';

/** The file of this name, made when it is missing. Several processes may ask at once. */
export function cached(name: string, make: () => Uint8Array): Uint8Array {
  const folder = join(repositoryRoot(), 'build', 'mc-cache');
  const file = join(folder, name);
  if (existsSync(file)) return readFileSync(file);
  const made = make();
  mkdirSync(folder, { recursive: true });
  // Written under another name first: two processes may build the same entry.
  writeFileSync(`${file}.${process.pid}`, made);
  renameSync(`${file}.${process.pid}`, file);
  return made;
}
