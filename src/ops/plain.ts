/**
 * Keys, values and messages as JSON, and back. What JSON does not have is an object with one field:
 * {"$base64":"AP8="}, {"$bigint":"7"}, {"$number":"Infinity"}. Values in the encoding 'json' need
 * no tags: they are JSON.
 */
import type { KeyEncodingName } from '../codec/key.js';
import type { ValueEncodingName } from '../codec/value.js';
import { MillraceError } from '../errors.js';

const SPECIAL = ['Infinity', '-Infinity', '-0'];
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

function refuse(what: string): MillraceError {
  return new MillraceError('ENCODING', what);
}

/** Bytes as JSON. */
export function fromBytes(bytes: Uint8Array): { $base64: string } {
  return { $base64: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64') };
}

/** The bytes of base64 text. @throws MillraceError ENCODING. */
export function toBytes(text: unknown): Uint8Array {
  if (typeof text !== 'string' || !BASE64.test(text)) throw refuse('That is no base64 text.');
  return new Uint8Array(Buffer.from(text, 'base64'));
}

function tagged(part: unknown): unknown {
  if (Array.isArray(part)) return part.map(tagged);
  if (typeof part === 'bigint') return { $bigint: String(part) };
  if (part instanceof Uint8Array) return fromBytes(part);
  if (typeof part !== 'number') return part;
  if (Object.is(part, -0)) return { $number: '-0' };
  return Number.isFinite(part) ? part : { $number: String(part) };
}

function untagged(part: unknown): unknown {
  if (Array.isArray(part)) return part.map(untagged);
  if (typeof part !== 'object' || part === null) return part;
  const [[tag, content] = ['', ''], ...others] = Object.entries(part as Record<string, unknown>);
  if (others.length === 0) {
    if (tag === '$base64') return toBytes(content);
    if (tag === '$bigint' && /^-?\d+$/.test(String(content))) return BigInt(String(content));
    if (tag === '$number' && SPECIAL.includes(String(content))) return Number(content);
  }
  throw refuse(`There is no key ${JSON.stringify(part)}.`);
}

/** A key of a built-in encoding as JSON. */
export function plainKey(key: unknown): unknown {
  return tagged(key);
}

/** @throws MillraceError ENCODING when the JSON is no key of that encoding. */
export function keyOf(json: unknown, encoding: KeyEncodingName): unknown {
  const key = untagged(json);
  const fits = encoding === 'ordered' ||
    (encoding === 'utf8' ? typeof key === 'string' : key instanceof Uint8Array);
  if (fits) return key;
  throw refuse(`That is no key of the encoding '${encoding}'.`);
}

/** A value of a built-in encoding as JSON. */
export function plainValue(value: unknown, encoding: ValueEncodingName): unknown {
  return encoding === 'binary' ? fromBytes(value as Uint8Array) : value;
}

/** @throws MillraceError ENCODING when the JSON is no value of that encoding. */
export function valueOf(json: unknown, encoding: ValueEncodingName): unknown {
  if (encoding === 'json' && json !== undefined) return json;
  if (encoding === 'utf8' && typeof json === 'string') return json;
  if (encoding === 'binary' && typeof json === 'object' && json !== null && '$base64' in json) {
    return toBytes(json.$base64);
  }
  throw refuse(`That is no value of the encoding '${encoding}'.`);
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** A message as JSON: as text where its bytes are text, else tagged. */
export function plainMessage(bytes: Uint8Array): unknown {
  try {
    return decoder.decode(bytes);
  } catch {
    return fromBytes(bytes);
  }
}

/** @throws MillraceError ENCODING when the JSON is no message. */
export function messageOf(json: unknown): Uint8Array {
  if (typeof json === 'string') return new Uint8Array(Buffer.from(json));
  if (typeof json === 'object' && json !== null && '$base64' in json) return toBytes(json.$base64);
  throw refuse('That is no message.');
}
