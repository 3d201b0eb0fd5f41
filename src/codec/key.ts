/**
 * Keys as bytes. The map orders keys by their bytes alone, so a key codec decides the order that
 * iterators and ranges see.
 */
import { MillraceError } from '../errors.js';
import { successor } from './bytes.js';
import { orderedKeys } from './ordered/codec.js';
import { binaryKeys, utf8Keys } from './plain-keys.js';

/** One value inside an 'ordered' key. */
export type KeyScalar = string | number | bigint | boolean | null | Uint8Array;

/** What the 'ordered' encoding accepts: a scalar, or a flat array of scalars. */
export type Key = KeyScalar | readonly KeyScalar[];

/**
 * The bytes of all keys with a prefix: from `gte` on, below `lt` (no upper end if undefined).
 * `lt` is a bound and not a key: it may be one byte longer than the longest key.
 */
export interface ByteRange {
  readonly gte: Uint8Array;
  readonly lt: Uint8Array | undefined;
}

/**
 * Turns keys into bytes and back. Encoding must be injective, and the byte order of the encodings
 * is the order of the keys.
 */
export interface KeyCodec<K> {
  /**
   * Writes the key at target[offset]; the key may use everything up to the end of target, which
   * may be a view of shared memory.
   * @returns The number of bytes written.
   * @throws MillraceError KEY_TOO_LARGE (no room; the bytes from offset on are then undefined) or
   *   ENCODING (not a key of this encoding).
   */
  encode(key: K, target: Uint8Array, offset: number): number;

  /**
   * Reads back the key that occupies source[start] up to, not including, source[end].
   * @throws MillraceError ENCODING when the bytes are not an encoded key.
   */
  decode(source: Uint8Array, start: number, end: number): K;

  /**
   * The bytes of all keys that start with the prefix. Without this method a prefix is encoded
   * like a key, and every key whose bytes start with the same bytes matches.
   */
  prefixRange?(prefix: K): ByteRange;
}

/** The names of the built-in key encodings. */
export type KeyEncodingName = 'ordered' | 'binary' | 'utf8';

const CODECS = { ordered: orderedKeys, binary: binaryKeys, utf8: utf8Keys } as const;

const isCodec = (value: unknown): value is KeyCodec<unknown> =>
  typeof value === 'object' && value !== null &&
  typeof (value as Partial<KeyCodec<unknown>>).encode === 'function' &&
  typeof (value as Partial<KeyCodec<unknown>>).decode === 'function';

/**
 * The codec behind an option: a built-in name or a codec of the user's own.
 * @throws TypeError when it is neither.
 */
export function keyCodec<K>(encoding: KeyEncodingName | KeyCodec<K> = 'ordered'): KeyCodec<K> {
  if (isCodec(encoding)) return encoding;
  if (typeof encoding === 'string' && Object.hasOwn(CODECS, encoding)) {
    // K is what the caller says that this store holds; the codec checks each key when it comes.
    return CODECS[encoding] as unknown as KeyCodec<K>;
  }
  throw new TypeError(`keyEncoding must be one of ${Object.keys(CODECS).join(', ')} or a codec`);
}

/**
 * The bytes of all keys that start with the prefix, in any codec.
 * @param scratch Where the prefix may be encoded; as long as the longest key.
 * @throws MillraceError as encode does; ENCODING when the codec has no prefixes of this type.
 */
export function prefixRange<K>(codec: KeyCodec<K>, prefix: K, scratch: Uint8Array): ByteRange {
  const range = codec.prefixRange?.(prefix);
  if (range !== undefined) {
    if (range.gte.length <= scratch.length) return range;
    throw new MillraceError('KEY_TOO_LARGE');
  }
  const gte = new Uint8Array(scratch.subarray(0, codec.encode(prefix, scratch, 0)));
  return { gte, lt: successor(gte) };
}
