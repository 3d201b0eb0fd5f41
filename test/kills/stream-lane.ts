/**
 * A lane that works on the stream: it pushes numbered messages into a partition of its own, and
 * consumes what it gets of all partitions, counting in the map in one transaction with the offset.
 */
import { MillraceError } from 'millrace';
import type { Batch, Consumer, Stream, Transaction } from 'millrace';
import { consumedKey, wrongKey } from './entries.js';
import type { Key, KillStore, Value } from './entries.js';
import type { Ledger } from './ledger.js';

export const STREAM = 'messages';
export const GROUP = 'readers';

/** Bytes that a partition may hold: few, so that producers wait for their consumers. */
export const CAPACITY = 64 * 1024;
const BYTES = 40;
/** Messages between two rests of this length: there is other work in the process. */
const BURST = 8;
const REST_MS = 1;

type KillStream = Stream<Key, Value>;

/** Message `number` of a partition: both numbers, and bytes that follow from them. */
function messageOf(partition: number, number: number): Uint8Array {
  const bytes = new Uint8Array(BYTES).fill((partition * 31 + number) & 0xff);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, partition, true);
  view.setUint32(4, number, true);
  return bytes;
}

function isMessage(bytes: Uint8Array, partition: number, number: number): boolean {
  return Buffer.compare(bytes, messageOf(partition, number)) === 0;
}

/** Takes the messages of a batch, which must be the next ones of their partition. */
function takeIn(tx: Transaction<Key, Value>, batch: Batch<Key, Value>): void {
  const { partition } = batch;
  let last = Number(tx.get(consumedKey(partition)) ?? 0);
  let wrong = 0;
  for (const message of batch) {
    if (!isMessage(message.copy(), partition, ++last)) wrong++;
  }
  tx.put(consumedKey(partition), last);
  if (wrong > 0) tx.put(wrongKey(partition), Number(tx.get(wrongKey(partition)) ?? 0) + wrong);
}

/** Consumes one batch, if there is one; false: there is none. */
export function consumeOne(consumer: Consumer<Key, Value>): boolean {
  const batch = consumer.nextSync(0);
  if (batch === undefined) return false;
  try {
    batch.transaction((tx) => takeIn(tx, batch));
  } catch (error) {
    // Another one has the partition now and gets the messages again.
    if (!(error instanceof MillraceError && error.code === 'LEASE_LOST')) throw error;
  }
  return true;
}

/** One instance of such a lane. */
export class StreamLane {
  private readonly stream: KillStream;
  private readonly consumer: Consumer<Key, Value>;
  private readonly rest = new Int32Array(new SharedArrayBuffer(4));

  /** @param partition the one that this lane fills */
  constructor(
    store: KillStore, private readonly ledger: Ledger, private readonly lane: number,
    private readonly partition: number,
  ) {
    this.stream = store.stream(STREAM);
    this.consumer = this.stream.subscribe({ group: GROUP });
  }

  /** Pushes one message, unless the partition is full, and consumes a batch. */
  advance(): void {
    const { stream, partition, lane, ledger } = this;
    // Message n stands at offset n - 1: the stream itself tells where to go on.
    const number = stream.tail(partition) + 1;
    ledger.begin(lane, number);
    try {
      stream.push(messageOf(partition, number), { partition, overflow: 'error' });
      ledger.done(lane, number);
    } catch (error) {
      if (!(error instanceof MillraceError && error.code === 'STREAM_FULL')) throw error;
    }
    consumeOne(this.consumer);
    if (number % BURST === 0) Atomics.wait(this.rest, 0, 0, REST_MS);
  }
}
