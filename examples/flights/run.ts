// One run from the options to the outcome: posts the tasks, lets the crew work and die, and has
// every group compared with the plain loop.

import { MillraceError, open } from 'millrace';
import { ProgressBar } from './bar.js';
import { Crew } from './crew.js';
import { numbers } from './entries.js';
import type { FlightStore, Key, Value } from './entries.js';
import { fileJob, flightsJob } from './job.js';
import type { Job } from './job.js';
import { planKills } from './kills.js';
import type { Options } from './options.js';
import { countPlainly } from './plain.js';
import { Progress } from './progress.js';
import { RecoveryWatch } from './recoveries.js';
import type { Outcome } from './report.js';
import { openSource } from './source/open.js';
import type { Source } from './source/source.js';
import { postTasks, totalDone } from './tasks.js';
import { busiest, compare } from './verdict.js';

const LARGEST_BATCH = 65536;
// At least so many batches, so that kills find some that are merged and some that are not.
const LEAST_BATCHES = 20;
const REDRAW_MS = 100;
const SHOWN_GROUPS = 10;

/**
 * Runs the example.
 *
 * @throws InputProblem when the file or its column is not as the options say
 */
export async function run(options: Options): Promise<Outcome> {
  const { job, source } = await chooseJob(options);
  const store = await open<Key, Value>(':memory:', { valueEncoding: numbers });
  try {
    const crew = await runCrew(store, job, source, options);
    const plain = await countPlainly(source, job, options.rows);
    const verdict = compare(store, job, plain.groups);
    const top = busiest(store, job, SHOWN_GROUPS);
    return { job, workers: options.workers, ...crew, plain, verdict, top };
  } finally {
    await store.close();
  }
}

async function chooseJob({ file }: Options): Promise<{ job: Job; source: Source }> {
  if (file === undefined) {
    const job = flightsJob();
    return { job, source: await openSource(job.path) };
  }
  const source = await openSource(file.path);
  return { job: fileJob(file.path, file.by, await source.schema()), source };
}

/** Lets the crew do all tasks and die by plan. Gives its figures. */
async function runCrew(
  store: FlightStore,
  job: Job,
  source: Source,
  options: Options,
): Promise<Pick<Outcome, 'seconds' | 'killed' | 'recovered' | 'progress'>> {
  const tasks = await source.tasks(options.rows, options.workers);
  const rows = tasks.reduce((sum, task) => sum + task.rows, 0);
  const batchRows = Math.min(LARGEST_BATCH, Math.max(1, Math.ceil(rows / LEAST_BATCHES)));
  const progress = new Progress(Progress.allocate(options.workers));
  const marks = planKills(options.kill, rows, options.seed);
  const recoveries = new RecoveryWatch(store.members);
  postTasks(store, tasks);

  const { workers } = options;
  const crew = new Crew({ store, job, workers, marks, progress, batchRows });
  const bar = new ProgressBar(process.stderr, rows, options.kill);
  const started = performance.now();
  const draw = (): void => {
    const seconds = (performance.now() - started) / 1000;
    bar.show(rowsInMap(store), crew.killed.length, seconds);
  };
  const timer = setInterval(draw, REDRAW_MS);
  try {
    await crew.run();
    draw();
  } finally {
    clearInterval(timer);
    bar.end();
  }
  const seconds = (performance.now() - started) / 1000;
  const recovered = await recoveries.count(crew.killed);
  return { seconds, killed: crew.killed.length, recovered, progress };
}

/** Rows merged so far, or undefined when the scan met a death that is being recovered just now. */
function rowsInMap(store: FlightStore): number | undefined {
  try {
    return totalDone(store);
  } catch (error) {
    if (error instanceof MillraceError && error.code === 'BUSY') return undefined;
    throw error;
  }
}
