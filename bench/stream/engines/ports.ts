// What Node gives to move messages between workers: structured clones one by one or a thousand at
// a time, and packed buffers that are transferred.
import type { MessagePort } from 'node:worker_threads';
import { delayOf } from '../engine.js';
import type { Engine, Place, Receiver, Sender } from '../engine.js';

const PER_BATCH = 1000;
const MESSAGES_ONE_BY_ONE = 60_000;
const MESSAGES_IN_BATCHES = 150_000;
const MESSAGES_PACKED = 1_000_000;

interface Row {
  readonly id: number;
  readonly stamp: number;
  readonly delay: number;
  readonly origin: string;
  readonly destination: string;
  readonly distance: number;
  readonly note: string;
}

/** Takes what each message holds until there was enough. */
function receiverOn<T>({ ports: [port] }: Place, read: {
  readonly count: (data: T) => number;
  readonly sum: (data: T) => number;
  readonly stamp: (data: T) => number;
}): Receiver {
  const until = (take: (data: T) => boolean): Promise<void> => new Promise((resolve) => {
    port.on('message', (data: T) => {
      if (!take(data)) return;
      port.removeAllListeners('message');
      resolve();
    });
  });
  return {
    async receive(count) {
      let [sum, left] = [0, count];
      await until((data) => {
        sum += read.sum(data);
        left -= read.count(data);
        return left <= 0;
      });
      return sum;
    },
    async receiveStamped(count) {
      const delays: number[] = [];
      await until((data) => {
        delays.push(delayOf(read.stamp(data)));
        return delays.length >= count;
      });
      return delays;
    },
  };
}

/** Seven fields; the text makes the message about as long as it has to be. */
function rowMaker(bytes: number): (i: number, stamp: number) => Row {
  const note = 'x'.repeat(Math.max(0, bytes - 80));
  return (i, stamp) => ({
    id: i, stamp, delay: i & 127, origin: 'SFO', destination: 'JFK', distance: 2586.5, note,
  });
}

const sumOf = ({ id, delay }: Row): number => id + delay;

function toAll(ports: readonly MessagePort[], data: unknown): void {
  for (const port of ports) port.postMessage(data);
}

export const oneByOne: Engine = {
  name: 'postMessage object', copies: 2, shared: false, perRound: MESSAGES_ONE_BY_ONE,
  note: 'an object of seven fields, cloned; one message each',
  sender({ ports, kase }) {
    const make = rowMaker(kase.bytes);
    return {
      send(count) {
        for (let i = 0; i < count; i++) toAll(ports, make(i, 5));
      },
      sendStamped: (stamp) => toAll(ports, make(0, stamp)),
    };
  },
  receiver: (place) => receiverOn<Row>(place, {
    count: () => 1, sum: sumOf, stamp: ({ stamp }) => stamp,
  }),
};

export const inBatches: Engine = {
  name: 'postMessage batch 1000', copies: 2, shared: false, perRound: MESSAGES_IN_BATCHES,
  note: 'arrays of a thousand such objects, cloned',
  sender({ ports, kase }) {
    const make = rowMaker(kase.bytes);
    return {
      send(count) {
        for (let i = 0; i < count; i += PER_BATCH) {
          const length = Math.min(PER_BATCH, count - i);
          toAll(ports, Array.from({ length }, (_, k) => make(i + k, 5)));
        }
      },
      sendStamped: (stamp) => toAll(ports, [make(0, stamp)]),
    };
  },
  receiver: (place) => receiverOn<Row[]>(place, {
    count: (rows) => rows.length,
    sum: (rows) => rows.reduce((sum, row) => sum + sumOf(row), 0),
    stamp: ([{ stamp }]) => stamp,
  }),
};

/** Packs messages of bytes into a new buffer for each consumer and hands it over. */
function packingSender({ ports, kase: { bytes } }: Place): Sender {
  const message = new Uint8Array(bytes).fill(7);
  const fields = new Int32Array(message.buffer);
  const pack = (from: number, count: number): Uint8Array<ArrayBuffer> => {
    const packed = new Uint8Array(count * bytes);
    for (let i = 0; i < count; i++) {
      fields[0] = from + i;
      fields[2] = (from + i) & 127;
      packed.set(message, i * bytes);
    }
    return packed;
  };
  const hand = (packed: Uint8Array<ArrayBuffer>): void => {
    ports.forEach((port, i) => {
      const own = i + 1 === ports.length ? packed : packed.slice();
      port.postMessage(own, [own.buffer]);
    });
  };
  return {
    send(count) {
      for (let i = 0; i < count; i += PER_BATCH) hand(pack(i, Math.min(PER_BATCH, count - i)));
    },
    sendStamped(stamp) {
      fields[1] = stamp;
      hand(pack(0, 1));
    },
  };
}

export const packed: Engine = {
  name: 'transferred packed', copies: 1, shared: false, perRound: MESSAGES_PACKED,
  note: 'a thousand messages packed into a new ArrayBuffer, transferred; one copy per consumer',
  sender: packingSender,
  receiver: (place) => receiverOn<Uint8Array>(place, {
    count: ({ length }) => length / place.kase.bytes,
    sum(data) {
      const i32 = new Int32Array(data.buffer);
      const stride = place.kase.bytes >> 2;
      let sum = 0;
      for (let at = 0; at < i32.length; at += stride) sum += i32[at] + i32[at + 2];
      return sum;
    },
    stamp: (data) => new Int32Array(data.buffer)[1],
  }),
};
