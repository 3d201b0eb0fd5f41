// The verdict: whether every job was done exactly once, and rightly.

import { compositeOf, doneIn, resultsIn } from './jobs.js';
import type { JobStore, Result } from './jobs.js';

/** What there is at the end, and what is wrong with it. */
export interface Verdict {
  readonly done: number;
  /** Jobs without a result. */
  readonly missing: number;
  /** Jobs whose result was committed more than once. */
  readonly repeated: number;
  /** One sentence for everything that is not as it should be. */
  readonly wrong: readonly string[];
}

function isPrime(number: number): boolean {
  for (let divisor = 2; divisor * divisor <= number; divisor++) {
    if (number % divisor === 0) return false;
  }
  return number > 1;
}

function isRight(job: number, { factors }: Result): boolean {
  return factors.reduce((a, b) => a * b, 1) === compositeOf(job) && factors.every(isPrime);
}

/** Looks at every result. The store is one that nobody writes to. */
export function judge(store: JobStore, jobs: number): Verdict {
  const wrong: string[] = [];
  let done = 0;
  let repeated = 0;
  for (const [job, result] of resultsIn(store)) {
    done++;
    if (result.times !== 1) {
      repeated++;
      wrong.push(`job ${job} was done ${result.times} times`);
    }
    if (!isRight(job, result)) wrong.push(`job ${job} has a wrong result`);
  }
  const missing = jobs - done;
  if (missing !== 0) wrong.push(`${jobs} jobs were pushed, ${done} have a result`);
  const counted = doneIn(store);
  if (counted !== done) wrong.push(`${counted} jobs were counted, ${done} have a result`);
  const { problems } = store.check();
  wrong.push(...problems.map(({ where, message }) => `${where}: ${message}`));
  return { done, missing, repeated, wrong };
}
