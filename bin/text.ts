// Keys and values on the command line. An argument is read as JSON; what is no JSON is a text. What
// JSON does not have is an object with one field: {"$bytes":"00ff"}, {"$bigint":"7"},
// {"$number":"Infinity"}. In binary encodings bytes are written in hexadecimal.
import { UsageProblem } from './exit-codes.js';

const HEX = /^([0-9a-f]{2})*$/i;
const INFINITE = ['Infinity', '-Infinity'];

function bytesOf(hex: unknown): Uint8Array {
  if (typeof hex === 'string' && HEX.test(hex)) return new Uint8Array(Buffer.from(hex, 'hex'));
  throw new UsageProblem(`bytes are pairs of hexadecimal digits, not ${JSON.stringify(hex)}`);
}

function untagged(tag: string, content: unknown): unknown {
  if (tag === '$bytes') return bytesOf(content);
  const text = String(content);
  if (tag === '$bigint' && /^-?\d+$/.test(text)) return BigInt(text);
  if (tag === '$number' && INFINITE.includes(text)) return Number(text);
  throw new UsageProblem(`there is no key ${JSON.stringify({ [tag]: content })}`);
}

/** Parts of an ordered key, out of what JSON can say. */
function fromJson(part: unknown): unknown {
  if (Array.isArray(part)) return part.map(fromJson);
  if (typeof part !== 'object' || part === null) return part;
  const [entry, ...others] = Object.entries(part);
  if (entry !== undefined && others.length === 0) return untagged(...entry);
  throw new UsageProblem(`an object is no key: ${JSON.stringify(part)}`);
}

function toJson(part: unknown): unknown {
  if (Array.isArray(part)) return part.map(toJson);
  if (typeof part === 'bigint') return { $bigint: String(part) };
  if (part instanceof Uint8Array) return { $bytes: Buffer.from(part).toString('hex') };
  return typeof part === 'number' && !Number.isFinite(part) ? { $number: String(part) } : part;
}

function jsonOrText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** A key as an argument, in the store's key encoding. */
export function readKey(text: string, encoding: string, isText: boolean): unknown {
  if (encoding === 'binary') return bytesOf(text);
  return encoding === 'utf8' || isText ? text : fromJson(jsonOrText(text));
}

/** A value as an argument, in the store's value encoding. */
export function readValue(text: string, encoding: string, isText: boolean): unknown {
  if (encoding === 'binary') return isText ? new Uint8Array(Buffer.from(text)) : bytesOf(text);
  return encoding === 'utf8' || isText ? text : jsonOrText(text);
}

/** A key or value as one JSON value: bytes as hexadecimal digits. */
export function plain(content: unknown, encoding: string): unknown {
  if (encoding === 'ordered') return toJson(content);
  return content instanceof Uint8Array ? Buffer.from(content).toString('hex') : content;
}

/** A key or value on one line, in the form in which an argument would be read. */
export function shown(content: unknown, encoding: string): string {
  const value = plain(content, encoding);
  return encoding === 'binary' ? String(value) : JSON.stringify(value);
}

/** A whole number for people. */
export function figure(value: number): string {
  return value.toLocaleString('en');
}
