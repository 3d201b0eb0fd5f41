// A partition as it was at one moment: copied under a lock word that is free before and the same
// after. The words of an append become visible one by one, but only while its maker holds the lock,
// so no copy ever has some of them; a dead maker's append is finished, or dropped, on the way.

import {
  EXTENTS, EXTENT_BYTES, PARTITION_EXTENTS, PARTITION_ID, PARTITION_USED,
} from "../layout/partition";
import { lowOf } from "../layout/tables";
import { awaitFree } from "../mtx/recovery";
import { readWord } from "../mtx/words";
import { copyWords } from "../sync/node-reads";
import { acquire64 } from "../sync/shared";

/** Copies the header and the extents in use. */
export function copyPartition(to: usize, node: usize): void {
  while (true) {
    const word = awaitFree(node);
    copyWords(to + PARTITION_ID, node + PARTITION_ID, PARTITION_EXTENTS - PARTITION_ID);
    const used = min<u32>(lowOf(readWord(to + PARTITION_USED)), EXTENTS);
    const bytes = <usize>used * EXTENT_BYTES;
    copyWords(to + PARTITION_EXTENTS, node + PARTITION_EXTENTS, bytes);
    if (acquire64(node) == word) return;
  }
}
