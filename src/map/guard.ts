/**
 * A user's own codec runs in the middle of an operation: between the room for a value and its
 * commit, or between reading bytes and validating them. So it must not use the store meanwhile,
 * and what it returns is checked before the core believes it. Built-in codecs need neither.
 */
import { keyCodec } from '../codec/key.js';
import type { KeyCodec, KeyEncodingName } from '../codec/key.js';
import { valueCodec } from '../codec/value.js';
import type { ValueCodec, ValueEncodingName } from '../codec/value.js';

/** Bit of a session's state while a codec of the user's runs. */
export const IN_CODEC = 2;

interface Guarded {
  state: number;
}

function during<T>(session: Guarded, act: () => T): T {
  // A codec inside a codec is refused by the store's verbs, so the bit is never set twice.
  session.state |= IN_CODEC;
  try {
    return act();
  } finally {
    session.state &= ~IN_CODEC;
  }
}

function checkLength(length: unknown, most: number, what: string): number {
  if (Number.isInteger(length) && (length as number) >= 0 && (length as number) <= most) {
    return length as number;
  }
  throw new TypeError(`${what} must return a number of bytes from 0 to ${most}`);
}

/** The codec behind an option; with checks unless it is a built-in one. */
export function guardKeys<K>(
  encoding: KeyEncodingName | KeyCodec<K> | undefined, session: Guarded,
): KeyCodec<K> {
  const codec = keyCodec<K>(encoding);
  if (codec !== encoding) return codec;
  return {
    encode: (key, target, offset) => during(session, () =>
      checkLength(codec.encode(key, target, offset), target.length - offset, 'KeyCodec.encode')),
    decode: (source, start, end) => during(session, () => codec.decode(source, start, end)),
    ...(codec.prefixRange && {
      prefixRange: (prefix: K) => during(session, () => codec.prefixRange!(prefix)),
    }),
  };
}

/** The codec behind an option; with checks unless it is a built-in one. */
export function guardValues<V>(
  encoding: ValueEncodingName | ValueCodec<V> | undefined, session: Guarded,
): ValueCodec<V> {
  const codec = valueCodec<V>(encoding);
  if (codec !== encoding) return codec;
  return {
    maxBytes: (value) => during(session, () =>
      checkLength(codec.maxBytes(value), Number.MAX_SAFE_INTEGER, 'ValueCodec.maxBytes')),
    encodeInto: (value, target) => during(session, () =>
      checkLength(codec.encodeInto(value, target), target.length, 'ValueCodec.encodeInto')),
    decode: (view) => during(session, () => codec.decode(view)),
  };
}
