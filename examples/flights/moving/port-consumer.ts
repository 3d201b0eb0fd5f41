// A consumer that gets rows by message and adds them up in private memory: there is no map to merge
// them into, nothing is durable, and with this worker everything would be gone.

import { parentPort, workerData } from 'node:worker_threads';
import { rowBytesOf } from '../packing.js';
import { PER_MEASURE } from '../sums.js';
import { Tally } from '../tally.js';
import { GROUP_PROPERTY } from './port-protocol.js';
import type {
  PortConsumerStart, PortMessage, PortResult, RowObject,
} from './port-protocol.js';

const { job, ports }: PortConsumerStart = workerData;
const tally = new Tally(job);
let sourcesLeft = ports.length;

for (const port of ports) {
  port.on('message', (message: PortMessage) => {
    if (message === null) ended();
    else if (message instanceof Int32Array) addBuffer(message);
    else for (const row of message) addObject(row);
  });
}
parentPort!.postMessage('ready', []);

function addBuffer(i32: Int32Array<ArrayBufferLike>): void {
  const { buffer, byteLength } = i32;
  const f64 = new Float64Array(buffer, 0, Math.floor(byteLength / Float64Array.BYTES_PER_ELEMENT));
  tally.add({ i32, f64, start: 0, end: byteLength, rowBytes: rowBytesOf(job) });
}

function addObject(row: RowObject): void {
  const at = tally.count(Number(row[GROUP_PROPERTY]));
  for (let m = 0; m < job.measures.length; m++) {
    const value = row[job.measures[m]];
    if (value !== null) tally.addValue(at + PER_MEASURE * m, value);
  }
}

function ended(): void {
  sourcesLeft -= 1;
  if (sourcesLeft > 0) return;
  const sums = Float64Array.from(tally.touched.flatMap((group) => [...tally.sumsOf(group)]));
  const result: PortResult = { groups: tally.touched, sums };
  parentPort!.postMessage(result, [sums.buffer]);
}
