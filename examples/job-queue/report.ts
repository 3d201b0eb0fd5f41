// Says what came out: a report for people, or one JSON value.

import type { Verdict } from './verdict.js';

/** Everything that is known at the end of a run. */
export interface Outcome {
  readonly jobs: number;
  /** Jobs that were done before this run. */
  readonly found: number;
  readonly seconds: number;
  readonly killed: number;
  readonly verdict: Verdict;
}

const SHOWN_WRONG = 20;

/** The value that --json prints. */
export function jsonReport({ jobs, found, seconds, killed, verdict }: Outcome) {
  const { done, missing, repeated, wrong } = verdict;
  return {
    jobs, found, done, missing, repeated, wrong: wrong.length, killed,
    jobs_per_s: Math.round((done - found) / seconds),
  };
}

/** The report for people. Its last line is the verdict. */
export function renderReport(outcome: Outcome): string {
  const { found, seconds, killed, verdict } = outcome;
  const { done, missing, repeated, wrong } = verdict;
  const perSecond = jsonReport(outcome).jobs_per_s;
  return [
    ...wrong.slice(0, SHOWN_WRONG),
    ...found === 0 ? [] : [`${found} jobs were done by earlier runs`],
    `${done - found} jobs done in ${seconds.toFixed(1)} s: ${perSecond} per second`,
    `${killed} workers killed while they worked`,
    wrong.length === 0
      ? `${done} jobs, every one done exactly once`
      : `${done} jobs done, ${missing} missing, ${repeated} done more than once`,
  ].join('\n');
}
