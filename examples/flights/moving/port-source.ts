// A source that sends its slice of the rows to the consumers by message.

import { once } from 'node:events';
import { parentPort, workerData } from 'node:worker_threads';
import type { MessagePort } from 'node:worker_threads';
import { MISSING, rowBytesOf } from '../packing.js';
import { GROUP_PROPERTY } from './port-protocol.js';
import type { PortMessage, PortSourceStart, RowObject } from './port-protocol.js';

const OBJECTS_PER_MESSAGE = 1000;
// As much as a chunk of a stream.
const BUFFER_BYTES = 1 << 16;

const { job, manner, packed, slice, ports, consumers }: PortSourceStart = workerData;
const words = rowBytesOf(job) / Int32Array.BYTES_PER_ELEMENT;

const go = once(parentPort!, 'message');
parentPort!.postMessage('ready', []);
await go;
if (slice !== undefined) {
  if (manner === 'objects') sendObjects(slice.start * words, slice.end * words);
  else sendBuffers(slice.start * words, slice.end * words);
}
for (const port of ports) send(port, null);
for (const port of ports) port.close();

function sendObjects(start: number, end: number): void {
  const read = job.whole ? readWhole : readFractions;
  const batches: RowObject[][] = ports.map(() => []);
  for (let at = start; at < end; at += words) {
    const to = consumers[packed[at]];
    if (batches[to].push(read(at)) < OBJECTS_PER_MESSAGE) continue;
    send(ports[to], batches[to]);
    batches[to] = [];
  }
  ports.forEach((port, to) => send(port, batches[to]));
}

function readWhole(at: number): RowObject {
  const row: RowObject = { [GROUP_PROPERTY]: packed[at] };
  for (let m = 0; m < job.measures.length; m++) {
    const value = packed[at + 1 + m];
    row[job.measures[m]] = value === MISSING ? null : value;
  }
  return row;
}

function readFractions(at: number): RowObject {
  const row: RowObject = { [GROUP_PROPERTY]: packed[at] };
  const doubles = new Float64Array(packed.buffer, packed.byteOffset + at * 4, words / 2);
  for (let m = 0; m < job.measures.length; m++) {
    const value = doubles[1 + m];
    row[job.measures[m]] = Number.isNaN(value) ? null : value;
  }
  return row;
}

function sendBuffers(start: number, end: number): void {
  const size = Math.floor(BUFFER_BYTES / rowBytesOf(job)) * words;
  const buffers = ports.map(() => new Int32Array(size));
  const used = new Int32Array(ports.length);
  for (let at = start; at < end; at += words) {
    const to = consumers[packed[at]];
    const place = used[to];
    for (let word = 0; word < words; word++) buffers[to][place + word] = packed[at + word];
    used[to] = place + words;
    if (used[to] < size) continue;
    send(ports[to], buffers[to], buffers[to].buffer);
    buffers[to] = new Int32Array(size);
    used[to] = 0;
  }
  ports.forEach((port, to) => send(port, buffers[to].slice(0, used[to])));
}

function send(port: MessagePort, message: PortMessage, transfer?: ArrayBuffer): void {
  port.postMessage(message, transfer === undefined ? [] : [transfer]);
}
