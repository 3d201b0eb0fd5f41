/**
 * Values as bytes: JSON, text, bytes, or a codec of the user's own.
 */
import { MillraceError } from '../errors.js';
import { copyBytes, decodeUtf8, encodeUtf8, nameOf } from './bytes.js';

/** Turns values into bytes and back. The engine calls maxBytes, then encodeInto, per write. */
export interface ValueCodec<V> {
  /**
   * An upper bound of the encoded length in bytes. May encode already and keep the result for the
   * encodeInto that follows with the same value.
   * @throws MillraceError ENCODING when this is not a value of this encoding.
   */
  maxBytes(value: V): number;

  /**
   * Writes the value to the start of target, which may be a view of shared memory and has room
   * for maxBytes(value).
   * @returns The number of bytes written.
   */
  encodeInto(value: V, target: Uint8Array): number;

  /**
   * Reads a value back. The view is shared memory and valid only during the call: what is
   * returned must not refer to it.
   * @throws MillraceError ENCODING when the bytes are not an encoded value.
   */
  decode(view: Uint8Array): V;
}

/** The names of the built-in value encodings. */
export type ValueEncodingName = 'json' | 'utf8' | 'binary';

const utf8Bytes: (text: string) => number = typeof Buffer === 'function'
  ? (text) => Buffer.byteLength(text)
  : (text) => 3 * text.length;

function writeUtf8(text: string, target: Uint8Array): number {
  const written = encodeUtf8(text, target);
  if (written < 0) throw new MillraceError('VALUE_TOO_LARGE');
  return written;
}

const asText = (value: unknown): string => {
  if (typeof value === 'string') return value;
  throw new MillraceError('ENCODING', `A utf8 value is a string, not ${nameOf(value)}.`);
};

const asBytes = (value: unknown): Uint8Array => {
  if (value instanceof Uint8Array) return value;
  throw new MillraceError('ENCODING', `A binary value is a Uint8Array, not ${nameOf(value)}.`);
};

function toJson(value: unknown): string {
  let text: string | undefined;
  try {
    text = JSON.stringify(value);
  } catch (cause) {
    throw new MillraceError('ENCODING', 'JSON cannot hold the value.', { cause });
  }
  if (text !== undefined) return text;
  throw new MillraceError('ENCODING', `JSON has no form for ${nameOf(value)}.`);
}

function fromJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new MillraceError('ENCODING', 'The bytes are not JSON.', { cause });
  }
}

/**
 * Whatever JSON.stringify turns into text. That text is kept between maxBytes and encodeInto, and
 * forgotten there: the caller may change the object afterwards.
 */
class JsonValues implements ValueCodec<unknown> {
  #value: unknown;
  #text: string | undefined;

  maxBytes(value: unknown): number {
    const text = toJson(value);
    this.#value = value;
    this.#text = text;
    return utf8Bytes(text);
  }

  encodeInto(value: unknown, target: Uint8Array): number {
    const kept = this.#value === value ? this.#text : undefined;
    this.#value = undefined;
    this.#text = undefined;
    return writeUtf8(kept ?? toJson(value), target);
  }

  decode(view: Uint8Array): unknown {
    return fromJson(decodeUtf8(view));
  }
}

/** Values are strings without lone surrogates. */
const utf8Values: ValueCodec<string> = {
  maxBytes: (value) => utf8Bytes(asText(value)),
  encodeInto: (value, target) => writeUtf8(asText(value), target),
  decode: decodeUtf8,
};

/** Values are Uint8Array; reading gives a private copy (on Node a Buffer). */
const binaryValues: ValueCodec<Uint8Array> = {
  maxBytes: (value) => asBytes(value).length,
  encodeInto(value, target) {
    const bytes = asBytes(value);
    if (bytes.length > target.length) throw new MillraceError('VALUE_TOO_LARGE');
    target.set(bytes);
    return bytes.length;
  },
  decode: copyBytes,
};

const CODECS = {
  json: () => new JsonValues(), utf8: () => utf8Values, binary: () => binaryValues,
} as const;

const isCodec = (value: unknown): value is ValueCodec<unknown> =>
  typeof value === 'object' && value !== null &&
  ['maxBytes', 'encodeInto', 'decode'].every((method) =>
    typeof (value as Record<string, unknown>)[method] === 'function');

/**
 * The codec behind an option: a built-in name or a codec of the user's own.
 * @throws TypeError when it is neither.
 */
export function valueCodec<V>(
  encoding: ValueEncodingName | ValueCodec<V> = 'json',
): ValueCodec<V> {
  if (isCodec(encoding)) return encoding;
  if (typeof encoding === 'string' && Object.hasOwn(CODECS, encoding)) {
    // V is what the caller says that this store holds; the codec checks each value as it comes.
    return CODECS[encoding]() as unknown as ValueCodec<V>;
  }
  throw new TypeError(`valueEncoding must be one of ${Object.keys(CODECS).join(', ')} or a codec`);
}
