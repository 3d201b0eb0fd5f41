/**
 * Reading single keys. Nothing is locked: bytes are decoded where they are, and what was decoded
 * counts only if the leaf that named them is still the same.
 */
import { throwIfUnread } from '../journal/unread.js';
import { isPromise } from '../options.js';
import type { Session } from './session.js';

/** The core has found nothing: because there is nothing, or because it could not look. */
function missing<K, V>({ core }: Session<K, V>): undefined {
  throwIfUnread(core);
}

/** Decodes the value at `at`; what was freed meanwhile may be nonsense, which is noticed later. */
function decodeAt<K, V>(session: Session<K, V>, at: number): V {
  const { core, values } = session;
  return values.decode(core.view(at, core.valueLength));
}

/**
 * The value of a key, or undefined. O(log n) per 8 bytes of key, plus the value's size.
 * @throws MillraceError CLOSED, KEY_TOO_LARGE or ENCODING; CORRUPT, IO_ERROR or BUSY when the
 *   record cannot be had from the files.
 */
export function get<K, V>(session: Session<K, V>, key: K): V | undefined {
  session.beginRead();
  const length = session.encodeKey(key);
  const { core } = session;
  for (;;) {
    const at = core.get(session.high, session.low, length);
    if (at === 0) return missing(session);
    let value: V;
    try {
      value = decodeAt(session, at);
    } catch (error) {
      // Bytes that were reused during the decoding prove nothing: look again.
      if (core.isStillValid()) throw error;
      continue;
    }
    if (core.isStillValid()) return value;
  }
}

/** Whether the key is there. Errors and cost as for get, without the value. */
export function has<K, V>(session: Session<K, V>, key: K): boolean {
  session.beginRead();
  const length = session.encodeKey(key);
  if (session.core.get(session.high, session.low, length) !== 0) return true;
  missing(session);
  return false;
}

/**
 * Calls fn with a view of the value where it stands: no copy. A pin keeps the bytes meanwhile.
 * @throws TypeError when fn returns a promise; the view would be used after its time.
 */
export function read<K, V, T>(
  session: Session<K, V>, key: K, fn: (view: Uint8Array) => T,
): T | undefined {
  session.beginRead();
  const length = session.encodeKey(key);
  const { core } = session;
  session.pin();
  try {
    const at = core.get(session.high, session.low, length);
    if (at === 0) return missing(session);
    const result = fn(core.view(at, core.valueLength));
    if (isPromise(result)) throw new TypeError('The function given to read must be synchronous');
    return result;
  } finally {
    session.unpin();
  }
}
