// A consumer that gets rows by message and adds them up in private memory: there is no map to merge
// them into, nothing is durable, and with this worker everything would be gone.

import { parentPort, workerData } from 'node:worker_threads';
import { GroupTree } from '../group-tree.js';
import { rowBytesOf } from '../packing.js';
import { addRow, addValue, emptySums } from '../sums.js';
import type { Sums } from '../sums.js';
import { Tally } from '../tally.js';
import type { PortConsumerStart, PortMessage, PortResult, RowObject } from './port-protocol.js';

const { job, ports, groups }: PortConsumerStart = workerData;
const tally = new Tally(job);
const touched: number[] = [];
let objects = new GroupTree<Sums>();
let sourcesLeft = ports.length;

for (const port of ports) {
  port.on('message', (message: PortMessage) => {
    if (message === null) ended();
    else if (message instanceof Int32Array) addBuffer(message);
    else for (const row of message) addObject(row);
  });
}
parentPort?.postMessage('ready', []);

function addBuffer(i32: Int32Array<ArrayBufferLike>): void {
  const { buffer, byteLength } = i32;
  const f64 = new Float64Array(buffer, 0, Math.floor(byteLength / Float64Array.BYTES_PER_ELEMENT));
  const run = { i32, f64, start: 0, end: byteLength, rowBytes: rowBytesOf(job) };
  tally.add(run, touched);
}

function addObject(row: RowObject): void {
  let leaf = objects.root;
  for (const column of job.by) leaf = objects.step(leaf, String(row[column]));
  const sums = (leaf.value ??= emptySums(job.measures.length));
  addRow(sums);
  for (let m = 0; m < job.measures.length; m++) addValue(sums, m, row[job.measures[m]]);
}

/** One source has sent everything. After the last one the sums are due. */
function ended(): void {
  sourcesLeft -= 1;
  if (sourcesLeft > 0) return;
  const found = [...objects.entries()];
  for (const group of touched) found.push([[...groups[group]], tally.sumsOf(group)]);
  const sums = Float64Array.from(found.flatMap(([, values]) => values));
  const result: PortResult = { groups: found.map(([group]) => group), sums };
  parentPort?.postMessage(result, [sums.buffer]);
  tally.clear(touched);
  objects = new GroupTree();
  sourcesLeft = ports.length;
}
