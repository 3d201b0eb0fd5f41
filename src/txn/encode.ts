/**
 * Operations as private bytes: what the caller does to keys and values afterwards changes nothing.
 */
import { copyPlain } from '../codec/bytes.js';
import { MillraceError } from '../errors.js';
import type { Session } from '../map/session.js';
import { checkValueBytes } from '../map/write.js';
import type { WriteSet } from './write-set.js';

/** Values up to this size are encoded in a buffer that is kept, then copied at their true size. */
const KEPT_BYTES = 64 * 1024;

const kept = new Uint8Array(KEPT_BYTES);

function encodeValue<K, V>(session: Session<K, V>, value: V): Uint8Array {
  const room = session.values.maxBytes(value);
  checkValueBytes(session, room);
  const target = room <= KEPT_BYTES ? kept.subarray(0, room) : new Uint8Array(room);
  return copyPlain(target.subarray(0, session.values.encodeInto(value, target)));
}

/** The key in bytes of its own. */
export function encodeKey<K, V>(session: Session<K, V>, key: K): Uint8Array {
  return copyPlain(session.scratch.subarray(0, session.encodeKey(key)));
}

/** @throws MillraceError TXN_TOO_LARGE when no redo record or no frame could hold the set. */
function checkSize<K, V>(session: Session<K, V>, set: WriteSet): void {
  const { maxBatchEntries, maxRecordBytes } = session.core;
  if (set.size <= maxBatchEntries && set.recordBytes <= maxRecordBytes) return;
  throw new MillraceError('TXN_TOO_LARGE');
}

export function addPut<K, V>(session: Session<K, V>, set: WriteSet, key: K, value: V): void {
  const bytes = encodeValue(session, value);
  set.set({ key: encodeKey(session, key), value: bytes });
  checkSize(session, set);
}

export function addDelete<K, V>(session: Session<K, V>, set: WriteSet, key: K): void {
  set.set({ key: encodeKey(session, key), value: undefined });
  checkSize(session, set);
}
