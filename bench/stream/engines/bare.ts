// The least that shared memory can do: a ring of slots for one producer and one consumer, written
// in place, nothing recoverable. What it takes to wake its consumer is what this machine takes.
import { receiveMessageOnPort } from 'node:worker_threads';
import { delayOf } from '../engine.js';
import type { Engine, Place, Receiver } from '../engine.js';

const MESSAGES = 4_000_000;
const SLOTS = 4096;

// Words of a ring: messages so far, messages that were read, whether the consumer sleeps.
const HEAD = 0;
const READ = 1;
const SLEEPS = 2;
const FIRST = 16;

type Ring = Int32Array<SharedArrayBuffer>;

const slotWords = ({ kase: { bytes } }: Place): number => Math.ceil(bytes / 4);

const slotOf = (message: number, words: number): number => FIRST + (message % SLOTS) * words;

function publish(ring: Ring, head: number): void {
  Atomics.store(ring, HEAD, head);
  if (Atomics.exchange(ring, SLEEPS, 0) === 1) Atomics.notify(ring, SLEEPS);
}

/** Writes messages into a ring; they are published when it is full, and at the end. */
function writeAll(ring: Ring, words: number, count: number): void {
  const start = Atomics.load(ring, HEAD);
  for (let i = 0; i < count; i++) {
    const message = start + i;
    if (message - Atomics.load(ring, READ) >= SLOTS) {
      publish(ring, message);
      while (message - Atomics.load(ring, READ) >= SLOTS / 2);
    }
    const at = slotOf(message, words);
    ring[at] = i;
    ring[at + 1] = 5;
    ring[at + 2] = i & 127;
    ring[at + 3] = 77;
    ring[at + 4] = 3;
  }
  publish(ring, start + count);
}

/** Sleeps until there is something, and gives the number behind it. */
function awaitMore(ring: Ring, read: number): number {
  for (;;) {
    const head = Atomics.load(ring, HEAD);
    if (head > read) return head;
    Atomics.store(ring, SLEEPS, 1);
    if (Atomics.load(ring, HEAD) === read) Atomics.wait(ring, SLEEPS, 1);
  }
}

function receiverOn(place: Place): Receiver {
  const words = slotWords(place);
  const bytes = (FIRST + SLOTS * words) * Int32Array.BYTES_PER_ELEMENT;
  const ring = new Int32Array(new SharedArrayBuffer(bytes));
  place.ports[0].postMessage(ring);
  const take = (count: number, each: (at: number) => void): void => {
    const start = Atomics.load(ring, READ);
    for (let read = start; read < start + count;) {
      const head = awaitMore(ring, read);
      while (read < head) each(slotOf(read++, words));
      Atomics.store(ring, READ, read);
    }
  };
  return {
    receive(count) {
      let sum = 0;
      take(count, (at) => { sum += ring[at] + ring[at + 2]; });
      return Promise.resolve(sum);
    },
    receiveStamped(count) {
      const delays: number[] = [];
      take(count, (at) => { delays.push(delayOf(ring[at + 1])); });
      return Promise.resolve(delays);
    },
  };
}

export const bare: Engine = {
  name: 'bare ring', copies: 0, shared: false, perRound: MESSAGES,
  note: 'Atomics and a ring in shared memory: nothing survives a death; one ring per consumer',
  sender(place) {
    const words = slotWords(place);
    const rings = place.ports.map((port): Ring => receiveMessageOnPort(port)?.message);
    return {
      send(count) {
        for (const ring of rings) writeAll(ring, words, count);
      },
      sendStamped(stamp) {
        for (const ring of rings) {
          const head = Atomics.load(ring, HEAD);
          ring[slotOf(head, words) + 1] = stamp;
          publish(ring, head + 1);
        }
      },
    };
  },
  receiver: receiverOn,
};
