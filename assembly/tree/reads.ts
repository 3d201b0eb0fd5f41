// The read set of a transaction: every leaf that it looked at, with the version it saw. A leaf's
// version changes with every insertion, removal and split, so keys that were not there and empty
// ranges are covered too. Validation follows Silo (Tu et al., SOSP 2013): after all write locks.

import {
  READ_CACHE, READ_ENTRY, readCacheOffset, readCap, readsOffset,
} from "../layout/block";
import { isFree, versionOf } from "../layout/lock-word";
import { NODE_BYTES } from "../layout/node";
import { ReadEntry, ReadHint } from "../layout/plan";
import { isMine } from "../mtx/locks";
import { awaitFree } from "../mtx/recovery";
import { context, myBlock } from "../sync/instance";
import { lockWord } from "../sync/node-reads";

@inline function entryAt(i: u32): ReadEntry {
  return changetype<ReadEntry>(myBlock + readsOffset() + <usize>i * READ_ENTRY);
}
@inline function hintFor(leaf: usize): ReadHint {
  const i = <u32>(leaf / NODE_BYTES) & (READ_CACHE - 1);
  return changetype<ReadHint>(myBlock + readCacheOffset() + (<usize>i << 2));
}
/** From now on, until stopped, reads of this instance are remembered. */
export function startCapture(): void {
  context().reads = 0;
  context().capturing = 1;
  memory.fill(myBlock + readCacheOffset(), 0, <usize>READ_CACHE << 2);
}
export function stopCapture(): void {
  context().capturing = 0;
}
/** Remembers a validated look at a leaf. One entry beyond the cap says "too many". */
@inline export function capture(leaf: usize, word: u64): void {
  if (context().capturing) remember(leaf, word);
}
function remember(leaf: usize, word: u64): void {
  const n = context().reads;
  const hint = hintFor(leaf);
  if (hint.entry != 0) {
    const known = entryAt(hint.entry - 1);
    if (<usize>known.leaf == leaf && known.word == word) return;
  }
  if (n < readCap()) {
    entryAt(n).leaf = <u32>leaf;
    entryAt(n).word = word;
    hint.entry = n + 1;
  }
  context().reads = min<u32>(n + 1, readCap() + 1);
}
@inline export function readSetIsFull(): bool {
  return context().reads > readCap();
}
/** Whether a leaf was read that I do not hold. */
export function readsElsewhere(): bool {
  for (let i: u32 = 0, n = context().reads; i < n; i++) {
    if (!isMine(<usize>entryAt(i).leaf)) return true;
  }
  return false;
}
/**
 * Whether every leaf still has the version that was read and nobody else holds it. My own locks do
 * not count: they change versions only at their release.
 */
export function readsAreValid(): bool {
  for (let i: u32 = 0, n = context().reads; i < n; i++) {
    const entry = entryAt(i);
    const now = lockWord(<usize>entry.leaf);
    if (versionOf(now) != versionOf(entry.word)) return false;
    if (!isFree(now) && !isMine(<usize>entry.leaf)) return false;
  }
  return true;
}
/**
 * After a conflict, and without locks: waits until nobody holds a leaf that was read. Otherwise one
 * writer that stands still before its release could defeat any number of attempts in a row.
 */
export function awaitHolders(): void {
  for (let i: u32 = 0, n = min<u32>(context().reads, readCap()); i < n; i++) {
    awaitFree(<usize>entryAt(i).leaf);
  }
}
