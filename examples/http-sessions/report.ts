// Says what came out: a report for people, or one JSON value.

import type { LoadReport } from './messages.js';

/** Everything that is known at the end of a run. */
export interface Outcome {
  readonly seconds: number;
  readonly killed: number;
  readonly retried: number;
  /** Retried requests that the dead worker had already served. */
  readonly found: number;
  readonly load: Pick<LoadReport, 'requests' | 'refused' | 'latencies' | 'sessions'>;
  /** One sentence for each answer, entry or byte that was wrong. */
  readonly wrong: readonly string[];
}

const SHOWN_WRONG = 20;

/** The value that --json prints. */
export function jsonReport({ load, wrong, retried, killed }: Outcome): Record<string, number> {
  return {
    requests: load.requests,
    wrong: wrong.length,
    retried,
    killed,
    p50_ms: percentile(load.latencies, 0.5),
    p99_ms: percentile(load.latencies, 0.99),
  };
}

/** The report for people. Its last line is the verdict. */
export function renderReport(outcome: Outcome): string {
  const { load, wrong, killed, retried, found, seconds } = outcome;
  const { p50_ms, p99_ms } = jsonReport(outcome);
  return [
    ...wrong.slice(0, SHOWN_WRONG),
    `${seconds} s of load: ${Math.round(load.requests / seconds)} requests/s on ` +
      `${load.sessions.length} sessions, ${load.refused} refused by their rate limit`,
    `latency: p50 ${p50_ms.toFixed(2)} ms, p99 ${p99_ms.toFixed(2)} ms`,
    `${killed} workers killed, ${retried} requests asked again, ` +
      `${found} of them had been served and were not counted twice`,
    `${load.requests} requests, ${wrong.length} wrong`,
  ].join('\n');
}

/** The smallest value that at least the given share does not exceed; 0 without values. */
export function percentile(values: Float64Array, share: number): number {
  const sorted = values.toSorted();
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
}
