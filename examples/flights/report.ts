// Says what came out: a report for people, or one JSON value.

import type { Counted } from './counting.js';
import { count, fixed, table } from './format.js';
import type { Job } from './job.js';
import type { Moved } from './moving/moving.js';
import type { PlainResult } from './plain.js';
import type { Progress } from './progress.js';
import { measureOf, rowsOf } from './sums.js';
import type { Sums } from './sums.js';
import type { Group, Verdict } from './verdict.js';

/** Everything that is known at the end of a run. */
export interface Outcome {
  readonly job: Job;
  readonly workers: number;
  readonly counted: Pick<Counted, 'seconds' | 'killed' | 'recovered'> & {
    /** Times of the workers, summed over all of them. */
    readonly progress: Pick<Progress, 'seconds'>;
  };
  /** How long the store took to open again; undefined when it was in memory only. */
  readonly reopenSeconds: number | undefined;
  readonly plain: PlainResult;
  readonly verdict: Verdict;
  /** The busiest groups, in order. */
  readonly top: readonly Group[];
  readonly moved: Moved;
}

/** A column of the table of the busiest groups, beside their names and rows. */
interface ShownColumn {
  readonly head: string;
  readonly text: (sums: Readonly<Sums>) => string;
}

// More columns than this do not fit a terminal.
const SHOWN_MEASURES = 3;

/** The report for people. Its last line is the verdict. */
export function renderReport(outcome: Outcome): string {
  const { job, counted, moved } = outcome;
  const { groups, rows } = outcome.verdict;
  return [
    timesOf(outcome),
    '',
    'Decoding dominates, and a death costs the decoding of its task once more: the claim is',
    'exactness under kills, not a win over the plain loop. Moving is another matter:',
    '',
    movesOf(outcome),
    '',
    'What went through the store is durable in the end; what went by message is gone with its',
    `worker. The store had ${count(moved.killed)} kills on the way, the others none.`,
    '',
    topOf(outcome),
    '',
    `${count(counted.killed)} workers killed, ${count(counted.recovered)} recovered; ` +
      `${reopeningOf(outcome)}`,
    `${count(groups)} ${job.kind}s compared with the plain loop:`,
    `${count(rows)} rows, ${count(mismatchesOf(outcome))} mismatches`,
  ].join('\n');
}

/** Groups that came out wrong, in the job or when the same rows were moved again. */
export function mismatchesOf({ verdict, moved }: Pick<Outcome, 'verdict' | 'moved'>): number {
  return verdict.mismatches + moved.mismatches;
}

/** The value that --json prints. */
export function jsonReport(outcome: Outcome): Record<string, unknown> {
  const { job, verdict, counted, plain, moved } = outcome;
  const figures = {
    rows: verdict.rows,
    routes: verdict.groups,
    workers: outcome.workers,
    killed: counted.killed,
    recovered: counted.recovered,
    mismatches: mismatchesOf(outcome),
    seconds: counted.seconds,
    decode_seconds: counted.progress.seconds('decode'),
    aggregate_seconds: counted.progress.seconds('aggregate'),
    single_thread_seconds: plain.seconds,
    rows_per_s: verdict.rows / counted.seconds,
    reopened: outcome.reopenSeconds !== undefined,
    move_seconds: moved.seconds,
    baseline_move_seconds: moved.baseline,
    transfer_move_seconds: moved.transfer,
    move_killed: moved.killed,
  };
  if (job.kind === 'route') return figures;
  return { ...figures, by: job.by[0], top: outcome.top.map((group) => jsonGroup(job, group)) };
}

function jsonGroup(job: Job, { key, sums }: Group): Record<string, unknown> {
  const means = job.measures.map((name, m) => [name, meanOf(sums, m)] as const);
  return { value: key[0], rows: rowsOf(sums), means: Object.fromEntries(means) };
}

function timesOf({ workers, counted, plain }: Outcome): string {
  const { progress, seconds } = counted;
  const phases = ['decode', 'aggregate', 'move'] as const;
  const parts = phases.map((phase) => fixed(progress.seconds(phase), 2));
  const adding = fixed(plain.seconds - plain.decodeSeconds, 2);
  const crew = `${workers} + ${workers} workers, summed`;
  return table([
    ['seconds', 'decode', 'aggregate', 'move', 'wall clock'],
    [crew, ...parts, fixed(seconds, 2)],
    ['plain loop', fixed(plain.decodeSeconds, 2), adding, '-', fixed(plain.seconds, 2)],
  ]);
}

function movesOf({ moved, reopenSeconds }: Outcome): string {
  const medium = reopenSeconds === undefined ? 'in memory' : 'synced';
  const line = (name: string, seconds: number): string[] => [
    name, fixed(seconds, 3), count(moved.rows / seconds), `${fixed(seconds / moved.seconds, 1)}x`,
  ];
  return table([
    [`moving ${count(moved.rows)} packed rows`, 'seconds', 'rows/s', 'time'],
    line(`store, ${medium}, ${moved.killed} kills`, moved.seconds),
    line('postMessage, 1000 objects each', moved.baseline),
    line('postMessage, transferred buffers', moved.transfer),
  ]);
}

function reopeningOf({ reopenSeconds }: Outcome): string {
  if (reopenSeconds === undefined) return 'nothing reopened (memory only);';
  return `closed, and opened again in ${fixed(reopenSeconds, 2)} s;`;
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
    const mean: ShownColumn = { head: `mean ${name}`, text: (sums) => fixed(meanOf(sums, m), 1) };
    if (job.kind !== 'route' || name !== 'delay') return [mean];
    const worst: ShownColumn = { head: 'worst delay', text: (sums) => count(greatestOf(sums, m)) };
    return [mean, worst];
  });
}

function meanOf(sums: Readonly<Sums>, measure: number): number {
  const { values, sum } = measureOf(sums, measure);
  return sum / values;
}

function greatestOf(sums: Readonly<Sums>, measure: number): number {
  return measureOf(sums, measure).greatest;
}
