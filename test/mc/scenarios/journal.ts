// The journal as shipped: every state of these searches is a possible crash, of the process and of
// the machine. Writers are the first threads; account 0 is shared.

import type { Machine } from '../machine.js';
import { ScenarioViolation, type Op, type Scenario } from '../scenario.js';
import { WORDS, type JournalRegion } from './journal-region.js';
import { journal, type Reopen } from './journal-scenario.js';

export const append = (account: number, id: number, words = 1): Op => (
  { fn: 'append', args: [account, words, id], label: `append(${account}, ${id})` });
export const appendBoth = (id: number): Op => ({ fn: 'appendBoth', args: [id] });
export const link = (account: number, id: number, words = 4): Op => (
  { fn: 'link', args: [account, words, id], label: `link(${account}, ${id})` });
export const linkRecord = (account: number, id: number): Op => (
  { fn: 'linkRecord', args: [account, id] });
export const replace = (account: number, id: number): Op => (
  { fn: 'replace', args: [account, 4, id] });
export const reuse: Op = { fn: 'reuse', args: [0xee] };
export const round: Op = { fn: 'commitRound', args: [0], label: 'round' };
export const syncedRound: Op = { fn: 'commitRound', args: [1], label: 'round with sync' };
export const checkpoint: Op = { fn: 'checkpoint', args: [] };
const STOPPED = 4;
const stop: Op = { fn: 'stop', args: [] };
/** A checkpoint that cannot be taken, which harms nobody. */
const noCheckpoint: Op = {
  ...checkpoint,
  result(returned) {
    if (returned !== 0) throw new ScenarioViolation(`the checkpoint is ${String(returned)}`);
    return returned;
  },
};
export const join = (slot: number): Op => ({ fn: 'join', args: [slot] });
/** A journal worker may sleep when everybody else has come to an end. */
export const work: Op = { fn: 'work', args: [], mayBlock: true };

/** The same for one that is told to stop. */
const workUntilStopped: Op = {
  fn: 'work', args: [],
  result(returned) {
    if (returned !== STOPPED) throw new ScenarioViolation(`work() is ${String(returned)}`);
    return returned;
  },
};

/** Owners of names: slot 2 in some generation, and what a new life makes of it. */
const OWNER = (7n << 32n) | 2n;
const NOBODY = 1n;

const FLUSHED = 1;
const POISONED = -1;
const awaitFlushed = (sync: 0 | 1, expected: number): Op => ({
  fn: 'awaitFlushed', args: [sync],
  result(returned) {
    if (returned !== expected) throw new ScenarioViolation(`flushed() is told ${returned}`);
    return expected;
  },
});

/** With a failure it depends on who dies when. */
const awaitEither: Op = { fn: 'awaitFlushed', args: [1] };

/** Records of this many words: a ring of 256 bytes has room for two. */
const WIDE = 3;
/** Words of a log record: few of them fill the buffer, which has room for the superblock. */
const LONG = 60;
const SMALL_RING = { ringBytes: 256 };

/** One block of one record, made by the environment and a journal worker; it may be synced. */
function makeBlock(machine: Machine, worker: number, account: number, sync: 0 | 1): void {
  if (machine.call(machine.environment, 'append', account, 1, 15) !== 1) throw new Error('no room');
  if (machine.call(worker, 'commitRound', sync) !== 1) throw new Error('the round has failed');
}
/** Bytes of such a block, and how many of them a segment of 1 KiB holds. */
const BLOCK_BYTES = 128;
const BLOCKS_PER_SEGMENT = 7;
/** An account that no operation of a search changes. */
const UNUSED = 3;
/** The segment is full; its last block is not synced. */
export const fullSegment = (worker: number) => (machine: Machine): void => {
  for (let i = 1; i < BLOCKS_PER_SEGMENT; i++) makeBlock(machine, worker, UNUSED, 1);
  makeBlock(machine, worker, UNUSED, 0);
};

const groupCommit: readonly Scenario[] = [
  journal({
    name: 'journal: rounds beside two writers',
    writers: [[append(0, 1)], [append(0, 2)]], workers: [[round, syncedRound]],
  }),
  journal({
    name: 'journal: torn block, worker replaced', maxDeaths: 1, lateDetection: true, immortal: [0],
    writers: [[append(0, 1), append(0, 2)]], workers: [[round, syncedRound]],
    respawn: [null, [[join(3), syncedRound]]],
  }),
  journal({
    quickInstead: 'journal: torn block, worker replaced',
    name: 'journal: worker replaced twice', maxDeaths: 2, immortal: [0],
    writers: [[append(0, 1)]], workers: [[round, syncedRound]],
    respawn: [null, [[join(3), round], [join(3), syncedRound]]],
  }),
  journal({
    quickInstead: 'journal: torn block, worker replaced',
    name: 'journal: two writers, worker replaced', maxDeaths: 1, immortal: [0, 1],
    writers: [[append(0, 1)], [append(0, 2)]], workers: [[round]],
    respawn: [null, null, [[join(4), round]]],
  }),
  journal({
    name: 'journal: checksums of log records', maxDeaths: 1, immortal: [0],
    writers: [[linkRecord(0, 1), linkRecord(1, 2)]], workers: [[round, syncedRound]],
    respawn: [null, [[join(3), syncedRound]]], region: { kib: 24, ringBytes: 1024 },
  }),
  journal({
    name: 'journal: a writer dies beside a round', maxDeaths: 1, lateDetection: true, immortal: [2],
    writers: [[append(0, 1)], [append(0, 2)]], workers: [[syncedRound]],
  }),
  journal({
    name: 'journal: two accounts, a writer dies', maxDeaths: 1, lateDetection: true, immortal: [1],
    writers: [[appendBoth(1)]], workers: [[round, syncedRound]],
  }),
  journal({
    name: 'journal: segment rolls, worker replaced', maxDeaths: 1, immortal: [0],
    writers: [[append(0, 1)]], workers: [[syncedRound, round]],
    respawn: [null, [[join(3), syncedRound]]], prepare: fullSegment(1),
  }),
];

const rings: readonly Scenario[] = [
  journal({
    name: 'journal: ring wraps and fills', region: SMALL_RING,
    writers: [[append(0, 1, WIDE), append(0, 2, WIDE), append(0, 3, WIDE), append(0, 4, WIDE)]],
    workers: [[work]],
  }),
  journal({
    name: 'journal: nobody drains for long', region: SMALL_RING,
    // The last one finds no room, unless a round has come by then.
    writers: [[append(0, 4), append(0, 5)]], workers: [[round, round]],
    holds: [[0, append(0, 1)], [0, append(0, 2)], [0, append(0, 3)]],
    start: (machine, region) => region.stall(machine, 0),
  }),
  journal({
    name: 'journal: a writer follows on its ring', maxDeaths: 1, immortal: [1],
    writers: [[append(0, 1), append(0, 2)]], workers: [[round]],
    respawn: [[[join(2), append(0, 3)]], null],
  }),
  journal({
    name: 'journal: a sync is due, nobody asks', writers: [[append(0, 1)]],
    workers: [[round, { fn: 'serve', args: [2, 1], mayBlock: true }]],
  }),
  journal({
    name: 'journal: a full ring that nobody drains', region: SMALL_RING,
    writers: [[append(0, 4)]], workers: [[]], timeouts: [WORDS.drained],
    holds: [[0, append(0, 1)], [0, append(0, 2)], [0, append(0, 3)]],
  }),
  journal({
    name: 'journal: a block larger than the buffer', region: { kib: 32, ringBytes: 1024 },
    writers: [[link(0, 1, LONG), link(1, 2, LONG)]], workers: [[syncedRound]],
  }),
  journal({
    name: 'journal: frame used again', region: { kib: 32, ringBytes: 2048 },
    writers: [[link(0, 1), replace(0, 2), reuse]], workers: [[round, syncedRound]],
    prepare: (machine) => { machine.call(0, 'link', 1, 4, 9); machine.call(1, 'commitRound', 1); },
  }),
];

/** The first of two workers has the lease. */
const firstWorks = (machine: Machine): void => {
  machine.store32(WORDS.roundWanted, 1);
  machine.call(1, 'serve', 1, 0);
};

const waits: readonly Scenario[] = [
  journal({
    name: 'journal: flushed, then synced', holds: [[0, append(0, 1)]],
    writers: [[awaitFlushed(0, FLUSHED), append(0, 2), awaitFlushed(1, FLUSHED)]],
    workers: [[work]],
  }),
  journal({
    name: 'journal: two wait for a flush and a sync', long: true, holds: [[0, append(0, 1)]],
    writers: [[awaitFlushed(0, FLUSHED)], [awaitFlushed(1, FLUSHED)]], workers: [[work]],
  }),
  journal({
    name: 'journal: two commit and wait', long: true,
    writers: [[append(0, 1), awaitFlushed(0, FLUSHED)], [append(0, 2), awaitFlushed(1, FLUSHED)]],
    workers: [[work]],
  }),
  journal({
    name: 'journal: two race for the lease',
    writers: [[append(0, 2), awaitFlushed(0, FLUSHED)]], workers: [[work], [work]],
    holds: [[0, append(0, 1)]],
  }),
  journal({
    name: 'journal: one worker stands by', maxDeaths: 1, immortal: [0, 2],
    writers: [[awaitFlushed(0, FLUSHED)]], workers: [[work], [work]],
    prepare: firstWorks, holds: [[0, append(0, 1)]],
  }),
  journal({
    name: 'journal: ring full, the worker dies', long: true, maxDeaths: 1, immortal: [0, 2],
    region: SMALL_RING,
    writers: [[append(0, 4, WIDE)]], workers: [[work], [work]], prepare: firstWorks,
    holds: [[0, append(0, 1, WIDE)], [0, append(0, 2, WIDE)]],
  }),
  journal({
    name: 'journal: a sync fails', fails: { call: 'sync', nth: 1 },
    writers: [[append(0, 1), awaitFlushed(1, POISONED)]], workers: [[work]],
  }),
  journal({
    name: 'journal: a sync fails, the worker dies', maxDeaths: 1,
    fails: { call: 'sync', nth: 1 },
    immortal: [0, 2], writers: [[awaitEither]], workers: [[work], [work]], prepare: firstWorks,
    holds: [[0, append(0, 1)]],
  }),
  journal({
    name: 'journal: a write fails beside a full ring', fails: { call: 'write', nth: 2 },
    region: SMALL_RING,
    writers: [[append(0, 1, WIDE), append(0, 2, WIDE), append(0, 3, WIDE), append(0, 4, WIDE),
      awaitFlushed(0, POISONED)]],
    workers: [[work]],
  }),
  journal({
    name: 'journal: a file takes nothing more', fails: { call: 'fill', nth: 1 },
    writers: [[append(0, 1), awaitFlushed(0, POISONED)]], workers: [[work]],
  }),
  journal({
    name: 'journal: no room for a segment', fails: { call: 'resize', nth: 1 },
    writers: [[append(0, 1), awaitFlushed(0, POISONED)]], workers: [[work]],
    prepare: fullSegment(1),
  }),
];

/** The worker ends when it is told to, whatever it has come to; nobody rings for that. */
const stopping = { workers: [[workUntilStopped]], timeouts: [WORDS.roundWanted] } as const;
const stops: readonly Scenario[] = [
  journal({
    name: 'journal: stopped beside a writer', writers: [[append(0, 1)], [stop]], ...stopping,
  }),
  journal({
    name: 'journal: stopped, the last sync fails', fails: { call: 'sync', nth: 2 },
    writers: [[stop]], holds: [[0, append(0, 1)]], ...stopping,
  }),
];

/** The checkpoint of the first life has locks that nobody holds any more, and a name's owner. */
function withHeldLock(machine: Machine, region: JournalRegion, reopen: Reopen): void {
  machine.call(0, 'append', 0, 1, 1);
  machine.call(1, 'commitRound', 0);
  region.holdAccount(machine, 0);
  machine.store64(region.identityTable, OWNER);
  region.touch(machine, region.identityTable);
  machine.call(1, 'checkpoint');
  machine.call(0, 'append', 1, 1, 2);
  machine.call(1, 'commitRound', 1);
  reopen();
}
/** A synced block in the second segment, behind a full one. */
function inTwoSegments(machine: Machine): void {
  fullSegment(1)(machine);
  makeBlock(machine, 1, UNUSED, 1);
}
/** The second block is lost; the third stands where a new second one of its size will end. */
function withStrayBlock(machine: Machine, _region: JournalRegion, reopen: Reopen): void {
  makeBlock(machine, 1, 0, 1);
  makeBlock(machine, 1, 0, 0);
  makeBlock(machine, 1, 0, 0);
  reopen((offset) => offset >= 64 + 2 * BLOCK_BYTES);
}

/** A turn of the one that stands by: a checkpoint is due. */
export const standBy: Op = { fn: 'serve', args: [1, 0], label: 'stand by', mayBlock: true };
const twoTurns: Op = { ...standBy, args: [2, 0], label: 'two turns' };
export const besideRounds = {
  // A segment is full, and what the writer holds is flushed to the next one.
  holds: [[0, append(0, 1)]],
  prepare: (machine: Machine): void => {
    fullSegment(1)(machine);
    firstWorks(machine);
  },
  start: (machine: Machine): void => {
    machine.call(1, 'commitRound', 0);
    machine.store32(WORDS.checkpointKib, 1);
  },
} as const;

const checkpoints: readonly Scenario[] = [
  journal({
    name: 'journal: checkpoint beside a writer',
    writers: [[append(0, 1), append(0, 2)]], workers: [[round, checkpoint]],
    prepare: fullSegment(1),
  }),
  journal({
    name: 'journal: checkpoint, worker replaced', maxDeaths: 1, immortal: [0],
    writers: [[]], workers: [[checkpoint]], respawn: [null, [[join(3), checkpoint]]],
    prepare: fullSegment(1), holds: [[0, append(0, 1)]],
  }),
  journal({
    name: 'journal: checkpoint beside a writer, worker replaced', long: true, maxDeaths: 1,
    immortal: [0], writers: [[append(0, 1)]], workers: [[checkpoint]],
    respawn: [null, [[join(3), checkpoint]]], prepare: fullSegment(1), limits: { seconds: 600 },
  }),
  journal({
    name: 'journal: checkpoint beside a death', maxDeaths: 1, lateDetection: true, immortal: [1],
    writers: [[appendBoth(1)]], workers: [[round, checkpoint]],
  }),
  journal({
    name: 'journal: a checkpoint beside a backup', holdsRoot: true, holds: [[0, append(0, 1)]],
    writers: [[{ fn: 'backup', args: [] }]],
    workers: [[{ fn: 'checkpointWhenDue', args: [] }]], prepare: fullSegment(1),
  }),
  journal({
    name: 'journal: a second life', maxDeaths: 1, immortal: [0],
    writers: [[append(0, 3), append(1, 4)]], workers: [[round, syncedRound]],
    respawn: [null, [[join(3), syncedRound]]], prepare: withHeldLock, region: { identities: 1 },
    finish: (machine, region) =>
      (machine.load64(region.identityTable) === NOBODY ? null : 'a name has its old owner'),
  }),
  journal({
    name: 'journal: two checkpoints', writers: [[append(0, 2)]],
    workers: [[checkpoint, checkpoint]], holds: [[0, append(0, 1)]],
  }),
  journal({
    name: 'journal: checkpoint of a frame', region: { kib: 32, ringBytes: 1024 },
    writers: [[link(0, 1)]], workers: [[round, checkpoint, syncedRound]],
  }),
  journal({
    name: 'journal: checkpoint after a replay', writers: [[append(1, 3)]],
    workers: [[checkpoint, syncedRound]],
    prepare: (machine, _region, reopen) => {
      machine.call(0, 'append', 1, 1, 1);
      machine.call(1, 'commitRound', 1);
      reopen();
    },
  }),
  journal({
    name: 'journal: who stands by takes a checkpoint', ...besideRounds,
    writers: [[append(0, 2)]], workers: [[twoTurns], [standBy]],
  }),
  journal({
    name: 'journal: the worker dies beside a checkpoint', ...besideRounds, maxDeaths: 1,
    immortal: [0, 2],
    writers: [[]], workers: [[work], [standBy, work]],
  }),
  journal({
    name: 'journal: damaged files, calls that fail', damages: true,
    writers: [[append(0, 1)]], workers: [[round]], prepare: withHeldLock,
    region: { identities: 1 },
  }),
  journal({
    name: 'journal: damaged files, two segments', damages: true,
    writers: [[append(0, 1)]], workers: [[round]], prepare: inTwoSegments,
  }),
  journal({
    name: 'journal: a checkpoint that fails', fails: { call: 'rename', nth: 1, file: 'image' },
    writers: [[append(0, 1)]], workers: [[round, noCheckpoint, syncedRound]],
  }),
  journal({
    name: 'journal: block of an earlier life behind', writers: [[append(0, 1)]],
    workers: [[round, round]], prepare: withStrayBlock,
  }),
];

export const journalScenarios: readonly Scenario[] = [
  ...groupCommit, ...rings, ...waits, ...stops, ...checkpoints,
];
