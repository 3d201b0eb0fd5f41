// Opening the files: the image is read to where it was, and the journal replayed from the place
// that the image names. Nothing is believed before its checksum was seen, and nothing is written.

import {
  CHUNK_HEADER, ChunkHeader, FAILED_DAMAGED, FAILED_VERSION, FILE_IMAGE, HEADER_CHECKED,
  IMAGE_MAGIC, ImageHeader, JOURNAL_HEADER,
} from "../layout/journal";
import {
  FORMAT_VERSION, IMAGE_SEGMENT, MAGIC, SUPERBLOCK_BYTES, Superblock, superblock,
} from "../layout/superblock";
import { sumOf } from "../layout/xxh64";
import { publish32 } from "../sync/shared";
import { dataArea, dataBytes, fileAtHand, headerArea, lanes } from "./buffer";
import { nextChain, publishFlushed } from "./chain";
import { fail } from "./failure";
import { closeFile, openFile, readAt, readWhole, useFile } from "./files";
import { beginLife } from "./life";
import { replay } from "./replay";

@inline const PAGE: usize = 65536;

/** Into zeroed memory of the image's size. False: see the failure. O(image + journal). */
export function loadJournal(): bool {
  // Before the superblock is there, the page behind the region serves as buffer.
  superblock().journalBuffer = <u32>(((<usize>memory.size()) << 16) - PAGE);
  superblock().journalBufferBytes = <u32>PAGE;
  if (!openFile(FILE_IMAGE, 0, false) || !readHeader() || !readChunks()) return false;
  // Once more: the buffer has moved to where the superblock says.
  if (!readHeader()) return false;
  const header = imageHeader();
  const place = nextChain();
  place.segment = header.segment;
  place.offset = header.offset;
  place.checksum = header.previous;
  // All blocks up to there are in the image: a header that tells of one of them tells of no loss.
  place.block = header.flushed;
  publishFlushed(header.flushed);
  publish32(IMAGE_SEGMENT, header.segment);
  closeFile();
  if (!replay()) return false;
  beginLife();
  return true;
}

@inline function imageHeader(): ImageHeader {
  return changetype<ImageHeader>(headerArea());
}
function readHeader(): bool {
  const read = readAt(headerArea(), <u32>JOURNAL_HEADER, 0);
  if (read < 0) return false;
  const header = imageHeader();
  if (read < <i32>JOURNAL_HEADER || header.magic != IMAGE_MAGIC) return fail(FAILED_DAMAGED, 0, 0);
  if (header.formatVersion != FORMAT_VERSION) return fail(FAILED_VERSION, 8, 0);
  if (header.checksum != sumOf(lanes(), headerArea(), HEADER_CHECKED)) {
    return fail(FAILED_DAMAGED, HEADER_CHECKED, 0);
  }
  return regionBytes() + PAGE <= <u64>memory.size() << 16 || fail(FAILED_DAMAGED, 24, 0);
}
function regionBytes(): u64 {
  return <u64>imageHeader().kib << 10;
}

/** Reads each chunk to its address, checks it there, and looks for the last one. */
function readChunks(): bool {
  const region = regionBytes();
  const descriptor = fileAtHand().descriptor;
  let position: u64 = JOURNAL_HEADER;
  for (let chunks: u32 = 0; ; chunks++) {
    if (!readWhole(headerArea(), <u32>CHUNK_HEADER, position)) return false;
    const header = changetype<ChunkHeader>(headerArea());
    const address = header.address;
    const bytes = header.bytes;
    if (bytes == 0 && address == chunks) break;
    const isInside = bytes != 0 && (bytes & 7) == 0 && <u64>address + bytes <= region;
    if (!isInside || (chunks == 0) != (address == 0)) return fail(FAILED_DAMAGED, position, 0);
    const isRead = chunks == 0
      ? readSuperblock(header, region, position)
      : readChunk(header, address, position);
    if (!isRead) return false;
    // The superblock says where the buffer is from now on.
    if (chunks == 0) useFile(FILE_IMAGE, 0, descriptor);
    position += CHUNK_HEADER + <u64>bytes;
  }
  return true;
}
function readChunk(header: ChunkHeader, to: usize, position: u64): bool {
  if (!readWhole(to, header.bytes, position + CHUNK_HEADER)) return false;
  return sumOf(lanes(), to, header.bytes) == header.checksum || fail(FAILED_DAMAGED, position, 0);
}
/** The first chunk: looked at in the data area before it is believed. */
function readSuperblock(header: ChunkHeader, region: u64, position: u64): bool {
  const bytes = header.bytes;
  if (bytes < <u32>SUPERBLOCK_BYTES || bytes > dataBytes()) {
    return fail(FAILED_DAMAGED, position, 0);
  }
  if (!readChunk(header, dataArea(), position)) return false;
  const isSane = isSaneSuperblock(changetype<Superblock>(dataArea()), region);
  if (!isSane) return fail(FAILED_DAMAGED, position + CHUNK_HEADER, 0);
  memory.copy(0, dataArea(), bytes);
  return true;
}
/** What this file relies on in a superblock; the host checks the rest of it. */
function isSaneSuperblock(sb: Superblock, region: u64): bool {
  if (sb.magic != MAGIC || <u64>sb.kib << 10 != region) return false;
  if (<u64>sb.journalBuffer + sb.journalBufferBytes > sb.heap || sb.heap > region) return false;
  return <u64>sb.slotTable + (<u64>sb.slots << 8) <= sb.heap;
}
