// Replay: the same apply as ever, of the blocks that continue the chain. A block that is not whole
// ends the journal: it was never reported, or the disk has lost what was never synced. If anything
// behind it says that it had been synced, it is damage, and the open is refused.

import { wordAt } from "../layout/bytes";
import {
  BLOCK_MAGIC, BlockHeader, FAILED_DAMAGED, FILE_JOURNAL, HEADER_CHECKED, JOURNAL_HEADER,
} from "../layout/journal";
import { SYNCED, SYNCED_BLOCK, superblock } from "../layout/superblock";
import { STRIPE, addStripes, endSum, startSum, sumOf } from "../layout/xxh64";
import { publish64 } from "../sync/shared";
import { dataArea, dataBytes, fileAtHand, headerArea, lanes } from "./buffer";
import { chain, flushedEpoch, nextChain, publishFlushed } from "./chain";
import { fail } from "./failure";
import { closeFile, openFile, readAt, readWhole, syncFileAndName, useFile } from "./files";
import { applyItems } from "./items";
import {
  FAILED, NONE, VALID, blockEnd, checkSegment, openNextSegment, segmentHeader,
} from "./segment";

@inline function blockHeader(): BlockHeader {
  return changetype<BlockHeader>(headerArea());
}
@inline function segmentBytes(): u64 {
  return <u64>chain().kib << 10;
}

/** Replays all blocks behind the chain; then the chain stands behind the last of them, synced. */
export function replay(): bool {
  if (!openFile(FILE_JOURNAL, chain().segment, false)) return false;
  const first = checkSegment();
  if (first != VALID) return first == NONE && fail(FAILED_DAMAGED, 0, 0);
  chain().kib = segmentHeader().kib;
  while (true) {
    const found = checkBlock();
    if (found == FAILED) return false;
    if (found == VALID) {
      const payload = <u64>chain().offset + JOURNAL_HEADER;
      const end = payload + blockHeader().payload;
      if (!applyItems(payload, end, blockHeader().epoch)) return false;
      advance();
    } else {
      const lost = findLostSynced();
      if (lost != NONE) return lost == VALID && fail(FAILED_DAMAGED, chain().offset, 0);
      const next = enterNextSegment();
      if (next == FAILED) return false;
      if (next == NONE) break;
    }
  }
  if (!syncFileAndName()) return false;
  closeFile();
  publish64(SYNCED_BLOCK, chain().block);
  publish64(SYNCED, flushedEpoch());
  return true;
}

/** Whether a block stands where the chain ends, continues it, and is whole. Header and sum stay. */
function checkBlock(): i32 {
  const at = <u64>chain().offset;
  if (at + JOURNAL_HEADER > segmentBytes()) return NONE;
  const read = readAt(headerArea(), <u32>JOURNAL_HEADER, at);
  if (read < <i32>JOURNAL_HEADER) return read < 0 ? FAILED : NONE;
  if (!isOurHeader(headerArea())) return NONE;
  const header = blockHeader();
  if (header.previous != chain().checksum || header.epoch <= flushedEpoch()) return NONE;
  if (header.payload & 7 || header.payload > segmentBytes()) return NONE;
  const end = at + JOURNAL_HEADER + header.payload;
  if (end + 8 > segmentBytes()) return NONE;
  if (!sumBlock(at + JOURNAL_HEADER, end)) return FAILED;
  return wordAt(dataArea()) == fileAtHand().sum ? VALID : NONE;
}
function isOurHeader(address: usize): bool {
  const header = changetype<BlockHeader>(address);
  if (header.magic != BLOCK_MAGIC || header.storeId != superblock().storeId) return false;
  return header.checksum == sumOf(lanes(), address, HEADER_CHECKED);
}
/** The checksum of the header at hand and a payload; leaves the stored one in the data area. */
function sumBlock(from: u64, end: u64): bool {
  startSum(lanes());
  addStripes(lanes(), headerArea(), JOURNAL_HEADER);
  let rest: u32 = 0;
  for (let at = from; at < end; at += dataBytes()) {
    const bytes = <u32>min<u64>(dataBytes(), end - at);
    if (!readWhole(dataArea(), bytes, at)) return false;
    rest = bytes & (STRIPE - 1);
    addStripes(lanes(), dataArea(), bytes - rest);
    if (rest) fileAtHand().sum = endSum(lanes(), dataArea() + bytes - rest, rest);
  }
  if (!rest) fileAtHand().sum = endSum(lanes(), dataArea(), 0);
  return readWhole(dataArea(), 8, end);
}
/** The chain goes on behind the block at hand. */
function advance(): void {
  const header = blockHeader();
  const from = chain();
  const to = nextChain();
  to.segment = from.segment;
  to.kib = from.kib;
  to.offset = blockEnd(from.offset, header.payload);
  to.checksum = fileAtHand().sum;
  to.block = header.epoch;
  publishFlushed(header.epoch);
}

/** VALID if a header behind the chain's end tells of a synced block that the chain lacks. */
function findLostSynced(): i32 {
  const window = dataBytes() & ~(<u32>JOURNAL_HEADER - 1);
  for (let at = <u64>chain().offset; at < segmentBytes(); at += window) {
    const read = readAt(dataArea(), <u32>min<u64>(window, segmentBytes() - at), at);
    if (read < 0) return FAILED;
    const end = dataArea() + (<usize>read & ~(JOURNAL_HEADER - 1));
    for (let p = dataArea(); p < end; p += JOURNAL_HEADER) {
      if (wordAt(p) != BLOCK_MAGIC || !isOurHeader(p)) continue;
      if (changetype<BlockHeader>(p).synced > chain().block) return VALID;
    }
  }
  return NONE;
}
/** Goes on in the next segment, if it was made where the chain ends. */
function enterNextSegment(): i32 {
  const at = fileAtHand();
  const number = at.number;
  const descriptor = at.descriptor;
  const found = openNextSegment(number + 1);
  if (found == FAILED) return FAILED;
  const header = segmentHeader();
  const continues = found == VALID && header.previous == chain().checksum;
  // One that was made and given up before the last blocks were written is of no account.
  const isStale = found == VALID && header.flushed < flushedEpoch();
  if (!continues) {
    if (found == VALID) closeFile();
    useFile(FILE_JOURNAL, number, descriptor);
    if (found == NONE || isStale) return NONE;
    fail(FAILED_DAMAGED, chain().offset, 0);
    return FAILED;
  }
  const opened = at.descriptor;
  useFile(FILE_JOURNAL, number, descriptor);
  closeFile();
  useFile(FILE_JOURNAL, number + 1, opened);
  const from = chain();
  const to = nextChain();
  to.segment = number + 1;
  to.kib = header.kib;
  to.offset = <u32>JOURNAL_HEADER;
  to.checksum = from.checksum;
  to.block = from.block;
  publishFlushed(flushedEpoch());
  return VALID;
}
