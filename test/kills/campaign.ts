/**
 * A campaign: lanes of workers under mixed load on a map and a stream, terminated most of all
 * inside operations, while this thread, which has opened the store, is blocked again and again, and
 * sometimes for seconds. Afterwards everything is compared.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { open } from 'millrace';
import { LAYOUT } from '../../src/layout.js';
import { hotKey, hotNeighbour, trapKey, trapNeighbour } from './entries.js';
import type { Key, KillStore, Value } from './entries.js';
import type { Leaves } from './hunter.js';
import { Ledger } from './ledger.js';
import { HOT_GROUPS } from './plan.js';
import { CAPACITY, STREAM } from './stream-lane.js';
import { verify } from './verify.js';
import type { Findings } from './verify.js';
import type { Stall, WardenReport, WardenStart } from './warden.js';

export interface CampaignOptions {
  readonly terminations: number;
  readonly seed: number;
  /** Lanes that work on the map. */
  readonly lanes: number;
}

/** Durations in milliseconds. */
export interface Percentiles {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

/** What `npm run kill -- --json` prints. */
export interface CampaignReport {
  readonly terminations: number;
  /** Writes and messages that had returned and are not there. */
  readonly lost: number;
  /** Writes and messages that happened twice, or were never begun. */
  readonly duplicated: number;
  readonly leaked_bytes: number;
  /** Living workers that were told of as silent although they did not hang, or as dead. */
  readonly false_suspicions: number;
  /** Terminations of a worker that held the lock of a key which others write. */
  readonly stalls: number;
  /** From the terminate to the next write of another worker on that key. */
  readonly stall_ms: Percentiles;
  /** The same with the thread that opened the store blocked for seconds; part of the above. */
  readonly blocked: { readonly stalls: number; readonly stall_ms: Percentiles };
  /** Workers that hung: found by their heartbeat, and terminated. */
  readonly wedged: number;
  /** Workers that computed, collected garbage or paused for long, and lived. */
  readonly slow: number;
  /** Terminations of workers that had not begun their work. */
  readonly early: number;
  /** Ends of attached workers, orderly ones too, that the members were told of. */
  readonly ends: number;
  readonly recoveries: number;
  readonly steps: number;
  readonly messages: number;
  readonly problems: string[];
  readonly seconds: number;
}

const REGION = 64 * 1024 * 1024;
/** Each lane of the stream has a partition of its own, and consumes of all. */
const STREAM_LANES = 2;
/** Beside the lanes: the opener, the warden, and two whose end is not yet known. */
const OTHER_SLOTS = 4;

const BLOCK_MS = 100;
const TURN_MS = 25;
/** The turns at which this thread is blocked for so long. */
const LONG_TURNS: readonly number[] = [8, 20];
const LONG_BLOCK_MS = 2000;

/** Terminations of one store. A successor recounts all steps of its lane: stories are short. */
const PER_STORE = 50;

type Counts = Pick<CampaignReport,
  'terminations' | 'lost' | 'duplicated' | 'leaked_bytes' | 'false_suspicions' | 'wedged' | 'slow' |
  'early' | 'ends' | 'recoveries' | 'steps' | 'messages'>;

/** What came of one store. */
interface Round extends Counts {
  readonly stalls: readonly Stall[];
  readonly problems: readonly string[];
}

/** Runs one campaign, store after store. Problems are reported, not thrown. */
export async function runCampaign(options: CampaignOptions): Promise<CampaignReport> {
  const started = performance.now();
  const rounds: Round[] = [];
  for (let left = options.terminations; left > 0; left -= PER_STORE) {
    const terminations = Math.min(left, PER_STORE);
    const seed = options.seed * 1000 + rounds.length;
    rounds.push(await runRound({ ...options, terminations, seed }));
    process.stderr.write(`${options.terminations - left + terminations} terminations\n`);
  }
  const sum = (name: keyof Counts): number =>
    rounds.reduce((total, round) => total + round[name], 0);
  const stalls = rounds.flatMap((round) => round.stalls);
  const blocked = stalls.filter(({ isBlocked }) => isBlocked);
  return {
    terminations: sum('terminations'), lost: sum('lost'), duplicated: sum('duplicated'),
    leaked_bytes: sum('leaked_bytes'), false_suspicions: sum('false_suspicions'),
    stalls: stalls.length, stall_ms: percentiles(stalls),
    blocked: { stalls: blocked.length, stall_ms: percentiles(blocked) },
    wedged: sum('wedged'), slow: sum('slow'), early: sum('early'), ends: sum('ends'),
    recoveries: sum('recoveries'), steps: sum('steps'), messages: sum('messages'),
    problems: rounds.flatMap(({ problems }) => problems),
    seconds: (performance.now() - started) / 1000,
  };
}

async function runRound(options: CampaignOptions): Promise<Round> {
  const lanes = options.lanes + STREAM_LANES;
  const ledger = Ledger.of(lanes);
  const store = await open<Key, Value>(':memory:', {
    maxMemory: REGION, slots: lanes + OTHER_SLOTS,
  });
  let ends = 0;
  store.members.on('leave', ({ role }) => { ends += role === 'worker' ? 1 : 0; });
  store.createStream(STREAM, { partitions: STREAM_LANES, capacity: CAPACITY });
  const { stalls, early, wedged, slow, failures, falseSuspicions } = await runWarden(
    store, ledger, { ...options, leaves: leavesOf(store) });
  await everybodyGone(store);
  const { lost, duplicated, problems } = findingsOf(store, ledger, options);
  const inspection = store.check();
  const { recoveries } = store.stats().counters;
  await store.close();
  return {
    terminations: ledger.kills, lost, duplicated, leaked_bytes: inspection.bytes.leaked,
    false_suspicions: falseSuspicions, wedged, slow, early, ends, recoveries, stalls,
    steps: ledger.stepsOf(0, options.lanes), messages: ledger.stepsOf(options.lanes, lanes),
    problems: [
      ...failures, ...problems, ...inspection.problems.map((problem) => JSON.stringify(problem)),
    ],
  };
}

/**
 * Makes the hot keys and the trap. Each pair shares more slices than others, so its leaf is the
 * root of a layer, which keeps its place; a put notes its address in the slot of its writer.
 */
function leavesOf(store: KillStore): Leaves {
  const words = new Int32Array(store.handle.memory.buffer);
  const { slotTable } = LAYOUT.superblock.Superblock;
  const { NOTES, SLOT_BYTES } = LAYOUT.slot;
  const own = store.members.list().find(({ role }) => role === 'worker');
  if (own === undefined) throw new Error('the opener is no member');
  const notes = words[slotTable >> 2] + (own.slot - 1) * SLOT_BYTES + NOTES;
  const leafOf = (key: Key, neighbour: Key): number => {
    for (const put of [neighbour, key, key]) store.put(put, 0);
    return words[notes >> 2];
  };
  const groups = Array.from({ length: HOT_GROUPS }, (_, group) => group);
  return {
    hot: groups.map((group) => leafOf(hotKey(group), hotNeighbour(group))),
    trap: leafOf(trapKey, trapNeighbour),
  };
}

function findingsOf(store: KillStore, ledger: Ledger, { seed, lanes }: CampaignOptions): Findings {
  try {
    return verify(store, ledger, seed, lanes);
  } catch (error) {
    return { lost: 1, duplicated: 0, problems: [String(error)] };
  }
}

/** Runs the warden; this thread sleeps most of the time and turns its event loop in between. */
async function runWarden(
  { handle }: KillStore, ledger: Ledger,
  { seed, terminations: kills, lanes: mapLanes, leaves }:
    CampaignOptions & Pick<WardenStart, 'leaves'>,
): Promise<WardenReport> {
  const start: WardenStart = { handle, ledger: ledger.memory, seed, kills, mapLanes, leaves };
  const worker = new Worker(new URL('./warden.js', import.meta.url), { workerData: start });
  const run = { isOver: false };
  const report = new Promise<WardenReport>((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
  }).finally(() => { run.isOver = true; });
  for (let turn = 1; !run.isOver; turn++) {
    ledger.block(LONG_TURNS.includes(turn) ? LONG_BLOCK_MS : BLOCK_MS);
    await sleep(TURN_MS);
  }
  return report;
}

/** The ends of the last workers are noticed a moment after the warden has noticed them. */
async function everybodyGone(store: KillStore): Promise<void> {
  while (store.members.list().filter(({ role }) => role === 'worker').length > 1) await sleep(1);
}

function percentiles(stalls: readonly Stall[]): Percentiles {
  const sorted = stalls.map(({ microseconds }) => microseconds).toSorted((a, b) => a - b);
  const at = (share: number): number =>
    (sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0) / 1000;
  return { p50: at(0.5), p99: at(0.99), max: at(1) };
}
