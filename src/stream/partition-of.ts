/**
 * Which partition a key belongs to: FNV-1a over the key's bytes, then the finalizer of MurmurHash3,
 * because FNV alone leaves the low bits of short keys close together. 32 bits, the same on every
 * host, for ever: consumers rely on all messages of a key being in one partition.
 */
import { encodeUtf8 } from '../codec/bytes.js';

/** What a message can be assigned by: texts count as UTF-8, numbers as 8 bytes of float64. */
export type StreamKey = string | number | Uint8Array;

const OFFSET_BASIS = 0x811c9dc5;
const PRIME = 0x01000193;

const number = new Float64Array(1);
const numberBytes = new Uint8Array(number.buffer);
let textBytes = new Uint8Array(256);

function fold(hash: number, bytes: Uint8Array, length: number): number {
  let folded = hash;
  for (let i = 0; i < length; i++) folded = Math.imul(folded ^ bytes[i], PRIME);
  return folded;
}

function foldText(text: string): number {
  let hash = OFFSET_BASIS;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit >= 0x80) return foldLongText(text);
    hash = Math.imul(hash ^ unit, PRIME);
  }
  return hash;
}

/** For texts whose UTF-8 bytes are not their code units. */
function foldLongText(text: string): number {
  if (textBytes.length < 3 * text.length) textBytes = new Uint8Array(3 * text.length);
  return fold(OFFSET_BASIS, textBytes, encodeUtf8(text, textBytes));
}

function foldNumber(key: number): number {
  // Both zeros are one key, as in a Map.
  number[0] = key === 0 ? 0 : key;
  return fold(OFFSET_BASIS, numberBytes, 8);
}

/**
 * The 32-bit hash of a key. O(bytes).
 * @throws TypeError for another type; MillraceError ENCODING for text with a lone surrogate.
 */
export function hashOf(key: StreamKey): number {
  let hash: number;
  if (typeof key === 'string') hash = foldText(key);
  else if (typeof key === 'number') hash = foldNumber(key);
  else if (key instanceof Uint8Array) hash = fold(OFFSET_BASIS, key, key.length);
  else throw new TypeError('The key of a message is a string, a number or a Uint8Array');
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** The partition of a key: its hash modulo the number of partitions. */
export function partitionOf(key: StreamKey, partitions: number): number {
  return partitions === 1 ? 0 : hashOf(key) % partitions;
}
