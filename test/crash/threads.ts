// Plays cases in one thread per core. A case is known by its place in the list of its form, which
// every thread makes for itself; the hooked core travels as a compiled module.

import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { Form } from './cases/index.js';
import type { Program } from './program.js';
import { chosenCases, Tally, type Options, type Report } from './report.js';
import type { CaseResult } from './runner.js';

/** What a thread starts with. */
export interface ThreadStart {
  readonly module: WebAssembly.Module;
  readonly form: Form;
  readonly only: string | undefined;
}

/** What a thread says of one case. */
export interface Played {
  readonly index: number;
  readonly result: CaseResult;
}

/** Plays the chosen cases; as runCases, but results come in any order. */
export async function runInThreads(
  program: Program, form: Form, options: Options,
): Promise<Report> {
  const tally = new Tally(program, options);
  const names = chosenCases(form, options.only).map(({ name }) => name);
  const workerData: ThreadStart = { module: program.module, form, only: options.only };
  let next = 0;
  const work = (): Promise<void> => new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./thread.js', import.meta.url), { workerData });
    const order = (): void => {
      if (next < names.length) worker.postMessage(next++, []);
      else void worker.terminate();
    };
    worker.on('message', ({ index, result }: Played) => {
      tally.add(names[index], result);
      order();
    });
    worker.once('error', reject);
    worker.once('exit', () => resolve());
    order();
  });
  await Promise.all(Array.from({ length: availableParallelism() }, work));
  return tally.report();
}
