/**
 * Streams on toy regions for tests: several instances of one store in one thread, so that a test
 * decides who comes when. Nothing here may block: nobody else would run.
 */
import type { Batch } from '../../src/stream/batch.js';
import type { Consumer } from '../../src/stream/consumer.js';
import type { Store } from '../../src/store.js';
import { joined, storeOn, toyRegion } from './store-support.js';

/** The values of a store whose streams are tested. */
export type Value = number;

/** Stores of one region. */
export function stores<K = string, V = Value>(count: number, kib = 2048): Store<K, V>[] {
  const first = toyRegion({ kib, slots: 6, keyBytes: 512, frameShift: 12, outputBytes: 4096 });
  const cores = [first, ...Array.from({ length: count - 1 }, () => joined(first))];
  return cores.map((core) => storeOn<K, V>(core));
}

/** A message that says its number, `length` bytes long. */
export function numbered(number: number, length = 8): Uint8Array {
  const bytes = new Uint8Array(length).fill(number);
  new DataView(bytes.buffer).setUint32(0, number, true);
  return bytes;
}

/** The numbers of a batch's messages. */
export function numbersOf(batch: Batch<string, Value> | undefined): number[] {
  return batch === undefined ? [] : Array.from(batch, (message) => message.u32(0));
}

/** The numbers of all messages that are there now, in the order in which they come. */
export function drain(consumer: Consumer<string, Value>): number[] {
  const numbers: number[] = [];
  for (let batch = consumer.nextSync(0); batch !== undefined; batch = consumer.nextSync(0)) {
    numbers.push(...numbersOf(batch));
  }
  return numbers;
}

export const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i);
