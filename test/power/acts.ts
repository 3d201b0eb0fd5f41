/**
 * The operations of lanes, and what is done with their messages, on any store.
 */
import type { Batch, Store, Stream } from 'millrace';
import {
  TOTAL, consumedKey, keyOf, summed, type Consumed, type Operation,
} from './lanes.js';

export type Value = string | number | Consumed;
export type Values = Store<string, Value>;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Does one operation of a lane. */
export function act(
  store: Values, stream: Stream<string, Value>, own: number, op: Operation,
): void {
  switch (op.kind) {
    case 'put': store.put(keyOf(own, op.key), op.value); break;
    case 'del': store.del(keyOf(own, op.key)); break;
    case 'batch':
      store.batch(op.entries.map(([key, value]) => (value === null
        ? { type: 'del', key: keyOf(own, key) }
        : { type: 'put', key: keyOf(own, key), value })));
      break;
    case 'transaction':
      store.transaction((tx) => {
        tx.put(TOTAL, (tx.get(TOTAL) as number | undefined ?? 0) + 1);
        tx.put(keyOf(own, op.key), op.value);
      });
      break;
    default: stream.push(encoder.encode(op.value), { partition: own });
  }
}

/** Counts the messages of a batch and settles it, in one transaction; the next message. */
export function take(batch: Batch<string, Value>): number {
  const key = consumedKey(batch.partition);
  const next = batch.firstOffset + batch.count;
  batch.transaction((tx) => {
    let { sum } = tx.get(key) as Consumed | undefined ?? { sum: 0 };
    for (const message of batch) sum = summed(sum, decoder.decode(message.copy()));
    tx.put(key, { next, sum });
  });
  return next;
}
