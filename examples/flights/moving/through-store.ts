// Moves the rows through a stream into the map, as the job does, with kills on the way. Spares stand
// by for those who will die, so that no start of a thread decides the figure.

import { Crew } from '../crew.js';
import { sumsOf } from '../entries.js';
import type { FlightStore } from '../entries.js';
import type { Groups } from '../groups.js';
import type { Job } from '../job.js';
import { planKills } from '../kills.js';
import { divide } from '../outlet.js';
import { rowBytesOf } from '../packing.js';
import type { PackedRows } from '../packing.js';
import { Progress } from '../progress.js';
import { RecoveryWatch } from '../recoveries.js';
import { postTasks } from '../tasks.js';
import { compare } from '../verdict.js';
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

const CAPACITY = 1 << 20;

/** One round: from the first row appended to the last commit on disk. */
export async function moveThroughStore(plan: MovePlan, round: number): Promise<Move> {
  const { store, job, plain, packed, workers, kills } = plan;
  const name = `move ${round}`;
  const division = divide(workers);
  const stream = store.createStream(name, {
    partitions: division.lanes * division.keys, rowBytes: rowBytesOf(job), capacity: CAPACITY,
  });
  postTasks(store, name, slicesOf(plan.rows, workers));
  const recoveries = new RecoveryWatch(store.members);
  const crew = new Crew({
    name,
    phase: {
      handle: store.handle, job, stream: name, division, kind: 'moved', packed,
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
  const started = performance.now();
  await crew.work();
  await store.flushed({ durability: 'synced' });
  const seconds = (performance.now() - started) / 1000;
  await crew.dismiss();
  const { mismatches } = compare(store, 'moved', plain);
  stream.destroy();
  store.batch(Array.from(store.keys(sumsOf('moved')), (key) => ({ type: 'del', key })));
  return { seconds, killed: crew.killed.length, mismatches };
}
