// A partition as it was at one moment: copied under a lock word that is free before and the same
// after. The words of an append become visible one by one, but only while its maker holds the lock,
// so no copy ever has some of them; a dead maker's append is finished, or dropped, on the way.

import { NODE_BYTES } from "../layout/node";
import { awaitFree } from "../mtx/recovery";
import { acquire64 } from "../sync/shared";

export function copyPartition(to: usize, node: usize): void {
  while (true) {
    const word = awaitFree(node);
    memory.copy(to, node, NODE_BYTES);
    if (acquire64(node) == word) return;
  }
}
