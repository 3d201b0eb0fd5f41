// The files of a store: one image of the region and the journal, segment after segment. Everything
// is little-endian; checksums are XXH64 with seed 0 (log/checksum.ts). docs/format.md has the rules
// by which a file is read.
//
// Three headers of 64 bytes with one shape; the last field checks the 56 bytes before it.
//
//        image "image"                segment "journal.NNNNNNNN"      block, inside a segment
//    0   magic                        magic                           magic
//    8   format version | fingerprint format version | fingerprint    store id
//   16   store id                     store id                        checksum of the block before
//   24   region KiB u32 | 0           number u32 | KiB of the file    flushed epoch before
//   32   replay segment | offset      checksum of the block before    epoch
//   40   checksum of the block before flushed epoch before            synced epoch when written
//   48   flushed epoch before         0                               bytes of the payload
//   56   checksum                     checksum                        checksum
//   64   chunks                       blocks                          payload: items
//
// chunk: address u32 | bytes u32, checksum of the data u64, data. The last one has no data, and the
//        number of chunks as its address.
// item:  a redo record (layout/redo.ts), then the staged bytes that it names.
// block: behind the payload the checksum of header and payload; the next block starts at the next
//        multiple of 64. A segment begins with its header, so blocks start at 64.

@inline export const IMAGE_MAGIC: u64 = 0x314547414d49524d; // "MRIMAGE1"
@inline export const SEGMENT_MAGIC: u64 = 0x4c4e52554f4a524d; // "MRJOURNL"
@inline export const BLOCK_MAGIC: u64 = 0x314b434f4c42524d; // "MRBLOCK1"
@inline export const JOURNAL_HEADER: usize = 64;
@inline export const HEADER_CHECKED: u32 = 56;
@inline export const CHUNK_HEADER: usize = 16;

@unmanaged export class ImageHeader {
  magic: u64;
  formatVersion: u32;
  fingerprint: u32;
  storeId: u64;
  kib: u32;
  reserved: u32;
  segment: u32;
  offset: u32;
  previous: u64;
  flushed: u64;
  checksum: u64;
}
@unmanaged export class SegmentHeader {
  magic: u64;
  formatVersion: u32;
  fingerprint: u32;
  storeId: u64;
  number: u32;
  kib: u32;
  previous: u64;
  flushed: u64;
  reserved: u64;
  checksum: u64;
}
@unmanaged export class BlockHeader {
  magic: u64;
  storeId: u64;
  previous: u64;
  flushed: u64;
  epoch: u64;
  synced: u64;
  payload: u64;
  checksum: u64;
}
@unmanaged export class ChunkHeader {
  address: u32;
  bytes: u32;
  checksum: u64;
}

if (offsetof<ImageHeader>() != JOURNAL_HEADER) ERROR("image header: 64 bytes");
if (offsetof<SegmentHeader>() != JOURNAL_HEADER) ERROR("segment header: 64 bytes");
if (offsetof<BlockHeader>() != JOURNAL_HEADER) ERROR("block header: 64 bytes");
if (offsetof<BlockHeader>("checksum") != HEADER_CHECKED) ERROR("header: checksum comes last");
if (offsetof<ChunkHeader>() != CHUNK_HEADER) ERROR("chunk header: 16 bytes");

/**
 * What belongs to the flushed epoch: where the next block will stand and what it must name. Two
 * places in the superblock; the word FLUSHED says which one holds, so both change as one.
 */
@unmanaged export class FlushedPlace {
  checksum: u64;
  segment: u32;
  offset: u32;
}
@inline export const FLUSHED_PLACE: usize = 32;
if (offsetof<FlushedPlace>() > FLUSHED_PLACE) ERROR("flushed place: does not fit");

/** FAILURE_WHAT and FAILURE_FILE: what went wrong, and with which file. */
@inline export const FAILED_OPEN: u32 = 1;
@inline export const FAILED_READ: u32 = 2;
@inline export const FAILED_WRITE: u32 = 3;
@inline export const FAILED_SYNC: u32 = 4;
@inline export const FAILED_DAMAGED: u32 = 5;
@inline export const FAILED_VERSION: u32 = 6;
@inline export const FAILED_ALLOCATE: u32 = 7;
@inline export const FAILED_RENAME: u32 = 8;
@inline export const FILE_IMAGE: u32 = 1;
@inline export const FILE_JOURNAL: u32 = 2;
