// A thread of the stream bench: the producer, or one of the consumers. It is told what to do by
// messages and keeps its senders and receivers from round to round.
import { parentPort, workerData } from 'node:worker_threads';
import type { MessagePort } from 'node:worker_threads';
import { attach } from 'millrace';
import type { StoreHandle } from 'millrace';
import { stampNow } from './engine.js';
import type { Case, Place, Receiver, Sender } from './engine.js';
import { engineNamed } from './engines/all.js';

/** What the thread is. */
export interface WorkerStart {
  readonly handle: StoreHandle;
  /** Number of the consumer, -1 for the producer. */
  readonly number: number;
  /** To all consumers, or to the producer. */
  readonly ports: readonly MessagePort[];
}

/** What the thread is to do. */
export interface Task {
  readonly kind: 'prepare' | 'move' | 'stamp';
  readonly engine: string;
  readonly kase: Case;
  readonly count: number;
}

/** What the thread answers: it is ready (consumers only), or it is done. */
export interface Answer {
  readonly kind: 'ready' | 'done';
  /** When it began (the producer) or ended (a consumer), in microseconds. */
  readonly at: number;
  readonly sum?: number;
  readonly delays?: readonly number[];
}

/** Time between two stamped messages, in microseconds: the consumer sleeps before each. */
const PACE_US = 500;

const { handle, number, ports }: WorkerStart = workerData;
const port = parentPort!;
const store = attach<string, unknown>(handle);
const senders = new Map<string, Sender>();
const receivers = new Map<string, Receiver>();

const keyOf = ({ engine, kase }: Task): string =>
  `${engine}, ${kase.bytes}, ${kase.consumers}`;

function placeOf({ kase }: Task): Place {
  return { store, kase, number, ports: ports.slice(0, number < 0 ? kase.consumers : 1) };
}

function senderFor(task: Task): Sender {
  const sender = senders.get(keyOf(task)) ?? engineNamed(task.engine).sender(placeOf(task));
  senders.set(keyOf(task), sender);
  return sender;
}

function receiverFor(task: Task): Receiver {
  const receiver = receivers.get(keyOf(task)) ?? engineNamed(task.engine).receiver(placeOf(task));
  receivers.set(keyOf(task), receiver);
  return receiver;
}

function answer(message: Answer): void {
  port.postMessage(message);
}

function produce(task: Task): void {
  const sender = senderFor(task);
  const at = stampNow();
  if (task.kind === 'move') sender.send(task.count);
  for (let i = 0; task.kind === 'stamp' && i < task.count; i++) {
    const due = stampNow() + PACE_US;
    while (stampNow() < due);
    sender.sendStamped(stampNow());
  }
  answer({ kind: 'done', at });
}

async function consume(task: Task): Promise<void> {
  const receiver = receiverFor(task);
  answer({ kind: 'ready', at: 0 });
  if (task.kind === 'move') {
    const sum = await receiver.receive(task.count);
    answer({ kind: 'done', at: stampNow(), sum });
  } else if (task.kind === 'stamp') {
    const delays = await receiver.receiveStamped(task.count);
    answer({ kind: 'done', at: stampNow(), delays });
  }
}

port.on('message', (task: Task) => {
  if (number < 0) produce(task);
  else void consume(task);
});
