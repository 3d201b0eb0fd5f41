// Edit shadows: the private working copies of the nodes that an operation changes. Verbs read and
// write shadows only, so the second insert of a batch sees the first, and commit turns the
// difference into the redo record. A fresh node's shadow starts empty and is logged whole.
//
//   0  copy of the node, 256 bytes       256  node address u32     260  mask u32, 1 bit per word
//  264  fresh u32                        268  number of its lock u32

import { SHADOW_BYTES } from "../layout/block";
import { NODE_BYTES } from "../layout/node";
import { context, shadowsAddress } from "../sync/instance";

@inline const NODE: usize = NODE_BYTES;
@inline const MASK: usize = NODE + 4;
@inline const FRESH: usize = NODE + 8;
@inline const LOCK_NUMBER: usize = NODE + 12;

if (LOCK_NUMBER + 4 > SHADOW_BYTES) ERROR("shadow: fields do not fit");

@inline export function shadowAt(i: u32): usize {
  return shadowsAddress + <usize>i * SHADOW_BYTES;
}
@inline export function nodeOf(shadow: usize): usize {
  return <usize>load<u32>(shadow, NODE);
}
@inline export function maskOf(shadow: usize): u32 {
  return load<u32>(shadow, MASK);
}
@inline export function isFresh(shadow: usize): bool {
  return load<u32>(shadow, FRESH) != 0;
}
@inline export function lockNumber(shadow: usize): u32 {
  return load<u32>(shadow, LOCK_NUMBER);
}

/** The shadow of a node that this operation already edits, or 0; the newest are looked at first. */
export function shadowOf(node: usize): usize {
  for (let i = context().shadows; i > 0; i--) {
    const shadow = shadowAt(i - 1);
    if (nodeOf(shadow) == node) return shadow;
  }
  return 0;
}

@inline function add(node: usize, lockNumber: u32, fresh: u32): usize {
  const shadow = shadowAt(context().shadows++);
  store<u32>(shadow, <u32>node, NODE);
  store<u32>(shadow, 0, MASK);
  store<u32>(shadow, fresh, FRESH);
  store<u32>(shadow, lockNumber, LOCK_NUMBER);
  return shadow;
}
/** Opens the node under my newest lock for editing; there are as many shadows as locks. */
export function edit(node: usize): usize {
  const shadow = add(node, context().locks - 1, 0);
  memory.copy(shadow, node, NODE_BYTES);
  return shadow;
}
/** An empty working copy for a fresh node under my newest lock. */
export function create(node: usize): usize {
  const shadow = add(node, context().locks - 1, 1);
  context().created++;
  memory.fill(shadow, 0, NODE_BYTES);
  return shadow;
}

/** Reads and writes word `offset` of a working copy. */
@inline export function shadowWord(shadow: usize, offset: usize): u64 {
  return load<u64>(shadow + offset);
}
@inline export function setShadowWord(shadow: usize, offset: usize, value: u64): void {
  store<u64>(shadow + offset, value);
  store<u32>(shadow, maskOf(shadow) | ((<u32>1) << <u32>(offset >> 3)), MASK);
}
