// The superblock: the first 1024 bytes of the region. Sizes are chosen once, by format, and read
// by every instance when it attaches; the words below the sizes change while the store runs.
//
//    0  magic "MILLRACE"     8  format version   12  layout fingerprint
//   16  store id            24  region size in KiB
//   28  slots    32  node width    36  frame shift    40  ring bytes    44  lock notes
//   48  run nodes    52  key bytes    56  output bytes   60  spins    64  unit shift
//   68  buddy units (power of two)    72  frame ids    76  identities
//   80  slot table   84  identity table   88  frame table   92  buddy tree   96  heap start
//  100  slot block bytes   104 unit kinds
//  108  journal: 0 none, 1 files   112 linger, ms   116 segment KiB
//  120  journal buffers            124 bytes of each of the two
//  128  epoch (own line)
//  192  allocator: lock word    200 root node of the map    208 free units of the heap
//  216  root node of the system map    224 last id of a stream or group u64
//  232  free stream nodes: first u32 | how many u32
//  256  serial lock word (own line)
//  320  cleaner lease (own line)
//  384  journal lease u64   392 flushed u64: epoch * 2 + place   400 synced epoch u64
//  408  poison u32   412 first segment of the image u32   416 epoch of the last synced block
//  424  checkpoint lease u64   432 flushed epoch of the image u64   440 that of the table u64
//  448  two places, 32 bytes each, for what belongs to flushed (see layout/journal.ts)
//  512  flush wanted u64    520 sync wanted u64    528 round wanted u32
//  576  flush bell u32      580 flush signal u32   584 drained u32
//  640  life u32            644 journal stop u32
//  648  failure: errno u32  652 what u32  656 file u32  660 number u32  664 offset u64
//  672  checkpoints taken u32   676 sync doubt u32   680 greatest ticket of earlier lives u64
//  688  offset in that first segment u32   692 KiB of journal between two checkpoints u32
//  696  failure of the last checkpoint, as at 648
//  720  compactions wanted u32   724 done u32
//  728  random number of this region in memory u64, written by the host
//  832  cold frames: one that somebody waits for u32   836 how many are left u32
//  840  counts frames that were loaded, or found damaged u32   844 how many there were at first u32
//  848  pages that an open has loaded u32   852 how many it is going to load u32

@unmanaged export class Superblock {
  magic: u64;
  formatVersion: u32;
  fingerprint: u32;
  storeId: u64;
  kib: u32;
  slots: u32;
  width: u32;
  frameShift: u32;
  ringBytes: u32;
  locks: u32;
  runNodes: u32;
  keyBytes: u32;
  outputBytes: u32;
  spins: u32;
  unitShift: u32;
  units: u32;
  frames: u32;
  identities: u32;
  slotTable: u32;
  identityTable: u32;
  frameTable: u32;
  buddyTree: u32;
  heap: u32;
  blockBytes: u32;
  unitKinds: u32;
  journal: u32;
  lingerMs: u32;
  segmentKib: u32;
  journalBuffer: u32;
  journalBufferBytes: u32;
}

@inline export const MAGIC: u64 = 0x454341524c4c494d; // "MILLRACE", little-endian
@inline export const FORMAT_VERSION: u32 = 2;

@inline export const EPOCH: usize = 128;
@inline export const ALLOCATOR_LOCK: usize = 192;
@inline export const ROOT: usize = 200;
@inline export const FREE_UNITS: usize = 208;
@inline export const SYSTEM_ROOT: usize = 216;
@inline export const STREAM_ID: usize = 224;
@inline export const STREAM_NODES: usize = 232;
@inline export const SERIAL_LOCK: usize = 256;
@inline export const CLEANER_LEASE: usize = 320;
@inline export const JOURNAL_LEASE: usize = 384;
@inline export const FLUSHED: usize = 392;
@inline export const SYNCED: usize = 400;
@inline export const POISON: usize = 408;
@inline export const IMAGE_SEGMENT: usize = 412;
@inline export const SYNCED_BLOCK: usize = 416;
@inline export const CHECKPOINT_LEASE: usize = 424;
@inline export const IMAGE_FLUSHED: usize = 432;
@inline export const TABLE_FLUSHED: usize = 440;
@inline export const FLUSHED_PLACES: usize = 448;
@inline export const FLUSH_WANTED: usize = 512;
@inline export const SYNC_WANTED: usize = 520;
@inline export const ROUND_WANTED: usize = 528;
@inline export const FLUSH_BELL: usize = 576;
@inline export const FLUSH_SIGNAL: usize = 580;
@inline export const DRAINED: usize = 584;
@inline export const LIFE: usize = 640;
@inline export const JOURNAL_STOP: usize = 644;
@inline export const FAILURE_ERRNO: usize = 648;
@inline export const FAILURE_WHAT: usize = 652;
@inline export const FAILURE_FILE: usize = 656;
@inline export const FAILURE_NUMBER: usize = 660;
@inline export const FAILURE_OFFSET: usize = 664;
@inline export const CHECKPOINTS: usize = 672;
@inline export const SYNC_DOUBT: usize = 676;
@inline export const OLD_TICKETS: usize = 680;
@inline export const IMAGE_OFFSET: usize = 688;
@inline export const CHECKPOINT_KIB: usize = 692;
/** As from FAILURE_ERRNO on. */
@inline export const CHECKPOINT_FAILURE: usize = 696;
@inline export const COMPACT_WANTED: usize = 720;
@inline export const COMPACT_DONE: usize = 724;
@inline export const REGION_ID: usize = 728;
@inline export const COLD_WANTED: usize = 832;
@inline export const COLD_LEFT: usize = 836;
@inline export const COLD_DONE: usize = 840;
@inline export const COLD_FRAMES: usize = 844;
@inline export const PAGES_LOADED: usize = 848;
@inline export const PAGES_AHEAD: usize = 852;
@inline export const SUPERBLOCK_BYTES: usize = 1024;

if (offsetof<Superblock>("storeId") != 16) ERROR("superblock: store id moved");
if (offsetof<Superblock>("slots") != 28) ERROR("superblock: sizes moved");
if (offsetof<Superblock>("slotTable") != 80) ERROR("superblock: table addresses moved");
if (offsetof<Superblock>() > EPOCH) ERROR("superblock: sizes must end before the epoch line");

/** The superblock stands at address 0. */
@inline export function superblock(): Superblock {
  return changetype<Superblock>(0);
}
@inline export function alignUp(value: usize, to: usize): usize {
  return (value + to - 1) & ~(to - 1);
}
