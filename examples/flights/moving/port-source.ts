// A source that sends slices of the rows to the consumers by message.

import { parentPort, workerData } from 'node:worker_threads';
import type { MessagePort } from 'node:worker_threads';
import { MISSING, rowBytesOf } from '../packing.js';
import type { PortMessage, PortSourceStart, RowObject } from './port-protocol.js';
import type { Slice } from './slices.js';

const OBJECTS_PER_MESSAGE = 1000;
// As much as a chunk of a stream.
const BUFFER_BYTES = 1 << 16;

const { job, manner, packed, ports, consumers, groups }: PortSourceStart = workerData;
const words = rowBytesOf(job) / Int32Array.BYTES_PER_ELEMENT;
const doubles = new Float64Array(packed.buffer, 0, Math.floor(packed.byteLength / 8));

parentPort?.on('message', ({ start, end }: Slice) => {
  if (manner === 'objects') sendObjects(start * words, end * words);
  else sendBuffers(start * words, end * words);
  for (const port of ports) send(port, null);
});
parentPort?.postMessage('ready', []);

function sendObjects(start: number, end: number): void {
  const batches: RowObject[][] = ports.map(() => []);
  for (let at = start; at < end; at += words) {
    const to = consumers[packed[at]];
    if (batches[to].push(readRow(at)) < OBJECTS_PER_MESSAGE) continue;
    send(ports[to], batches[to]);
    batches[to] = [];
  }
  ports.forEach((port, to) => send(port, batches[to]));
}

/** A row as whoever decodes the file without packing would have it. */
function readRow(at: number): RowObject {
  const row: RowObject = {};
  const group = groups[packed[at]];
  for (let i = 0; i < group.length; i++) row[job.by[i]] = group[i];
  for (let m = 0; m < job.measures.length; m++) row[job.measures[m]] = measureAt(at, m);
  return row;
}

function measureAt(at: number, measure: number): number | null {
  const value = job.whole ? packed[at + 1 + measure] : doubles[(at >> 1) + 1 + measure];
  return value === MISSING || Number.isNaN(value) ? null : value;
}

function sendBuffers(start: number, end: number): void {
  const size = Math.floor(BUFFER_BYTES / rowBytesOf(job)) * words;
  const buffers = ports.map(() => new Int32Array(size));
  const used = new Int32Array(ports.length);
  for (let at = start; at < end; at += words) {
    const to = consumers[packed[at]];
    const buffer = buffers[to];
    const place = used[to];
    for (let word = 0; word < words; word++) buffer[place + word] = packed[at + word];
    used[to] = place + words;
    if (used[to] < size) continue;
    send(ports[to], buffer, buffer.buffer);
    buffers[to] = new Int32Array(size);
    used[to] = 0;
  }
  ports.forEach((port, to) => send(port, buffers[to].slice(0, used[to])));
}

function send(port: MessagePort, message: PortMessage, transfer?: ArrayBuffer): void {
  port.postMessage(message, transfer === undefined ? [] : [transfer]);
}
