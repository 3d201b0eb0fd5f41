// Bugs planted into the journal: each breaks one rule of sections 4 and 5.

import type { PlantedBug } from '../scenario.js';

const ROUND = 'assembly/journal/round.ts';
const CHECKPOINT = 'assembly/journal/checkpoint.ts';
const DIRTY = 'assembly/journal/dirty.ts';
const ITEMS = 'assembly/journal/items.ts';
const PACE = 'assembly/journal/pace.ts';
const SLOTS = 'assembly/journal/slots.ts';
const LEASE = 'assembly/journal/lease.ts';
const REPLAY = 'assembly/journal/replay.ts';
const SERVE = 'assembly/journal/serve.ts';
const FILES = 'assembly/journal/files.ts';
const LIFE = 'assembly/journal/life.ts';
const RING = 'assembly/mtx/ring.ts';

const TWO_WRITERS = 'journal: rounds beside two writers';
const REPLACED = 'journal: torn block, worker replaced';
const SUMS = 'journal: checksums of log records';
/** In a round: staged records get their checksums, then they are written. */
const FILLED =
  '    if (stagesRecords(record)) fillChecksums(stagedOf(record), stagedBytesOf(record));\n';
const WRITTEN = '    if (!pour(stagedOf(record), stagedBytesOf(record))) return false;\n';
const BOTH = 'journal: two writers, worker replaced';
const ROLLS = 'journal: segment rolls, worker replaced';
const STANDS_BY = 'journal: one worker stands by';
const SECOND_LIFE = 'journal: a second life';
const DAMAGED = 'journal: damaged files, calls that fail';
const TAKEN = 'journal: checkpoint beside a writer';
const BESIDE = 'journal: who stands by takes a checkpoint';
const LINKED = 'journal: checkpoint of a frame';
const REPLAYED = 'journal: checkpoint after a replay';
const TWICE = 'journal: two checkpoints';

const rounds: readonly PlantedBug[] = [
  {
    name: 'journal: epoch moved by load and store', rule: '4.I1', file: ROUND,
    scenario: TWO_WRITERS,
    find: 'const epoch = add64(EPOCH, 1);\n  awaitAnnounced();',
    replace: 'const epoch = acquire64(EPOCH);\n  awaitAnnounced();\n' +
      '  publish64(EPOCH, epoch + 1);',
  },
  {
    name: 'journal: announced operations not awaited', rule: '4.I2', file: ROUND,
    scenario: TWO_WRITERS, find: '  awaitAnnounced();\n', replace: '',
  },
  {
    name: 'journal: records from synced, not flushed', rule: '4.I3', file: ROUND, scenario: BOTH,
    find: 'openCursors(flushedEpoch(), epoch)', replace: 'openCursors(acquire64(SYNCED), epoch)',
  },
  {
    name: 'journal: records slot by slot', rule: '4.I4', file: 'assembly/journal/merge.ts',
    scenario: TWO_WRITERS,
    find: 'if (first === null || cursor.ticket < first.ticket) first = cursor;',
    replace: 'if (first === null) first = cursor;',
  },
  {
    name: 'journal: one place for the chain', rule: '4.I4', file: 'assembly/journal/chain.ts',
    scenario: REPLACED,
    find: 'FLUSHED_PLACES + <usize>(flushed & 1) * FLUSHED_PLACE', replace: 'FLUSHED_PLACES',
  },
  {
    name: 'journal: no chain of checksums', rule: '4.I4', file: REPLAY,
    scenario: 'journal: block of an earlier life behind',
    find: 'header.previous != chain().checksum || header.epoch <= flushedEpoch()',
    replace: 'header.epoch <= flushedEpoch()',
  },
  {
    name: 'journal: no checksum of the block', rule: '4.I4', file: REPLAY, scenario: REPLACED,
    find: 'return wordAt(dataArea()) == fileAtHand().sum ? VALID : NONE;', replace: 'return VALID;',
  },
  {
    name: 'journal: staged bytes left out', rule: '4.I4', file: ROUND,
    scenario: 'journal: frame used again',
    find: 'pour(stagedOf(record), stagedBytesOf(record))',
    replace: 'pour(record, stagedBytesOf(record))',
  },
  {
    name: 'journal: checksums filled behind the write', rule: '4.I3', file: ROUND, scenario: SUMS,
    find: `${FILLED}${WRITTEN}`, replace: `${WRITTEN}${FILLED}`,
  },
  {
    name: 'journal: checksums over what stood in their place', rule: '4.I3',
    file: 'assembly/journal/record-sums.ts', scenario: SUMS,
    find: '    logRecord(p).checksum = 0;\n', replace: '',
  },
  {
    name: 'journal: old segment not synced', rule: '4.I4', file: ROUND, scenario: ROLLS,
    find: '  if (!syncSafely()) return false;\n  leaveSegment();', replace: '  leaveSegment();',
  },
  {
    name: 'journal: name of the segment not synced', rule: '4.I4', file: FILES, scenario: ROLLS,
    find: 'let errno = fd_sync(fileAtHand().descriptor);\n' +
      '  if (errno == 0) errno = fd_sync(DIRECTORY);',
    replace: 'const errno = fd_sync(fileAtHand().descriptor);',
  },
  {
    name: 'journal: flushed before the write', rule: '4.I5', file: ROUND, scenario: TWO_WRITERS,
    find: '    if (!writeBlock(cursors, epoch)) return false;\n',
    replace: '    publishEmpty(epoch);\n    if (!writeBlock(cursors, epoch)) return false;\n',
  },
  {
    name: 'journal: synced before the sync', rule: '4.I5', file: ROUND, scenario: TWO_WRITERS,
    find: '  const last = chain().block;\n',
    replace: '  const last = chain().block;\n  publish64(SYNCED, flushedEpoch());\n',
  },
  {
    name: 'journal: tails moved before the write', rule: '4.I6', file: ROUND, scenario: REPLACED,
    find: '    if (!writeBlock(cursors, epoch)) return false;\n',
    replace: '    moveTails(epoch);\n    if (!writeBlock(cursors, epoch)) return false;\n',
  },
  {
    name: 'journal: full buffers written to one place', rule: '4.I4',
    file: 'assembly/journal/sink.ts', scenario: 'journal: a block larger than the buffer',
    find: '  at.position += at.filled;\n', replace: '',
  },
  {
    name: 'frame: freed before it is flushed', rule: '8 not the flushed state',
    file: 'assembly/log/frames.ts', scenario: 'journal: frame used again',
    find: 'epoch >= oldestPin() || !isFlushed(epoch)', replace: 'epoch >= oldestPin()',
  },
];

const checkpoints: readonly PlantedBug[] = [
  {
    name: 'checkpoint: applies not awaited', rule: 'K2', file: CHECKPOINT, scenario: TAKEN,
    find: '  awaitApplied();\n', replace: '',
  },
  {
    name: 'checkpoint: slot lines are clean', rule: 'K3', file: DIRTY, scenario: TAKEN,
    find: '  if (page <= pageOf(<usize>superblock().identityTable - 1)) return true;\n',
    replace: '',
  },
  {
    name: 'checkpoint: pages noted after the report', rule: 'K3', file: ROUND, scenario: BESIDE,
    find: '    markRecord(record, epoch);\n', replace: '',
  },
  {
    name: 'checkpoint: staged bytes are not noted', rule: 'K3', file: DIRTY, scenario: LINKED,
    find: 'if (stagedBytesOf(record) != 0) markRange', replace: 'if (false) markRange',
  },
  {
    name: 'checkpoint: replayed records are not noted', rule: 'K3', file: ITEMS,
    scenario: REPLAYED, find: '    markRecord(record, epoch);\n', replace: '',
  },
  {
    name: 'checkpoint: journal ends before the last copy', rule: 'K6', file: CHECKPOINT,
    scenario: TAKEN, find: '!copied || !awaitDurable() ||', replace: '!copied ||',
  },
  {
    name: 'checkpoint: journal behind the copy not synced', rule: 'K6', file: PACE,
    scenario: TAKEN, find: 'return roundBetween(true);', replace: 'return roundBetween(false);',
  },
  {
    name: 'checkpoint: who stands by awaits a flush', rule: 'K6', file: PACE, scenario: BESIDE,
    find: 'const epoch = wantFlush(true);\n  while (!isNeeded()) {\n' +
      '    const seen = acquire32(FLUSH_SIGNAL);\n    const state = flushState(epoch, true);',
    replace: 'const epoch = wantFlush(false);\n  while (!isNeeded()) {\n' +
      '    const seen = acquire32(FLUSH_SIGNAL);\n    const state = flushState(epoch, false);',
  },
  {
    name: 'checkpoint: pages not synced before the root', rule: 'K7', file: CHECKPOINT,
    scenario: TAKEN,
    find: 'return copyTable(most) && drainPages() && syncData();',
    replace: 'return copyTable(most) && drainPages();',
  },
  {
    name: 'checkpoint: root not synced before its name', rule: 'K7',
    file: 'assembly/journal/root.ts', scenario: TAKEN,
    find: 'writeAt(rootAddress(), rootBytes() + 8, 0) && syncFileAndName();',
    replace: 'writeAt(rootAddress(), rootBytes() + 8, 0);',
  },
  {
    name: 'checkpoint: old segments removed before its name is safe', rule: 'K7',
    file: CHECKPOINT, scenario: TAKEN,
    find: '  if (!syncDirectory()) return FATAL;\n  removeSegments', replace: '  removeSegments',
  },
  {
    name: 'checkpoint: slots of the old root are written', rule: 'K7', file: SLOTS,
    scenario: TWICE,
    find: '    use(slot);\n    used++;\n  }\n  for', replace: '    used++;\n  }\n  for',
  },
  {
    name: 'checkpoint: a table in the making is believed', rule: 'K7', file: CHECKPOINT,
    scenario: 'journal: checkpoint, worker replaced',
    find: '  publish64(TABLE_FLUSHED, 0);\n', replace: '',
  },
  {
    name: 'checkpoint: replay starts behind the copy', rule: 'K8', file: CHECKPOINT,
    scenario: TAKEN,
    find: '  closeFile();\n  // K5, K6',
    replace: '  closeFile();\n  if (!breathe()) return NOT_TAKEN;\n  startReplayAt();\n  // K5, K6',
  },
  {
    name: 'checkpoint: a rename that fails is believed', rule: 'K7', file: CHECKPOINT,
    scenario: 'journal: a checkpoint that fails',
    find: '  if (!renameImage(NEW_IMAGE, 0)) return NOT_TAKEN;\n',
    replace: '  renameImage(NEW_IMAGE, 0);\n',
  },
  {
    name: 'create: a checkpoint that fails is believed', rule: 'K7', scenario: DAMAGED,
    file: 'assembly/journal/create.ts',
    find: 'if (!writeFirstCheckpoint()) return false;', replace: 'writeFirstCheckpoint();',
  },
  {
    name: 'open: any superblock is believed', rule: '5 damage', scenario: DAMAGED,
    file: 'assembly/journal/load.ts',
    find: 'if (!belongs || !isSaneSuperblock(found))', replace: 'if (false)',
  },
  {
    name: 'checkpoint: taken beside a backup', rule: 'K7 backup', file: 'assembly/journal/due.ts',
    scenario: 'journal: a checkpoint beside a backup',
    find: ' || !takeLease(CHECKPOINT_LEASE)) return true;\n',
    replace: ') return true;\n  takeLease(CHECKPOINT_LEASE);\n',
  },
  {
    name: 'life: names keep their owners', rule: '5 names', file: LIFE, scenario: SECOND_LIFE,
    find: '  disownIdentities();\n', replace: '',
  },
  {
    name: 'life: lock words stay as they were', rule: 'K4', file: LIFE, scenario: SECOND_LIFE,
    find: '  freeNodes(ticket);\n', replace: '',
  },
  {
    name: 'life: tickets of the journal do not count', rule: '5 tickets go on',
    file: 'assembly/journal/items.ts', scenario: SECOND_LIFE,
    find: '    if (ticketOf(record) > acquire64(OLD_TICKETS)) ' +
      'publish64(OLD_TICKETS, ticketOf(record));\n',
    replace: '',
  },
  {
    name: 'life: epochs of the checkpoint go on', rule: '5 epochs go on', file: LIFE,
    scenario: SECOND_LIFE, find: '  publish64(EPOCH, flushedEpoch() + 1);\n', replace: '',
  },
  {
    name: 'life: rings keep their tails', rule: '5 rings are empty', file: LIFE,
    scenario: SECOND_LIFE, find: '  publish32(lines + TAIL, 0);\n', replace: '',
  },
];

const waits: readonly PlantedBug[] = [
  {
    name: 'ring: full looks empty', rule: '2.2 room', file: RING,
    scenario: 'journal: ring wraps and fills',
    find: 'if (my.ringFrom > oldest)', replace: 'if (my.ringFrom >= oldest)',
  },
  {
    name: 'ring: cells of the directory run out', rule: '2.2 room', file: RING,
    scenario: 'journal: nobody drains for long',
    find: 'return between(acquire32(self + TAIL), myHead()) < ringCells();',
    replace: 'return true;',
  },
  {
    name: 'journal: writers at full rings not woken', rule: '4.I6 wakes', file: ROUND,
    scenario: 'journal: ring wraps and fills', find: '  announceDrain();\n', replace: '',
  },
  {
    name: 'journal: those who wait for a flush not woken', rule: '4.I5 wakes', file: ROUND,
    scenario: 'journal: flushed, then synced', find: '  announceRound();\n', replace: '',
  },
  {
    name: 'journal: the worker is asked and not woken', rule: '7.1',
    file: 'assembly/sync/rounds.ts', scenario: 'journal: flushed, then synced',
    find: 'swapped32(ROUND_WANTED, 0, 1)) wakeAt(ROUND_WANTED);',
    replace: 'swapped32(ROUND_WANTED, 0, 1)) return;',
  },
  {
    name: 'journal: lease taken whatever it holds', rule: '4 one worker', file: LEASE,
    scenario: 'journal: two race for the lease',
    find: 'swapped64(lease, held, mine())', replace: 'swapped64(lease, acquire64(lease), mine())',
  },
  {
    name: 'journal: no round after taking over', rule: '4 taking over', file: SERVE,
    scenario: STANDS_BY, find: '  publish32(ROUND_WANTED, 1);\n', replace: '',
  },
  {
    name: 'journal: the lease ends without a wake-up', rule: '7.3 lease',
    file: 'assembly/mtx/recovery.ts', scenario: STANDS_BY,
    find: '  wakeAt(JOURNAL_LEASE);\n', replace: '',
  },
  {
    name: 'journal: the lease keeps its word', rule: '7.3 lease',
    file: 'assembly/mtx/recovery.ts', scenario: STANDS_BY,
    find: '  swapped64(JOURNAL_LEASE, lease, 0);\n', replace: '',
  },
  {
    name: 'journal: a failed sync is tried again', rule: '4 poison', file: SERVE,
    scenario: 'journal: a sync fails', find: '  poison();\n', replace: '',
  },
  {
    name: 'journal: a write that takes nothing is repeated', rule: '4 poison', file: FILES,
    scenario: 'journal: a file takes nothing more',
    find: '    if (buffer().moved == 0) return fail(FAILED_WRITE, offset + done, ERRNO_IO);\n',
    replace: '',
  },
  {
    name: 'journal: a segment without its size', rule: '4 poison',
    file: 'assembly/journal/segment.ts', scenario: 'journal: no room for a segment',
    find: 'if (!setFileBytes(bytes) || !syncFileAndName())',
    replace: 'setFileBytes(bytes);\n  if (!syncFileAndName())',
  },
  {
    name: 'journal: a failed seal is tried again', rule: '4 poison', file: SERVE,
    scenario: 'journal: stopped, the last sync fails',
    find: '  if (seal()) return true;\n  giveIn();', replace: '  if (seal()) return true;',
  },
  {
    name: 'journal: no doubt about a sync under way', rule: '4 doubt', file: SERVE,
    scenario: 'journal: a sync fails, the worker dies', find: '  doubtSync();\n', replace: '',
  },
];

export const journalBugs: readonly PlantedBug[] = [...rounds, ...checkpoints, ...waits];
