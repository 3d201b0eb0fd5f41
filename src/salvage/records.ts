/**
 * Log records as they are found anywhere: a record is one when its header agrees with itself and
 * its checksum holds.
 */
import { LAYOUT } from '../layout.js';
import { lowSumWithout } from '../xxh64.js';

const { LogRecord, RECORD_HEADER, KIND_SYSTEM } = LAYOUT.record;

/** The longest key of any store, in encoded bytes. */
const KEY_MAX = 4096 + 16;
const ALIGNMENT = 8;

/** A record, and where it stands in its view. */
export interface FoundRecord {
  readonly at: number;
  readonly bytes: number;
  readonly kind: number;
  readonly version: bigint;
  readonly hasSum: boolean;
  readonly key: Uint8Array;
  readonly value: Uint8Array;
}

const padded = (bytes: number): number => Math.ceil(bytes / 8) * 8;

/** The record at a place, if its header is one; `isWhole` says whether its checksum holds. */
export function recordAt(
  view: DataView, at: number,
): (FoundRecord & { readonly isWhole: boolean }) | undefined {
  if (at < 0 || at + RECORD_HEADER > view.byteLength) return undefined;
  const bytes = view.getUint32(at + LogRecord.bytes, true);
  const keyBytes = view.getUint16(at + LogRecord.keyBytes, true);
  const valueBytes = view.getUint32(at + LogRecord.valueBytes, true);
  const kind = view.getUint16(at + LogRecord.kind, true);
  const fits = bytes === RECORD_HEADER + padded(keyBytes) + padded(valueBytes) &&
    keyBytes <= KEY_MAX && kind <= KIND_SYSTEM && at + bytes <= view.byteLength;
  if (!fits) return undefined;
  const sum = view.getUint32(at + LogRecord.checksum, true);
  const keyAt = view.byteOffset + at + RECORD_HEADER;
  return {
    at, bytes, kind, hasSum: sum !== 0,
    version: view.getBigUint64(at + LogRecord.version, true),
    isWhole: sum !== 0 && sum === lowSumWithout(view, at, bytes, at + ALIGNMENT),
    key: new Uint8Array(view.buffer, keyAt, keyBytes),
    value: new Uint8Array(view.buffer, keyAt + padded(keyBytes), valueBytes),
  };
}

/** All records in a view whose checksums hold, at multiples of 8. O(bytes). */
export function* recordsIn(
  view: DataView, from = 0, end = view.byteLength,
): Generator<FoundRecord> {
  for (let at = from; at + RECORD_HEADER <= end;) {
    const record = recordAt(view, at);
    if (record?.isWhole === true && record.version > 0n) {
      yield record;
      at += record.bytes;
    } else at += ALIGNMENT;
  }
}
