/**
 * The two key encodings without structure: bytes as they are, and text as UTF-8.
 * 'binary' orders by bytes; 'utf8' by code point, which differs from JavaScript's `<` only for
 * characters above U+FFFF.
 */
import { MillraceError } from '../errors.js';
import { copyBytes, decodeUtf8, encodeUtf8, nameOf } from './bytes.js';
import type { KeyCodec } from './key.js';

/** Keys are Uint8Array. Decoding gives a private copy. */
export const binaryKeys: KeyCodec<Uint8Array> = {
  encode(key, target, offset) {
    if (!(key instanceof Uint8Array)) {
      throw new MillraceError('ENCODING', `A binary key is a Uint8Array, not ${nameOf(key)}.`);
    }
    if (key.length > target.length - offset) throw new MillraceError('KEY_TOO_LARGE');
    target.set(key, offset);
    return key.length;
  },
  decode: (source, start, end) => copyBytes(source.subarray(start, end)),
};

/** Keys are strings without lone surrogates. */
export const utf8Keys: KeyCodec<string> = {
  encode(key, target, offset) {
    if (typeof key !== 'string') {
      throw new MillraceError('ENCODING', `A utf8 key is a string, not ${nameOf(key)}.`);
    }
    // ASCII needs no encoder and no view of the rest of target.
    const room = target.length - offset;
    if (key.length > room) throw new MillraceError('KEY_TOO_LARGE');
    for (let i = 0; i < key.length; i++) {
      const unit = key.charCodeAt(i);
      if (unit >= 0x80) return encodeWide(key, target.subarray(offset));
      target[offset + i] = unit;
    }
    return key.length;
  },
  decode: (source, start, end) => decodeUtf8(source.subarray(start, end)),
};

function encodeWide(key: string, target: Uint8Array): number {
  const written = encodeUtf8(key, target);
  if (written < 0) throw new MillraceError('KEY_TOO_LARGE');
  return written;
}
