// Stream nodes in use and free. The free ones form a list under the allocator's lock, which comes
// after the tree's nodes and before partitions and cells. A node from the list may still be locked
// for a moment by somebody who remembers its former life: such a one looks at the id first, and
// waits for nothing while it holds the node.

import { STREAM_NODE_ID, STREAM_NODE_NEXT } from "../layout/stream-node";
import { SMO } from "../layout/lock-word";
import { STREAM_ID, STREAM_NODES } from "../layout/superblock";
import { highOf, lowOf, pair } from "../layout/tables";
import { takeNode } from "../alloc/magazine";
import { hasRoomForLock, lock } from "../mtx/locks";
import { create } from "../mtx/shadow";
import { readWord, writeWord } from "../mtx/words";

/** Within an operation under the allocator's lock: an id that was never used. */
export function newId(): u32 {
  const id = readWord(STREAM_ID) + 1;
  writeWord(STREAM_ID, id);
  return <u32>id;
}
/**
 * Within an operation under the allocator's lock: an empty stream node, locked, as a shadow. 0: no
 * node or no lock at hand, the caller abandons.
 */
export function takeStreamNode(): usize {
  const list = readWord(STREAM_NODES);
  const node = <usize>lowOf(list);
  if (node == 0) return takeNode();
  if (!hasRoomForLock()) return 0;
  lock(node, SMO);
  writeWord(STREAM_NODES, pair(lowOf(readWord(node + STREAM_NODE_NEXT)), highOf(list) - 1));
  return create(node);
}
/** Within an operation under the allocator's lock that holds the node: it is free from now on. */
export function freeStreamNode(node: usize): void {
  const list = readWord(STREAM_NODES);
  writeWord(node + STREAM_NODE_ID, 0);
  writeWord(node + STREAM_NODE_NEXT, lowOf(list));
  writeWord(STREAM_NODES, pair(<u32>node, highOf(list) + 1));
}
/** Whether the node that this operation holds still belongs to the stream or group. */
@inline export function belongsTo(node: usize, id: u32): bool {
  return lowOf(readWord(node + STREAM_NODE_ID)) == id;
}
