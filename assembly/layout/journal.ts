// The files of a store: an image of the region, whose pages lie in a file of their own
// (layout/pages.ts), and the journal, segment after segment. Everything is little-endian; checksums
// are XXH64 with seed 0 (layout/xxh64.ts). docs/format.md has the rules by which a file is read.
//
// Three headers of 64 bytes with one shape; the last field checks the 56 bytes before it.
//
//        image "image"                segment "journal.NNNNNNNN"      block, inside a segment
//    0   magic                        magic                           magic
//    8   format version | fingerprint format version | fingerprint    store id
//   16   store id                     store id                        checksum of the block before
//   24   region KiB | page shift      number u32 | KiB of the file    flushed epoch before
//   32   replay segment | offset      checksum of the block before    epoch
//   40   checksum of the block before flushed epoch before            synced epoch when written
//   48   flushed epoch before         0                               bytes of the payload
//   56   checksum                     checksum                        checksum
//   64   entries of the table pages   blocks                          payload: items
//
// item:  a redo record (layout/redo.ts), then the staged bytes that it names.
// block: behind the payload the checksum of header and payload; the next block starts at the next
//        multiple of 64. A segment begins with its header, so blocks start at 64.

import { Lanes } from "./xxh64";

@inline export const IMAGE_MAGIC: u64 = 0x314547414d49524d; // "MRIMAGE1"
@inline export const SEGMENT_MAGIC: u64 = 0x4c4e52554f4a524d; // "MRJOURNL"
@inline export const BLOCK_MAGIC: u64 = 0x314b434f4c42524d; // "MRBLOCK1"
@inline export const JOURNAL_HEADER: usize = 64;
@inline export const HEADER_CHECKED: u32 = 56;

@unmanaged export class ImageHeader {
  magic: u64;
  formatVersion: u32;
  fingerprint: u32;
  storeId: u64;
  kib: u32;
  pageShift: u32;
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

if (offsetof<ImageHeader>() != JOURNAL_HEADER) ERROR("image header: 64 bytes");
if (offsetof<SegmentHeader>() != JOURNAL_HEADER) ERROR("segment header: 64 bytes");
if (offsetof<BlockHeader>() != JOURNAL_HEADER) ERROR("block header: 64 bytes");
if (offsetof<BlockHeader>("checksum") != HEADER_CHECKED) ERROR("header: checksum comes last");

/**
 * What belongs to the flushed epoch: checksum and epoch of the last block, where the next one will
 * stand, and the size of that segment. Two places in the superblock; the word FLUSHED says which
 * one holds, so both change as one.
 */
@unmanaged export class FlushedPlace {
  checksum: u64;
  segment: u32;
  offset: u32;
  block: u64;
  kib: u32;
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
@inline export const FILE_PAGES: u32 = 3;

// The journal buffers: memory of the journal worker at work, and of the worker that opens the
// files; and a second one of the same kind for whoever takes a checkpoint meanwhile.
//
//    0  iovec: address u32 | bytes u32      8  bytes moved u32    12  new descriptor u32
//   16  path, 32 bytes                     48  file status, 64 bytes; the size at 80
//  112  checksum in the making (layout/xxh64.ts), 40 bytes
//  152  the file at hand: kind u32, 156 number u32, 160 descriptor u32
//  164  bytes in the data area u32        168  position of the data area in the file u64
//  176  checksum of what the sink took u64
//  184  descriptor of the file of pages, while a lazy open replays the journal, else 0
//  192  header at hand, 64 bytes
//  256  cursors: one per slot             .  data: a redo record of any size, and a stripe more

@unmanaged export class JournalBuffer {
  iovAddress: u32;
  iovBytes: u32;
  moved: u32;
  opened: u32;
}
@inline export const BUFFER_PATH: usize = 16;
@inline export const BUFFER_STATUS: usize = 48;
@inline export const BUFFER_SUM: usize = 112;
@inline export const BUFFER_FILE: usize = 152;
@inline export const BUFFER_HEADER: usize = 192;
@inline export const CURSORS: usize = 256;

/** The file that reads and writes go to, and what waits in the data area to be written. */
@unmanaged export class FileAtHand {
  file: u32;
  number: u32;
  descriptor: u32;
  filled: u32;
  position: u64;
  sum: u64;
  pages: u32;
}
/** What fd_filestat_get tells, as far as it is wanted. */
@unmanaged export class FileStatus {
  device: u64;
  inode: u64;
  kind: u64;
  links: u64;
  size: u64;
}
/** How far the merge of the rings has come in one slot. */
@unmanaged export class Cursor {
  ticket: u64;
  slot: u32;
  next: u32;
  end: u32;
  reserved: u32;
}
@inline export const CURSOR_BYTES: usize = 24;

if (BUFFER_SUM + offsetof<Lanes>() != BUFFER_FILE) ERROR("buffer: checksum does not fit");
if (BUFFER_FILE + offsetof<FileAtHand>() > BUFFER_HEADER) ERROR("buffer: file does not fit");
if (BUFFER_HEADER + JOURNAL_HEADER != CURSORS) ERROR("buffer: header does not fit");
if (offsetof<FileStatus>("size") != 32) ERROR("file status: the size is at 32");
if (offsetof<Cursor>() != CURSOR_BYTES) ERROR("buffer: cursor size");

/** Where the data area begins, in a region of so many slots. */
@inline export function dataOffset(slots: u32): usize {
  return (CURSORS + <usize>slots * CURSOR_BYTES + 63) & ~63;
}
