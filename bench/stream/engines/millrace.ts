// The engines of our own: rows written in place, bytes through a writer, and one push per message.
import type { Batch, Consumer } from 'millrace';
import { delayOf } from '../engine.js';
import type { Engine, Place, Receiver, Sender } from '../engine.js';

const MESSAGES_IN_PLACE = 4_000_000;
const MESSAGES_STAGED = 2_000_000;
const MESSAGES_PUSHED = 400_000;

/** Bytes in flight per partition: enough for a consumer that does not run for a moment. */
const CAPACITY = 1 << 24;

type Read = (batch: Batch<string, unknown>) => number;

const streamOf = ({ kase: { bytes, consumers } }: Pick<Place, 'kase'>, engine: string): string =>
  `${engine}, ${bytes} bytes to ${consumers}`;

/** Sum of the first fields of rows, read where they lie. */
function readRows(batch: Batch<string, unknown>): number {
  const { i32, end, rowBytes } = batch;
  let sum = 0;
  for (let at = batch.start; at < end; at += rowBytes) sum += i32[at >> 2] + i32[(at + 8) >> 2];
  return sum;
}

function readMessages(batch: Batch<string, unknown>): number {
  let sum = 0;
  for (const message of batch) sum += message.i32(0) + message.i32(8);
  return sum;
}

function* stampsOf(batch: Batch<string, unknown>): Generator<number> {
  for (const message of batch) yield message.i32(4);
}

/** A consumer that blocks its thread, as workers may. */
function receiverOn(place: Place, engine: string, read: Read): Receiver {
  const consumer: Consumer<string, unknown> = place.store.stream(streamOf(place, engine))
    .subscribe({ group: `group ${place.number}` });
  const next = (): Batch<string, unknown> => {
    const batch = consumer.nextSync();
    if (batch === undefined) throw new Error('the consumer has ended');
    return batch;
  };
  return {
    receive(count) {
      let sum = 0;
      for (let left = count; left > 0;) {
        const batch = next();
        left -= batch.count;
        sum += read(batch);
      }
      consumer.nextSync(0);
      return Promise.resolve(sum);
    },
    receiveStamped(count) {
      const delays: number[] = [];
      while (delays.length < count) {
        for (const stamp of stampsOf(next())) delays.push(delayOf(stamp));
      }
      consumer.nextSync(0);
      return Promise.resolve(delays);
    },
  };
}

function inPlaceSender(place: Place): Sender {
  const writer = place.store.stream(streamOf(place, 'rows')).writer();
  const rows = writer.rows(0);
  return {
    send(count) {
      for (let i = 0; i < count; i++) {
        const at = rows.reserve() >> 2;
        const { i32 } = rows;
        i32[at] = i;
        i32[at + 1] = 5;
        i32[at + 2] = i & 127;
        i32[at + 3] = 77;
        i32[at + 4] = 3;
        rows.commit();
      }
      void writer.flush();
    },
    sendStamped(stamp) {
      const at = rows.reserve() >> 2;
      rows.i32[at + 1] = stamp;
      rows.commit();
      void writer.flush();
    },
  };
}

/** A message in private memory whose first three fields change. */
function messageOf(bytes: number): { message: Uint8Array; fields: Int32Array } {
  const message = new Uint8Array(bytes).fill(7);
  return { message, fields: new Int32Array(message.buffer) };
}

function stagedSender(place: Place): Sender {
  const writer = place.store.stream(streamOf(place, 'staged')).writer();
  const { message, fields } = messageOf(place.kase.bytes);
  return {
    send(count) {
      for (let i = 0; i < count; i++) {
        fields[0] = i;
        fields[2] = i & 127;
        writer.append(message);
      }
      void writer.flush();
    },
    sendStamped(stamp) {
      fields[1] = stamp;
      writer.append(message);
      void writer.flush();
    },
  };
}

function pushingSender(place: Place): Sender {
  const stream = place.store.stream(streamOf(place, 'pushed'));
  const { message, fields } = messageOf(place.kase.bytes);
  return {
    send(count) {
      for (let i = 0; i < count; i++) {
        fields[0] = i;
        fields[2] = i & 127;
        stream.push(message);
      }
    },
    sendStamped(stamp) {
      fields[1] = stamp;
      stream.push(message);
    },
  };
}

export const inPlace: Engine = {
  name: 'millrace in place', copies: 0, shared: true, perRound: MESSAGES_IN_PLACE,
  note: 'five fields written where they are read; the rest of the row is reserved, not written',
  prepare: (store, kase) => {
    store.createStream(streamOf({ kase }, 'rows'), { rowBytes: kase.bytes, capacity: CAPACITY });
  },
  sender: inPlaceSender,
  receiver: (place) => receiverOn(place, 'rows', readRows),
};

export const staged: Engine = {
  name: 'millrace staged', copies: 2, shared: true, perRound: MESSAGES_STAGED,
  note: 'bytes appended to a writer, read through the cursor',
  prepare: (store, kase) => {
    store.createStream(streamOf({ kase }, 'staged'), { capacity: CAPACITY });
  },
  sender: stagedSender,
  receiver: (place) => receiverOn(place, 'staged', readMessages),
};

export const pushed: Engine = {
  name: 'millrace one push per message', copies: 1, shared: true, perRound: MESSAGES_PUSHED,
  note: 'each message is committed on its own and visible on return',
  prepare: (store, kase) => {
    store.createStream(streamOf({ kase }, 'pushed'), { capacity: CAPACITY });
  },
  sender: pushingSender,
  receiver: (place) => receiverOn(place, 'pushed', readMessages),
};
