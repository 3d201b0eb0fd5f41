// Plays cases and sums up what came out of it.

import { locateSites } from '../mc/sites.js';
import { casesOf, type Form } from './cases/index.js';
import type { CrashCase } from './crash-case.js';
import type { Program } from './program.js';
import { play, type CaseResult, type Failure } from './runner.js';

/** What `npm run crash -- --json` prints. */
export interface Report {
  /** Cases that were played: an operation on a shape, or at the end of a random walk. */
  readonly cases: number;
  /** Cases of the full form that were not. */
  readonly left_out: number;
  /** Stores before which an operation was stopped. */
  readonly points: number;
  /** Different regions that those stops have left, within each case. */
  readonly images: number;
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

/** Tells of results and sums them up. */
export class Tally {
  private readonly started = performance.now();
  private readonly sums = {
    cases: 0, points: 0, images: 0, nested_points: 0, wrong: 0, leaks: 0,
  };
  private locations: readonly string[] | undefined;

  constructor(private readonly program: Program, private readonly options: Options) {}

  add(name: string, result: CaseResult): void {
    const { sums } = this;
    sums.cases++;
    sums.points += result.points;
    sums.images += result.images;
    sums.nested_points += result.nestedPoints;
    sums.wrong += result.failures.filter(({ wrong }) => wrong !== '').length;
    sums.leaks += result.failures.filter(({ leakedBytes }) => leakedBytes > 0).length;
    this.tell(name, result);
  }

  report(): Report {
    const { cases, ...counted } = this.sums;
    const left_out = Math.max(0, casesOf('full').length - cases);
    return { cases, left_out, ...counted, seconds: (performance.now() - this.started) / 1000 };
  }

  private tell(name: string, { points, nestedPoints, failures, sites }: CaseResult): void {
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

/** The cases of a form whose names contain what is asked for. */
export function chosenCases(form: Form, only = ''): readonly CrashCase[] {
  return casesOf(form).filter(({ name }) => name.includes(only));
}

/** Plays the chosen cases in this thread. */
export function runCases(program: Program, form: Form, options: Options): Report {
  const tally = new Tally(program, options);
  for (const played of chosenCases(form, options.only)) {
    tally.add(played.name, play(played, program.module));
  }
  return tally.report();
}
