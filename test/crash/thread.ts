// One thread of the crash runner: plays the cases that it is told to.

import { parentPort, workerData } from 'node:worker_threads';
import { chosenCases } from './report.js';
import { play } from './runner.js';
import type { Played, ThreadStart } from './threads.js';

const { module, form, only }: ThreadStart = workerData;
const cases = chosenCases(form, only);

parentPort?.on('message', (index: number) => {
  parentPort?.postMessage({ index, result: play(cases[index], module) } satisfies Played, []);
});
