// A cell: what one group knows about one partition. Offset and lease change under the cell's lock.
//
//    8  group id u32 | partition number u32     16  next cell of the partition u32
//   24  committed offset u64: the next message to deliver
//   32  lease u64: who reads the partition for the group (layout/stream-node.ts), 0 = nobody
//   40  partition node u32 | stream id u32     48  member node u32

@inline export const CELL_ID: usize = 8;
@inline export const CELL_NEXT: usize = 16;
@inline export const CELL_OFFSET: usize = 24;
@inline export const CELL_LEASE: usize = 32;
@inline export const CELL_PARTITION: usize = 40;
@inline export const CELL_MEMBERS: usize = 48;
