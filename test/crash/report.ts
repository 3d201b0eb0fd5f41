// Plays cases and sums up what came out of it.

import { locateSites } from '../mc/sites.js';
import type { CrashCase } from './crash-case.js';
import type { Program } from './program.js';
import { play, type CaseResult, type Failure } from './runner.js';

/** What `npm run crash -- --json` prints. */
export interface Report {
  /** Stores before which an operation was stopped. */
  readonly points: number;
  /** Stores before which a recovery was stopped. */
  readonly nested_points: number;
  /** Stops after which something was not as it should be. */
  readonly wrong: number;
  /** Stops after which memory was lost. */
  readonly leaks: number;
  readonly seconds: number;
}

/** Options of a run. */
export interface Options {
  /** Only cases whose names contain this. */
  readonly only?: string;
  /** Tell every store of every case. */
  readonly trace?: boolean;
  print(line: string): void;
}

/** Failures of one case that are told in full. */
const FAILURES_TOLD = 5;

class Teller {
  private locations: readonly string[] | undefined;

  constructor(private readonly program: Program, private readonly options: Options) {}

  tell({ name }: CrashCase, { points, nestedPoints, failures, sites }: CaseResult): void {
    const { print, trace } = this.options;
    print(`${name}: ${points} points, ${nestedPoints} nested` +
      (failures.length === 0 ? '' : `, ${failures.length} FAILED`));
    if (trace) sites.forEach((site, i) => print(`  ${i + 1} ${this.locate(site)}`));
    for (const failure of failures.slice(0, FAILURES_TOLD)) print(`  ${this.describe(failure)}`);
  }

  private describe({ store, nested, site, wrong, leakedBytes }: Failure): string {
    const where = nested === 0 ? '' : `, recovery stopped before its store ${nested}`;
    const what = wrong === '' ? `${leakedBytes} bytes lost` : wrong;
    return `before store ${store} (${this.locate(site)})${where}: ${what}`;
  }

  private locate(site: number): string {
    this.locations ??= locateSites(this.program.build, this.program.sites);
    return this.locations[site] ?? 'no store';
  }
}

/** Plays all chosen cases. */
export function runCases(
  program: Program, cases: readonly CrashCase[], options: Options,
): Report {
  const started = performance.now();
  const teller = new Teller(program, options);
  const sums = { points: 0, nested_points: 0, wrong: 0, leaks: 0 };
  for (const played of cases.filter(({ name }) => name.includes(options.only ?? ''))) {
    const result = play(played, program.module);
    sums.points += result.points;
    sums.nested_points += result.nestedPoints;
    sums.wrong += result.failures.filter(({ wrong }) => wrong !== '').length;
    sums.leaks += result.failures.filter(({ leakedBytes }) => leakedBytes > 0).length;
    teller.tell(played, result);
  }
  return { ...sums, seconds: (performance.now() - started) / 1000 };
}
