// The private context of an instance: what an operation must remember between two calls of the
// core. It is memory and not wasm globals, so that a model checker can save and restore a thread.
//
//   0 generation    4 locks held    8 shadows    12 pending words    16 first note of an operation
//  20 staged from  24 staged to     28 reads     32 reads captured?  36 plan entries
//  40 climb entries   44 nodes wanted   48 leaf of the last read    52 bytes of the last value
//  56 lock word of that leaf u64    64 version of the last record u64
//  72 ticket of the last commit u64

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
  recordVersion: u64;
  ticket: u64;
}

if (offsetof<Context>("leafWord") != 56) ERROR("context: u64 fields must be aligned");
if (offsetof<Context>() > 256) ERROR("context: does not fit its part of the block");
