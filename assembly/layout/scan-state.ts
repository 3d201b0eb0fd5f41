// Where a scan stands, in the second half of the context: a layer (root, depth), the slice and rank
// at which it goes on, and what the call asked for.
//
//   0 slice u64    8 root u32   12 depth   16 rank   20 on the path to the start key?
//  24 flags       28 start bytes    32 end bytes    36 entries wanted    40 entries found
//  44 sum of bytes that were touched early

@inline export const SCAN_OFFSET: usize = 192;

@unmanaged export class ScanState {
  slice: u64;
  root: u32;
  depth: u32;
  rank: u32;
  onPath: u32;
  flags: u32;
  startBytes: u32;
  endBytes: u32;
  wanted: u32;
  found: u32;
  touched: u32;
}
