// The first phase, the job itself: sources decode the file into the stream, consumers add it up in
// the map, and both are killed by plan.

import { MillraceError } from 'millrace';
import { ProgressBar } from './bar.js';
import { Crew } from './crew.js';
import { divide, partitionsOf } from './division.js';
import type { FlightStore, FlightStream } from './entries.js';
import type { Job } from './job.js';
import { planKills } from './kills.js';
import type { Options } from './options.js';
import { rowBytesOf } from './packing.js';
import { Progress } from './progress.js';
import { GROUP } from './protocol.js';
import { RecoveryWatch } from './recoveries.js';
import type { Source } from './source/source.js';
import { postTasks } from './tasks.js';

/** What came out, beside the sums in the map. */
export interface Counted {
  readonly seconds: number;
  readonly killed: number;
  /** Killed workers that the store noticed and recovered from. */
  readonly recovered: number;
  readonly progress: Progress;
}

/** The stream of the job, and the name of its task list. */
export const STREAM = 'rows';
// A batch is a quarter of a partition's capacity at most.
const CAPACITY_BATCHES = 4;
const LEAST_CAPACITY = 1024;
const LARGEST_BATCH = 8192;
// At least so many batches, so that kills find some that are merged and some that are not.
const LEAST_BATCHES = 20;
const REDRAW_MS = 100;

/** Lets a crew do the job and die by plan. */
export async function countWithKills(
  store: FlightStore,
  job: Job,
  source: Source,
  options: Options,
): Promise<Counted> {
  const { workers, kill, seed } = options;
  const tasks = await source.tasks(options.rows, workers);
  const rows = tasks.reduce((sum, task) => sum + task.rows, 0);
  const division = divide(workers);
  const stream = store.createStream(STREAM, {
    partitions: partitionsOf(division),
    rowBytes: rowBytesOf(job),
    capacity: capacityFor(job, rows),
  });
  postTasks(store, STREAM, tasks);
  const progress = new Progress(Progress.allocate(workers));
  const recoveries = new RecoveryWatch(store.members);
  const crew = new Crew({
    name: 'count',
    phase: {
      handle: store.handle, job, stream: STREAM, division, kind: job.kind,
      marks: planKills(kill, rows, seed), progress: progress.memory, packed: undefined,
    },
    teams: [
      { role: 'source', lanes: workers, spares: 0 },
      { role: 'consumer', lanes: workers, spares: 0 },
    ],
    recovered: (identity) => recoveries.of(identity),
  });
  const started = performance.now();
  const bar = new ProgressBar(process.stderr, rows, kill);
  await drawing(bar, crew, stream, started, async () => {
    await crew.assemble();
    await crew.work();
    await crew.dismiss();
  });
  const seconds = (performance.now() - started) / 1000;
  const recovered = recoveries.count(crew.killed);
  return { seconds, killed: crew.killed.length, recovered, progress };
}

/** Small jobs get small batches. */
function capacityFor(job: Job, rows: number): number {
  const batch = Math.min(LARGEST_BATCH, Math.max(1, Math.ceil(rows / LEAST_BATCHES)));
  return Math.max(LEAST_CAPACITY, CAPACITY_BATCHES * batch * rowBytesOf(job));
}

/** Shows how far the crew is while it works. */
async function drawing(
  bar: ProgressBar,
  crew: Crew,
  stream: FlightStream,
  started: number,
  work: () => Promise<void>,
): Promise<void> {
  const draw = (): void => {
    const seconds = (performance.now() - started) / 1000;
    bar.show(rowsInMap(stream), crew.killed.length, seconds);
  };
  const timer = setInterval(draw, REDRAW_MS);
  try {
    await work();
    draw();
  } finally {
    clearInterval(timer);
    bar.end();
  }
}

/** Rows merged so far, or undefined when a death that is being recovered just now is in the way. */
function rowsInMap(stream: FlightStream): number | undefined {
  try {
    const lag = stream.lag(GROUP);
    if (lag === undefined) return 0;
    let published = 0;
    for (let at = 0; at < stream.partitions; at++) published += stream.tail(at);
    return Math.max(0, published - lag);
  } catch (error) {
    if (error instanceof MillraceError && error.code === 'BUSY') return undefined;
    throw error;
  }
}
