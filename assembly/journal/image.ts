// The image of the region, from which an open starts to replay: [K1] to [K8] of docs/protocol.md.
// It is copied while everybody works. Each word that changes meanwhile is in a record with a tag of
// S or later, and the replay sets all of those, in order.
//
// What is free or zero is left out: memory that is taken later is set, or zeroed, by the record
// that takes it.

import { isZero } from "../layout/bytes";
import { NEW_IMAGE } from "../layout/file-name";
import {
  CHUNK_HEADER, ChunkHeader, FILE_IMAGE, HEADER_CHECKED, IMAGE_MAGIC, ImageHeader, JOURNAL_HEADER,
} from "../layout/journal";
import {
  EPOCH, FORMAT_VERSION, IMAGES, IMAGE_SEGMENT, LIFE, SUPERBLOCK_BYTES, superblock,
} from "../layout/superblock";
import { sumOf } from "../layout/xxh64";
import { isFreeUnit } from "../alloc/buddy";
import { acquire32, acquire64, add32, publish32 } from "../sync/shared";
import { bufferAddress, dataArea, dataBytes, fileAtHand, headerArea, lanes } from "./buffer";
import { chain, flushedEpoch } from "./chain";
import { awaitAnnounced, awaitApplied } from "./cut";
import { endDoubt, isSyncDoubtful } from "./doubt";
import { forgetFailure } from "./failure";
import {
  closeFile, openFile, removeSegment, renameImage, syncData, syncFileAndName, useFile, writeAt,
} from "./files";
import { round } from "./round";

/** Chunks between two rounds: the rings must not fill while the image is copied. */
@inline const CHUNKS_PER_ROUND: u32 = 4;

/** What became of an image: taken, not taken (a later one may be), or the store is poisoned. */
@inline export const TAKEN: i32 = 1;
@inline export const NOT_TAKEN: i32 = 0;
@inline export const ROUND_FAILED: i32 = -1;

/** The chunk at hand is gathered in the data area, behind its header. */
@inline function chunkHeader(): ChunkHeader {
  return changetype<ChunkHeader>(dataArea());
}
@inline function unitBytes(): u32 {
  return 1 << superblock().unitShift;
}

/** Takes an image of the running region and removes the segments that it makes superfluous. */
export function takeImage(): i32 {
  const segment = chain().segment;
  if (!openFile(FILE_IMAGE, NEW_IMAGE, true)) return giveUp(false);
  // K1, K2: what is older than S is applied before the first byte is copied.
  if (!writeHeader()) return giveUp(true);
  awaitAnnounced();
  awaitApplied();
  const copied = copyRegion();
  if (copied != TAKEN) return copied == NOT_TAKEN ? giveUp(true) : ROUND_FAILED;
  const descriptor = fileAtHand().descriptor;
  // K5, K6: this round's epoch is younger than the last copy.
  if (!round(true)) return ROUND_FAILED;
  useFile(FILE_IMAGE, NEW_IMAGE, descriptor);
  return publishImage(segment) ? TAKEN : giveUp(true);
}
/** The first image, of a region that nobody else knows yet. */
export function writeFirstImage(): bool {
  if (!openFile(FILE_IMAGE, NEW_IMAGE, true) || !writeHeader()) return false;
  return copyRegion() == TAKEN && publishImage(chain().segment);
}
/** [K7] From here an open starts with this image. */
function publishImage(segment: u32): bool {
  if (!syncFileAndName()) return false;
  closeFile();
  if (!renameImage(NEW_IMAGE, 0)) return false;
  removeSegments(segment);
  publish32(IMAGE_SEGMENT, segment);
  add32(IMAGES, 1);
  endDoubt();
  return true;
}
/** Removes what no open reads again, and what a crash had left of earlier removals. */
function removeSegments(end: u32): void {
  const first = acquire32(IMAGE_SEGMENT);
  for (let left = first; left > 1 && removeSegment(left - 1); ) left--;
  for (let old = first; old != 0 && old < end; old++) removeSegment(old);
}

/**
 * An image that could not be written does no harm: the old one and the journal hold everything. But
 * if it was to end a doubt about them, nobody could be told any more that something is synced.
 */
function giveUp(isOpen: bool): i32 {
  if (isOpen) closeFile();
  if (isSyncDoubtful()) return ROUND_FAILED;
  forgetFailure();
  return NOT_TAKEN;
}

/** [K8] The header says where the replay starts: behind all blocks that are older than S. */
function writeHeader(): bool {
  const header = changetype<ImageHeader>(headerArea());
  header.magic = IMAGE_MAGIC;
  header.formatVersion = FORMAT_VERSION;
  header.fingerprint = superblock().fingerprint;
  header.storeId = superblock().storeId;
  header.kib = superblock().kib;
  header.reserved = 0;
  header.segment = chain().segment;
  header.offset = chain().offset;
  header.previous = chain().checksum;
  header.flushed = flushedEpoch();
  header.checksum = sumOf(lanes(), headerArea(), HEADER_CHECKED);
  return writeAt(headerArea(), <u32>JOURNAL_HEADER, 0);
}

/** [K4] Copies all units that are in use, chunk by chunk, with rounds in between. */
function copyRegion(): i32 {
  const unit = unitBytes();
  const end = <u64>superblock().kib << 10;
  let position: u64 = JOURNAL_HEADER;
  let chunks: u32 = 0;
  for (let address: u64 = 0; address < end; ) {
    const bytes = gather(address, end);
    if (bytes == 0) {
      address += unit;
      continue;
    }
    const written = writeChunk(<u32>address, bytes, position);
    if (!written) return NOT_TAKEN;
    position += <u64>CHUNK_HEADER + bytes;
    address += bytes;
    if (++chunks % CHUNKS_PER_ROUND != 0 || acquire32(LIFE) == 0) continue;
    // Little by little, so that the last sync is short: nobody drains the rings meanwhile.
    if (!syncData()) return NOT_TAKEN;
    const descriptor = fileAtHand().descriptor;
    if (!round(false)) return ROUND_FAILED;
    useFile(FILE_IMAGE, NEW_IMAGE, descriptor);
  }
  return writeChunk(chunks, 0, position) ? TAKEN : NOT_TAKEN;
}
/** Copies the units from `address` that belong to the image and fit a chunk; how many bytes. */
function gather(address: u64, end: u64): u32 {
  const unit = unitBytes();
  let bytes: u32 = 0;
  while (address + bytes < end && <u32>CHUNK_HEADER + bytes + unit <= dataBytes()) {
    const from = <usize>(address + bytes);
    if (!belongs(from)) break;
    memory.copy(dataArea() + CHUNK_HEADER + bytes, from, unit);
    if (address != 0 && isZero(dataArea() + CHUNK_HEADER + bytes, unit)) break;
    bytes += unit;
    // The superblock comes alone: it is looked at before it is believed.
    if (address == 0 && bytes >= <u32>SUPERBLOCK_BYTES) break;
  }
  return bytes;
}
/** Free units and the journal's own buffer are left out. */
function belongs(address: usize): bool {
  const sb = superblock();
  if (address >= sb.heap) return !isFreeUnit(<u32>(address - sb.heap) >> sb.unitShift);
  const bufferEnd = bufferAddress() + sb.journalBufferBytes;
  return address < bufferAddress() || address + unitBytes() > bufferEnd;
}
function writeChunk(address: u32, bytes: u32, position: u64): bool {
  const header = chunkHeader();
  header.address = address;
  header.bytes = bytes;
  header.checksum = sumOf(lanes(), dataArea() + CHUNK_HEADER, bytes);
  return writeAt(dataArea(), <u32>CHUNK_HEADER + bytes, position);
}
