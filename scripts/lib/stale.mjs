// What is stale: content hashes of inputs, kept in one stamp file. Times are not compared, because
// a checkout or a copy changes them without changing anything else.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { at } from './paths.mjs';

const STAMP = at('build', '.stamp');

/** All files under a file or folder (relative to the root), sorted; missing paths give none. */
export function filesUnder(path) {
  const whole = at(path);
  if (!existsSync(whole)) return [];
  if (!statSync(whole).isDirectory()) return [path];
  const found = [];
  for (const entry of readdirSync(whole, { withFileTypes: true })) {
    if (entry.name === 'node_modules') continue;
    const inner = join(path, entry.name);
    if (entry.isDirectory()) found.push(...filesUnder(inner));
    else if (entry.isFile()) found.push(inner);
  }
  return found.toSorted();
}

/** One hash of the names and contents of everything under the given paths. */
export function hashOf(paths) {
  const hash = createHash('sha256');
  for (const file of paths.flatMap(filesUnder)) {
    const content = readFileSync(at(file));
    hash.update(`${file}\0${content.length}\0`).update(content);
  }
  return hash.digest('hex');
}

/** The stamps of the last successful run of each build step. */
export function readStamps() {
  try {
    return JSON.parse(readFileSync(STAMP, 'utf8'));
  } catch {
    // No stamp, or a damaged one, only means that everything is built again.
    return {};
  }
}

/** Records that a step's outputs belong to this hash of its inputs. */
export function writeStamp(name, hash) {
  writeFileSync(STAMP, `${JSON.stringify({ ...readStamps(), [name]: hash }, null, 2)}\n`);
}
