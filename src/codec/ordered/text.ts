/**
 * Strings and byte arrays in the 'ordered' format: UTF-8, lone surrogates as WTF-8, and the bytes
 * 00..04 escaped. Writing allocates nothing.
 */
import { MillraceError } from '../../errors.js';
import { decodeUtf8 } from '../bytes.js';
import { BYTES, ESCAPE, FIRST_PLAIN_CHARACTER, SEPARATOR, TEXT } from './format.js';

const isHighSurrogate = (unit: number): boolean => (unit & 0xfc00) === 0xd800;
const isLowSurrogate = (unit: number): boolean => (unit & 0xfc00) === 0xdc00;

/** Writes a string; returns the position behind it, which may be past the end of target. */
export function writeText(text: string, target: Uint8Array, start: number): number {
  let at = start;
  if (text === '' || text.charCodeAt(0) < FIRST_PLAIN_CHARACTER) target[at++] = TEXT;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit > ESCAPE && unit < 0x80) {
      target[at++] = unit;
    } else if (unit <= ESCAPE) {
      target[at++] = ESCAPE;
      target[at++] = unit;
    } else if (unit < 0x800) {
      target[at++] = 0xc0 | (unit >> 6);
      target[at++] = 0x80 | (unit & 0x3f);
    } else if (isHighSurrogate(unit) && isLowSurrogate(text.charCodeAt(i + 1))) {
      i += 1;
      const point = 0x10000 + ((unit & 0x3ff) << 10) + (text.charCodeAt(i) & 0x3ff);
      target[at++] = 0xf0 | (point >> 18);
      target[at++] = 0x80 | ((point >> 12) & 0x3f);
      target[at++] = 0x80 | ((point >> 6) & 0x3f);
      target[at++] = 0x80 | (point & 0x3f);
    } else {
      target[at++] = 0xe0 | (unit >> 12);
      target[at++] = 0x80 | ((unit >> 6) & 0x3f);
      target[at++] = 0x80 | (unit & 0x3f);
    }
  }
  return at;
}

/** Writes a byte array; returns the position behind it, which may be past the end of target. */
export function writeBytes(bytes: Uint8Array, target: Uint8Array, start: number): number {
  let at = start;
  target[at++] = BYTES;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i];
    if (byte <= ESCAPE) target[at++] = ESCAPE;
    target[at++] = byte;
  }
  return at;
}

/** Where the text or byte array that starts at `at` ends: at a separator, or at the end. */
export function endOfEscaped(source: Uint8Array, at: number, end: number): number {
  while (at < end && source[at] !== SEPARATOR) at += source[at] === ESCAPE ? 2 : 1;
  return Math.min(at, end);
}

/**
 * Reads the string in source[start .. end).
 * @throws MillraceError ENCODING unless writeText writes exactly these bytes.
 */
export function readText(source: Uint8Array, start: number, end: number): string {
  let at = start;
  if (source[at] === TEXT) {
    at += 1;
    if (at < end && source[at] >= FIRST_PLAIN_CHARACTER) throw notText();
  }
  for (let i = at; i < end; i++) {
    const byte = source[i];
    if (byte <= ESCAPE || isSurrogateStart(source, i, end)) {
      return decodeWtf8(unescape(source, at, end));
    }
  }
  return decodeUtf8(source.subarray(at, end));
}

/**
 * Reads the byte array whose marker stands at source[start].
 * @throws MillraceError ENCODING unless writeBytes writes exactly these bytes.
 */
export const readBytes = (source: Uint8Array, start: number, end: number): Uint8Array =>
  unescape(source, start + 1, end);

function unescape(source: Uint8Array, start: number, end: number): Uint8Array {
  const bytes = new Uint8Array(end - start);
  let length = 0;
  for (let at = start; at < end; at++) {
    if (source[at] <= ESCAPE) {
      if (source[at] !== ESCAPE || at + 1 === end || source[at + 1] > ESCAPE) throw notText();
      at += 1;
    }
    bytes[length++] = source[at];
  }
  return bytes.subarray(0, length);
}

/** True at the first of three bytes that stand for a code unit D800..DFFF. */
const isSurrogateStart = (bytes: Uint8Array, at: number, end: number): boolean =>
  bytes[at] === 0xed && at + 2 < end && bytes[at + 1] >= 0xa0;

function decodeWtf8(bytes: Uint8Array): string {
  let text = '';
  let done = 0;
  for (let at = 0; at < bytes.length; at++) {
    if (!isSurrogateStart(bytes, at, bytes.length)) continue;
    text += decodeUtf8(bytes.subarray(done, at));
    const unit = surrogateAt(bytes, at);
    // A pair has a four-byte form; two halves would be a second form of the same text.
    const last = text.charCodeAt(text.length - 1);
    if (at === done && isLowSurrogate(unit) && isHighSurrogate(last)) throw notText();
    text += String.fromCharCode(unit);
    done = at + 3;
    at += 2;
  }
  return text + decodeUtf8(bytes.subarray(done));
}

function surrogateAt(bytes: Uint8Array, at: number): number {
  const [second, third] = [bytes[at + 1], bytes[at + 2]];
  if (second > 0xbf || (third & 0xc0) !== 0x80) throw notText();
  return 0xd000 | ((second & 0x3f) << 6) | (third & 0x3f);
}

const notText = (): MillraceError =>
  new MillraceError('ENCODING', 'The bytes are not text or bytes of an ordered key.');
