// Moves the rows through a stream into the map, as the job does, with kills on the way. Spares
// stand by for those who will die, so that no start of a thread decides the figure.

import { setTimeout as sleep } from 'node:timers/promises';
import { Crew } from '../crew.js';
import { divide, partitionsOf } from '../division.js';
import { sumsOf } from '../entries.js';
import type { FlightStore } from '../entries.js';
import type { Groups } from '../groups.js';
import type { Job } from '../job.js';
import { planKills } from '../kills.js';
import { rowBytesOf } from '../packing.js';
import type { PackedRows } from '../packing.js';
import { Progress } from '../progress.js';
import { RecoveryWatch } from '../recoveries.js';
import { postTasks } from '../tasks.js';
import { compare } from '../verdict.js';
import { REHEARSAL } from './rehearsal.js';
import { slicesOf } from './slices.js';

/** What all ways of moving start from. */
export interface MovePlan {
  readonly store: FlightStore;
  readonly job: Job;
  readonly packed: PackedRows;
  readonly rows: number;
  readonly workers: number;
  readonly kills: number;
  readonly seed: number;
  /** What has to come out. */
  readonly plain: Groups;
}

/** How it went. */
export interface Move {
  readonly seconds: number;
  readonly killed: number;
  readonly mismatches: number;
}

/** So long the compilers of all threads get to finish what the rehearsals gave them to do. */
export const SETTLE_MS = 100;

// The first element of the keys of sums.
const MOVED = 'moved';
const CAPACITY = 1 << 20;
const CLEARED_AT_ONCE = 1000;

/** One round: from the first row appended to the last commit on disk. */
export async function moveThroughStore(plan: MovePlan, round: number): Promise<Move> {
  const { store, job, plain, packed, workers, kills } = plan;
  const name = `move ${round}`;
  const division = divide(workers);
  const stream = store.createStream(name, {
    partitions: partitionsOf(division), rowBytes: rowBytesOf(job), capacity: CAPACITY,
  });
  postTasks(store, name, slicesOf(plan.rows, workers));
  const recoveries = new RecoveryWatch(store.members);
  const crew = new Crew({
    name,
    phase: {
      handle: store.handle, job, stream: name, division, kind: MOVED, packed,
      marks: planKills(kills, plan.rows, plan.seed + round),
      progress: Progress.allocate(workers),
    },
    teams: [
      { role: 'source', lanes: workers, spares: Math.ceil(kills / 2) },
      { role: 'consumer', lanes: workers, spares: Math.floor(kills / 2) },
    ],
    recovered: (identity) => recoveries.of(identity),
  });
  await crew.assemble();
  await store.flushed({ durability: 'synced' });
  await sleep(SETTLE_MS);
  const started = performance.now();
  await crew.work();
  await store.flushed({ durability: 'synced' });
  const seconds = (performance.now() - started) / 1000;
  await crew.dismiss();
  const { mismatches } = compare(store, MOVED, plain);
  stream.destroy();
  clear(store, MOVED);
  clear(store, REHEARSAL);
  return { seconds, killed: crew.killed.length, mismatches };
}

/** Removes all sums of a kind, a part at a time: a transaction has its limits. */
function clear(store: FlightStore, kind: string): void {
  for (;;) {
    const keys = Array.from(store.keys({ ...sumsOf(kind), limit: CLEARED_AT_ONCE }));
    if (keys.length === 0) return;
    store.batch(keys.map((key) => ({ type: 'del', key })));
  }
}
