// One round of group commit: [I1] to [I6] of docs/protocol.md. Nobody stops for it. Whoever takes
// over after a death begins with a round of its own.

import { BLOCK_MAGIC, BlockHeader, HEADER_CHECKED, JOURNAL_HEADER } from "../layout/journal";
import { bytesOf, stagedBytesOf, stagedOf, stagesRecords } from "../layout/redo";
import { EPOCH, ROUND_WANTED, SYNCED, SYNCED_BLOCK, superblock } from "../layout/superblock";
import { sumOf } from "../layout/xxh64";
import { announceDrain, announceRound } from "../sync/rounds";
import { acquire64, add64, publish32, publish64 } from "../sync/shared";
import { fileAtHand, headerArea, lanes } from "./buffer";
import { chain, flushedEpoch, nextChain, publishEmpty, publishFlushed } from "./chain";
import { awaitAnnounced } from "./cut";
import { markRecord } from "./dirty";
import { isSyncDoubtful, syncSafely } from "./doubt";
import { bytesAhead, moveTails, nextRecord, openCursors } from "./merge";
import { blockEnd, createSegment, keepSegment, leaveSegment, useSegment } from "./segment";
import { fillChecksums } from "./record-sums";
import { closeSink, openSink, pour } from "./sink";

/** Commits everything of the present epoch to the files. False: a call has failed. */
export function round(sync: bool): bool {
  return commitEpoch(sync, false);
}
/**
 * A last round before the files are left: its block, empty or not, says that all before it were
 * synced, so that damage to the last of them cannot be taken for a crash.
 */
export function seal(): bool {
  return commitEpoch(true, true);
}
function commitEpoch(sync: bool, always: bool): bool {
  // Whoever asks from here on gets a round of its own.
  publish32(ROUND_WANTED, 0);
  // I1.
  const epoch = add64(EPOCH, 1);
  awaitAnnounced();
  const cursors = openCursors(flushedEpoch(), epoch);
  if (cursors == 0 && !always) {
    publishEmpty(epoch);
  } else {
    if (!writeBlock(cursors, epoch)) return false;
    publishFlushed(epoch);
  }
  moveTails(epoch);
  announceDrain();
  if (sync && !syncAll()) return false;
  announceRound();
  return true;
}

/** [I4] One block behind the last one, in this segment or in a new one. */
function writeBlock(cursors: u32, epoch: u64): bool {
  const payload = bytesAhead(cursors);
  const bytes = JOURNAL_HEADER + payload + 8;
  if (!placeBlock(bytes)) return false;
  makeHeader(payload, epoch);
  const to = nextChain();
  openSink(to.offset);
  if (!pour(headerArea(), <u32>JOURNAL_HEADER)) return false;
  for (let record = nextRecord(cursors); record != 0; record = nextRecord(cursors)) {
    markRecord(record, epoch);
    if (!pour(record, bytesOf(record))) return false;
    if (stagesRecords(record)) fillChecksums(stagedOf(record), stagedBytesOf(record));
    if (!pour(stagedOf(record), stagedBytesOf(record))) return false;
  }
  if (!closeSink()) return false;
  to.checksum = fileAtHand().sum;
  to.block = epoch;
  to.offset = blockEnd(to.offset, payload);
  return true;
}
/** Takes the segment at hand into which the block goes; the next chain says where. */
function placeBlock(bytes: u64): bool {
  const from = chain();
  const to = nextChain();
  if (!useSegment(from.segment)) return false;
  to.segment = from.segment;
  to.offset = from.offset;
  to.kib = from.kib;
  if (from.offset + bytes <= <u64>from.kib << 10) return true;
  // What the old segment holds must be there before anything that follows it.
  if (!syncSafely()) return false;
  leaveSegment();
  to.segment = from.segment + 1;
  to.offset = <u32>JOURNAL_HEADER;
  to.kib = createSegment(to.segment, from.checksum, flushedEpoch(), bytes);
  if (to.kib == 0) return false;
  keepSegment(to.segment);
  return true;
}
function makeHeader(payload: u64, epoch: u64): void {
  const header = changetype<BlockHeader>(headerArea());
  header.magic = BLOCK_MAGIC;
  header.storeId = superblock().storeId;
  header.previous = chain().checksum;
  header.flushed = flushedEpoch();
  header.epoch = epoch;
  header.synced = acquire64(SYNCED_BLOCK);
  header.payload = payload;
  header.checksum = sumOf(lanes(), headerArea(), HEADER_CHECKED);
}
/** Reports as synced what is flushed. Older segments were synced when they were left. */
function syncAll(): bool {
  const last = chain().block;
  if (last != acquire64(SYNCED_BLOCK)) {
    if (!useSegment(chain().segment) || !syncSafely()) return false;
    if (!isSyncDoubtful()) publish64(SYNCED_BLOCK, last);
  }
  if (!isSyncDoubtful()) publish64(SYNCED, flushedEpoch());
  return true;
}
