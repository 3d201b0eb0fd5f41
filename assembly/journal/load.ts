// Opening the files: the image is read to where it was, and the journal replayed from the place
// that the image names. Nothing is believed before its checksum was seen, and nothing is written.

import {
  CHUNK_HEADER, ChunkHeader, FAILED_DAMAGED, FAILED_VERSION, FILE_IMAGE, HEADER_CHECKED,
  IMAGE_MAGIC, ImageHeader, JOURNAL_HEADER,
} from "../layout/journal";
import { FORMAT_VERSION, IMAGE_SEGMENT, MAGIC, superblock } from "../layout/superblock";
import { sumOf } from "../layout/xxh64";
import { publish32 } from "../sync/shared";
import { fileAtHand, headerArea, lanes } from "./buffer";
import { nextChain, publishFlushed } from "./chain";
import { fail } from "./failure";
import { closeFile, openFile, readAt, useFile } from "./files";
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
  place.block = 0;
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
    // The superblock that a chunk has brought moves the buffer, and the file at hand with it.
    if (chunks > 0 && !isSaneSuperblock(region)) return fail(FAILED_DAMAGED, position, 0);
    useFile(FILE_IMAGE, 0, descriptor);
    const read = readAt(headerArea(), <u32>CHUNK_HEADER, position);
    if (read < <i32>CHUNK_HEADER) return read >= 0 && fail(FAILED_DAMAGED, position, 0);
    const header = changetype<ChunkHeader>(headerArea());
    const address = header.address;
    const bytes = header.bytes;
    const checksum = header.checksum;
    if (bytes == 0 && address == chunks) break;
    const isInside = bytes != 0 && (bytes & 7) == 0 && <u64>address + bytes <= region;
    if (!isInside) return fail(FAILED_DAMAGED, position, 0);
    const sum = lanes();
    const got = readAt(address, bytes, position + CHUNK_HEADER);
    if (got < 0) return false;
    if (<u32>got < bytes || sumOf(sum, address, bytes) != checksum) {
      return fail(FAILED_DAMAGED, position, 0);
    }
    position += CHUNK_HEADER + <u64>bytes;
  }
  return true;
}
/** What this file relies on in a superblock; the host checks the rest of it. */
function isSaneSuperblock(region: u64): bool {
  const sb = superblock();
  if (sb.magic != MAGIC || <u64>sb.kib << 10 != region) return false;
  if (<u64>sb.journalBuffer + sb.journalBufferBytes > sb.heap || sb.heap > region) return false;
  return <u64>sb.slotTable + (<u64>sb.slots << 8) <= sb.heap;
}
