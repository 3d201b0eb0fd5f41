/**
 * Writing single keys. A value is encoded to the place where it will stay; the commit links it.
 */
import { RESULT } from '../core.js';
import { MillraceError } from '../errors.js';
import { checkDurability } from '../journal/durability.js';
import type { Durability } from '../journal/durability.js';
import { throwIfUnread } from '../journal/unread.js';
import { noRoom } from './room.js';
import { CLOSED } from './session.js';
import type { Session } from './session.js';

/** Options of every verb that writes. */
export interface WriteOptions {
  /**
   * The number under which this operation is recorded for the store's identity, 1n or more;
   * without it, the one after the last. See Store.lastOutcome.
   */
  readonly sequence?: bigint;
  /**
   * How durable the operation is when the call returns; without it, what open or attach was given.
   * Above 'visible' the call blocks the thread until that is so. It then throws IO_ERROR or BUSY
   * when the operation is visible but does not become durable.
   */
  readonly durability?: Durability;
}

const SEQUENCE_MAX = 2n ** 64n - 1n;

/** Runs one operation that is recorded under a number. @throws TypeError without an identity. */
export function numbered<K, V, T>(
  session: Session<K, V>, options: WriteOptions | undefined, operation: () => T,
): T {
  const sequence = options?.sequence;
  if (sequence === undefined) return operation();
  if (typeof sequence !== 'bigint' || sequence < 1n || sequence > SEQUENCE_MAX) {
    throw new TypeError('sequence must be a bigint from 1n to 2n ** 64n - 1n');
  }
  if (!session.hasIdentity) throw new TypeError('A sequence needs a store with an identity');
  session.core.setSequence(sequence);
  try {
    return operation();
  } finally {
    if ((session.state & CLOSED) === 0) session.core.setSequence(0n);
  }
}

/**
 * How durable an operation with these options is to be.
 * @throws TypeError for a wrong level; MillraceError UNSUPPORTED when this thread must not block.
 */
export function levelFor<K, V>(
  { durability, flushing }: Session<K, V>, options: WriteOptions | undefined,
): Durability {
  const level = options?.durability ?? durability;
  checkDurability(level);
  flushing.checkWait(level);
  return level;
}

/**
 * Runs an operation and waits until it is as durable as it should be.
 * @throws As levelFor; then nothing has happened. MillraceError IO_ERROR or BUSY when the operation
 *   does not become durable.
 */
export function durably<K, V, T>(
  session: Session<K, V>, options: WriteOptions | undefined, operation: () => T,
): T {
  const level = levelFor(session, options);
  const result = operation();
  session.flushing.wait(level);
  return result;
}

/** @throws MillraceError VALUE_TOO_LARGE when no region of this size could hold the value. */
export function checkValueBytes<K, V>(session: Session<K, V>, bytes: number): void {
  const most = session.core.maxValueBytes;
  if (bytes <= most) return;
  throw new MillraceError('VALUE_TOO_LARGE',
    `The value takes ${bytes} bytes, a value in this store may have ${most}.`);
}

/**
 * Sets the value of a key; visible to every worker on return. Nothing has happened if it throws.
 * O(log n) per 8 bytes of key, plus the value's size; in a nearly full region plus cleaning.
 * @throws MillraceError FULL, KEY_TOO_LARGE, VALUE_TOO_LARGE, ENCODING or CLOSED; CORRUPT, IO_ERROR
 *   or BUSY when a record that it needs cannot be had from the files.
 */
export function put<K, V>(session: Session<K, V>, key: K, value: V): void {
  session.beginWrite();
  const { core, values } = session;
  for (;;) {
    // The value's own code (toJSON) may run here and use or close the store: the key and a second
    // look come afterwards.
    const room = values.maxBytes(value);
    session.beginWrite();
    checkValueBytes(session, room);
    const keyBytes = session.encodeKey(key);
    const at = core.reserve(keyBytes, room);
    if (at === 0) throw noRoom(core, 'FULL');
    const valueBytes = values.encodeInto(value, core.view(at, room));
    const result = core.put(session.high, session.low, keyBytes, valueBytes);
    if (result === RESULT.OK) return;
    if (result === RESULT.UNREADABLE) throwIfUnread(core);
    if (result !== RESULT.AGAIN) {
      throw noRoom(core, 'KEY_TOO_LARGE',
        'The key shares more bytes with another key than a region of this size can tell apart.');
    }
  }
}

/**
 * Removes a key. Needs no room, so it works in a full store.
 * @returns Whether the key was there.
 * @throws MillraceError KEY_TOO_LARGE, ENCODING or CLOSED; CORRUPT, IO_ERROR or BUSY as for put.
 */
export function del<K, V>(session: Session<K, V>, key: K): boolean {
  session.beginWrite();
  const length = session.encodeKey(key);
  const result = session.core.remove(session.high, session.low, length);
  if (result === RESULT.TOO_LARGE) throw noRoom(session.core, 'TXN_TOO_LARGE');
  if (result === RESULT.UNREADABLE) throwIfUnread(session.core);
  return result === 1;
}
