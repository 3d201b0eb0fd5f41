// The private context of an instance: what an operation must remember between two calls of the
// core. It is memory and not wasm globals, so that a model checker can save and restore a thread.
//
//   0 generation    4 locks held    8 shadows    12 pending words    16 first note of an operation
//  20 staged from  24 staged to     28 reads     32 reads captured?  36 plan entries
//  40 climb entries   44 nodes wanted   48 leaf of the last read    52 bytes of the last value
//  56 lock word of that leaf u64    64 root and 68 depth of the layer at hand
//  72 ticket of the last commit u64
//  80 identity cell   84 is the operation recorded there?   88 number asked for u64, 0 = the next
//  96 link of the last read u64   104 where it stands    108 fresh nodes among the shadows
// 112 bytes up to here get their ticket   116 ring: where the next record may stand, 120 its end
// 124 ring: bytes free at its start    128 end of the record at hand    132 may it fit later?
// 136 has nobody drained the ring for long?    140 drains that were counted then
// 144 journal worker: number of the open segment, 148 its descriptor, 152 segment in which it last
//     tried to take a checkpoint
// 156 address of the root word of the map at hand   160 offset behind my stream chunks
// 164 frame of the last chunk    168 cell and 172 group of an offset that the next commit carries,
// 176 that offset u64   184 am I taking a checkpoint, or loading a frame? u16
// 186 what the staged bytes are u16 (layout/redo.ts)
// 188 frame that the last call could not read, 0 = none
// 192 a scan (layout/scan-state.ts)

@unmanaged export class Context {
  generation: u32;
  locks: u32;
  shadows: u32;
  words: u32;
  noteBase: u32;
  stagedFrom: u32;
  stagedTo: u32;
  reads: u32;
  capturing: u32;
  plan: u32;
  climb: u32;
  nodesWanted: u32;
  leaf: u32;
  length: u32;
  leafWord: u64;
  root: u32;
  depth: u32;
  ticket: u64;
  identity: u32;
  identified: u32;
  sequence: u64;
  link: u64;
  linkAt: u32;
  created: u32;
  stampTo: u32;
  ringFrom: u32;
  ringTo: u32;
  ringWrap: u32;
  recordEnd: u32;
  outgrown: u32;
  stalled: u32;
  stalledAt: u32;
  segment: u32;
  segmentFile: u32;
  checkpointTried: u32;
  tree: u32;
  chunkTail: u32;
  chunkFrame: u32;
  carriedCell: u32;
  carriedGroup: u32;
  carriedOffset: u64;
  checkpointing: u16;
  stagedKind: u16;
  unread: u32;
}

if (offsetof<Context>("leafWord") != 56) ERROR("context: u64 fields must be aligned");
if (offsetof<Context>("link") != 96) ERROR("context: fields moved");
if (offsetof<Context>("carriedOffset") != 176) ERROR("context: fields moved");
if (offsetof<Context>() > 192) ERROR("context: runs into the scan state");
