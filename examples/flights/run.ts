// One run from the options to the outcome: the job under kills, the store closed and opened again,
// every group compared with the plain loop, and then the rows moved once more against the clock.

import { Catalog } from './catalog.js';
import { countWithKills, STREAM } from './counting.js';
import type { Counted } from './counting.js';
import type { FlightStore } from './entries.js';
import { Home } from './home.js';
import { fileJob, flightsJob } from './job.js';
import type { Job } from './job.js';
import { move } from './moving/moving.js';
import { SharedRows } from './moving/shared-rows.js';
import type { Options } from './options.js';
import { countPlainly } from './plain.js';
import type { Outcome } from './report.js';
import { openSource } from './source/open.js';
import type { Source } from './source/source.js';
import { busiest, compare } from './verdict.js';

const SHOWN_GROUPS = 10;
// More deaths than these would only measure how fast threads start.
const MOST_MOVE_KILLS = 8;

/**
 * Runs the example.
 *
 * @throws InputProblem when the file, its column or the directory is not as the options say
 */
export async function run(options: Options): Promise<Outcome> {
  const { job, source } = await chooseJob(options);
  const home = new Home(options);
  try {
    const { counted, store, reopenSeconds } = await countAndReopen(home, job, source, options);
    try {
      return { ...await judge(store, job, source, options), counted, reopenSeconds };
    } finally {
      await store.close();
    }
  } finally {
    home.leave();
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

/** Does the job. What it leaves behind is read from the disk again, if there is one. */
async function countAndReopen(
  home: Home,
  job: Job,
  source: Source,
  options: Options,
): Promise<{ counted: Counted; store: FlightStore; reopenSeconds: number | undefined }> {
  const store = await home.make();
  let counted: Counted;
  try {
    counted = await countWithKills(store, job, source, options);
    await store.flushed({ durability: 'synced' });
  } catch (error) {
    await store.close();
    throw error;
  }
  if (!home.isDurable) return { counted, store, reopenSeconds: undefined };
  await store.close();
  const before = performance.now();
  const reopened = await home.reopen();
  return { counted, store: reopened, reopenSeconds: (performance.now() - before) / 1000 };
}

/** Compares the map with the plain loop, and measures the moving of the same rows. */
async function judge(
  store: FlightStore,
  job: Job,
  source: Source,
  options: Options,
): Promise<Omit<Outcome, 'counted' | 'reopenSeconds'>> {
  const { workers, seed } = options;
  const catalog = new Catalog(store);
  catalog.refresh();
  const shared = new SharedRows(job, catalog);
  const plain = await countPlainly(source, job, options.rows, (rows, n) => shared.add(rows, n));
  const verdict = compare(store, job.kind, plain.groups);
  const top = busiest(store, job.kind, SHOWN_GROUPS);
  const kills = Math.min(options.kill, MOST_MOVE_KILLS);
  const rows = { packed: shared.toShared(), rows: plain.rows, plain: plain.groups };
  const plan = { store, job, ...rows, workers, kills, seed };
  const moved = await move(plan, catalog, store.stream(STREAM));
  return { job, workers, plain, verdict, top, moved };
}
