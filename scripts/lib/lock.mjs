// A lock between processes that set up the same clone at once. The lock is a directory that holds
// its owner's process id; it appears by one rename, so nobody ever sees it without the id.
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { at } from './paths.mjs';
import { say } from './run.mjs';

const LOCK = at('build', '.lock');
const POLL_MS = 100;

const sleep = (ms) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);

/** The process id in a lock directory, or undefined when the directory is gone. */
function ownerOf(directory) {
  try {
    return Number(readFileSync(join(directory, 'pid'), 'utf8'));
  } catch {
    return undefined;
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

function tryTake() {
  const mine = `${LOCK}.${process.pid}`;
  rmSync(mine, { recursive: true, force: true });
  mkdirSync(mine, { recursive: true });
  writeFileSync(join(mine, 'pid'), String(process.pid));
  try {
    // Renaming onto a directory that is not empty fails: exactly one process succeeds.
    renameSync(mine, LOCK);
    return true;
  } catch {
    rmSync(mine, { recursive: true, force: true });
    return false;
  }
}

/** Moves a dead owner's lock away. If another process was faster, its lock is put back. */
function removeDead(pid) {
  const aside = `${LOCK}.dead.${process.pid}`;
  try {
    renameSync(LOCK, aside);
  } catch {
    return;
  }
  if (ownerOf(aside) !== pid) renameSync(aside, LOCK);
  rmSync(aside, { recursive: true, force: true });
}

/** Runs fn while holding the lock; waits for a living owner, takes over from a dead one. */
export async function withLock(fn) {
  for (let told = false; !tryTake(); ) {
    const owner = ownerOf(LOCK);
    if (owner === undefined) continue;
    if (!isAlive(owner)) {
      removeDead(owner);
      continue;
    }
    if (!told) say(`waiting for process ${owner}, which is setting up this clone`);
    told = true;
    sleep(POLL_MS);
  }
  try {
    return await fn();
  } finally {
    rmSync(LOCK, { recursive: true, force: true });
  }
}
