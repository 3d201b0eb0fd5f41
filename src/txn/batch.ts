/**
 * Several operations on the map at once: all or nothing, also when the worker dies.
 */
import type { Session } from '../map/session.js';
import { commitWrites } from './commit.js';
import { addDelete, addPut } from './encode.js';
import { WriteSet } from './write-set.js';

/** One operation of a batch. */
export type BatchOperation<K, V> =
  | { readonly type: 'put'; readonly key: K; readonly value: V }
  | { readonly type: 'del'; readonly key: K };

/**
 * Applies the operations as one; the last one on a key counts. O(n log n) for n operations.
 * @throws TypeError when an operation is neither a put nor a del.
 * @throws MillraceError FULL, TXN_TOO_LARGE, and what put throws; then nothing has happened.
 */
export function batch<K, V>(
  session: Session<K, V>, operations: readonly BatchOperation<K, V>[],
): void {
  session.beginWrite();
  if (!Array.isArray(operations)) throw new TypeError('A batch is an array of operations');
  const set = new WriteSet();
  for (const operation of operations) {
    switch (operation?.type) {
      case 'put': addPut(session, set, operation.key, operation.value); break;
      case 'del': addDelete(session, set, operation.key); break;
      default: throw new TypeError("An operation of a batch has the type 'put' or 'del'");
    }
  }
  // A value's own code (toJSON) may have closed the store.
  session.beginWrite();
  if (set.size > 0) commitWrites(session.core, set, false);
}
