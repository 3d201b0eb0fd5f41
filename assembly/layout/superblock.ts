// The superblock: the first 1024 bytes of the region. Sizes are chosen once, by format, and read
// by every instance when it attaches; the words below the sizes change while the store runs.
//
//    0  magic "MILLRACE"     8  format version   12  layout fingerprint
//   16  store id            24  region size in KiB
//   28  slots    32  node width    36  frame shift    40  ring bytes    44  lock notes
//   48  run nodes    52  key bytes    56  output bytes   60  spins    64  unit shift
//   68  buddy units (power of two)    72  frame ids    76  identities
//   80  slot table   84  identity table   88  frame table   92  buddy tree   96  heap start
//  100  slot block bytes
//  128  epoch (own line)
//  192  allocator: lock word    200 root node of the map    208 free units of the heap
//  256  serial lock word (own line)
//  320  cleaner lease (own line)

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
}

@inline export const MAGIC: u64 = 0x454341524c4c494d; // "MILLRACE", little-endian
@inline export const FORMAT_VERSION: u32 = 1;

@inline export const EPOCH: usize = 128;
@inline export const ALLOCATOR_LOCK: usize = 192;
@inline export const ROOT: usize = 200;
@inline export const FREE_UNITS: usize = 208;
@inline export const SERIAL_LOCK: usize = 256;
@inline export const CLEANER_LEASE: usize = 320;
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
