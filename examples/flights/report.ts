// Says what came out: a report for people, or one JSON value.

import { count, fixed, table } from './format.js';
import type { Job } from './job.js';
import type { PlainResult } from './plain.js';
import type { Progress } from './progress.js';
import { measureOf, rowsOf } from './sums.js';
import type { Sums } from './sums.js';
import type { Group, Verdict } from './verdict.js';

/** Everything that is known at the end of a run. */
export interface Outcome {
  readonly job: Job;
  readonly workers: number;
  /** Workers that were killed. */
  readonly killed: number;
  /** Killed workers that the store noticed and recovered from. */
  readonly recovered: number;
  /** Wall-clock time from the first worker's start to the last one's end. */
  readonly seconds: number;
  /** Times of the workers, summed over all of them. */
  readonly progress: Pick<Progress, 'seconds'>;
  readonly plain: PlainResult;
  readonly verdict: Verdict;
  /** The busiest groups, in order. */
  readonly top: readonly Group[];
}

/** A column of the table of the busiest groups, beside their names and rows. */
interface ShownColumn {
  readonly head: string;
  readonly text: (sums: Sums) => string;
}

// More columns than this do not fit a terminal.
const SHOWN_MEASURES = 3;

/** The report for people. Its last line is the verdict. */
export function renderReport(outcome: Outcome): string {
  const { job, killed, recovered, verdict } = outcome;
  const groups = `${count(verdict.groups)} ${job.kind}s`;
  return [
    timesOf(outcome),
    '',
    'Decoding dominates, and a death costs the decoding of its task once more: the claim is',
    'exactness under kills, not a win over the plain loop.',
    '',
    topOf(outcome),
    '',
    `${count(killed)} workers killed, ${count(recovered)} recovered; ` +
      `${groups} compared with the plain loop:`,
    `${count(verdict.rows)} rows, ${count(verdict.mismatches)} mismatches`,
  ].join('\n');
}

/** The value that --json prints. */
export function jsonReport(outcome: Outcome): Record<string, unknown> {
  const { job, verdict, progress, plain, seconds } = outcome;
  const figures = {
    rows: verdict.rows,
    routes: verdict.groups,
    workers: outcome.workers,
    killed: outcome.killed,
    recovered: outcome.recovered,
    mismatches: verdict.mismatches,
    seconds,
    decode_seconds: progress.seconds('decode'),
    aggregate_seconds: progress.seconds('aggregate'),
    single_thread_seconds: plain.seconds,
    rows_per_s: verdict.rows / seconds,
  };
  if (job.kind === 'route') return figures;
  return { ...figures, by: job.by[0], top: outcome.top.map((group) => jsonGroup(job, group)) };
}

function jsonGroup(job: Job, { key, sums }: Group): Record<string, unknown> {
  const means = job.measures.map((name, m) => [name, meanOf(sums, m)] as const);
  return { value: key[0], rows: rowsOf(sums), means: Object.fromEntries(means) };
}

function timesOf({ workers, progress, seconds, plain }: Outcome): string {
  const phases = ['decode', 'aggregate', 'move'] as const;
  const parts = phases.map((phase) => fixed(progress.seconds(phase), 2));
  const adding = fixed(plain.seconds - plain.decodeSeconds, 2);
  const crew = workers === 1 ? '1 worker' : `${workers} workers, summed`;
  return table([
    ['seconds', 'decode', 'aggregate', 'move', 'wall clock'],
    [crew, ...parts, fixed(seconds, 2)],
    ['plain loop', fixed(plain.decodeSeconds, 2), adding, '-', fixed(plain.seconds, 2)],
  ]);
}

function topOf({ job, top }: Outcome): string {
  const columns = shownColumns(job);
  const heads = [job.kind, job.kind === 'route' ? 'flights' : 'rows'];
  const lines = top.map(({ key, sums }) => [
    key.join(' -> ') || '(none)',
    count(rowsOf(sums)),
    ...columns.map((column) => column.text(sums)),
  ]);
  return table([[...heads, ...columns.map((column) => column.head)], ...lines]);
}

/** The mean of each measure, and for flights also the worst delay. */
function shownColumns(job: Job): ShownColumn[] {
  return job.measures.slice(0, SHOWN_MEASURES).flatMap((name, m) => {
    const mean = { head: `mean ${name}`, text: (sums: Sums) => fixed(meanOf(sums, m), 1) };
    if (job.kind !== 'route' || name !== 'delay') return [mean];
    const worst = { head: 'worst delay', text: (sums: Sums) => count(greatestOf(sums, m)) };
    return [mean, worst];
  });
}

function meanOf(sums: Sums, measure: number): number {
  const { values, sum } = measureOf(sums, measure);
  return sum / values;
}

function greatestOf(sums: Sums, measure: number): number {
  return measureOf(sums, measure).greatest;
}
