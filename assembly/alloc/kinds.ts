// Kinds of units, changed under the allocator's lock by the operation that allocates.

import { superblock } from "../layout/superblock";
import { writeByte } from "../mtx/words";

/** Within an operation that has allocated the extent: says what it is for. */
export function setKind(extent: usize, order: u32, kind: u32): void {
  const first = <u32>(extent - superblock().heap) >> superblock().unitShift;
  for (let i: u32 = 0, n: u32 = 1 << order; i < n; i++) {
    writeByte(<usize>superblock().unitKinds + first + i, kind);
  }
}
