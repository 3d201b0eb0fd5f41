/**
 * Reading a range without copies: views of keys and values where they stand.
 */
import { Cursor } from './cursor.js';
import { boundsOf } from './range.js';
import type { Range } from './range.js';
import type { Session } from './session.js';

/** Calls fn with each key and value of the range, under a pin per batch, until it returns false. */
export function readRange<K, V>(
  session: Session<K, V>, range: Range<K> | undefined,
  fn: (key: Uint8Array, value: Uint8Array) => void | false,
): void {
  session.beginRead();
  const { core, keys, scratch } = session;
  const cursor = new Cursor(session, boundsOf(range, keys, scratch));
  while (!cursor.isDone) {
    session.beginRead();
    cursor.nextBatch((keyAt, keyBytes, valueAt, valueBytes) =>
      fn(core.view(keyAt, keyBytes), core.view(valueAt, valueBytes)));
  }
}
