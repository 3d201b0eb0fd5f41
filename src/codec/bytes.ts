/**
 * Small helpers on byte arrays that keys and values share.
 */
import { MillraceError } from '../errors.js';

const encoder = new TextEncoder();

// A byte order mark is an ordinary character here, and invalid bytes are an error, not U+FFFD.
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

// Hosts without Buffer are taken to be browsers, whose text coders refuse views of shared memory.
const hasBuffer = typeof Buffer === 'function';

/** A private copy of bytes that may be shared memory; on Node a Buffer from Node's small pool. */
export function copyBytes(source: Uint8Array): Uint8Array {
  if (!hasBuffer) return new Uint8Array(source);
  const copy = Buffer.allocUnsafe(source.length);
  copy.set(source);
  return copy;
}

const SLAB_BYTES = 64 * 1024;
let slab = new Uint8Array(0);
let slabUsed = 0;

/**
 * A private copy as a plain Uint8Array, for bytes that a codec will see: a Buffer would not do,
 * because its slice is a view. Small copies share slabs, which is cheaper than one buffer each.
 */
export function copyPlain(source: Uint8Array): Uint8Array {
  if (source.length > SLAB_BYTES / 8) return new Uint8Array(source);
  if (slabUsed + source.length > slab.length) {
    slab = new Uint8Array(SLAB_BYTES);
    slabUsed = 0;
  }
  const copy = slab.subarray(slabUsed, slabUsed + source.length);
  copy.set(source);
  slabUsed += source.length;
  return copy;
}

/**
 * The smallest byte string above everything that starts with these bytes, or undefined when there
 * is none (only 0xFF bytes, or no bytes at all).
 */
export function successor(bytes: Uint8Array): Uint8Array | undefined {
  let length = bytes.length;
  while (length > 0 && bytes[length - 1] === 0xff) length -= 1;
  if (length === 0) return undefined;
  const next = new Uint8Array(bytes.subarray(0, length));
  next[length - 1] += 1;
  return next;
}

/** The text in UTF-8 bytes. @throws MillraceError ENCODING when the bytes are not UTF-8. */
export function decodeUtf8(bytes: Uint8Array): string {
  try {
    return decoder.decode(hasBuffer ? bytes : new Uint8Array(bytes));
  } catch (cause) {
    throw new MillraceError('ENCODING', 'The bytes are not UTF-8 text.', { cause });
  }
}

const SCRATCH_BYTES = 4096;
let kept = new Uint8Array(0);

/** Private memory for one use; the short piece that is wanted most is kept. */
function scratch(bytes: number): Uint8Array<ArrayBuffer> {
  if (bytes > SCRATCH_BYTES) return new Uint8Array(bytes);
  if (kept.length === 0) kept = new Uint8Array(SCRATCH_BYTES);
  return kept.subarray(0, bytes);
}

/**
 * Writes text as UTF-8 to the start of target.
 * @returns The number of bytes, or -1 when target is too small.
 * @throws MillraceError ENCODING for a lone surrogate: UTF-8 has no form for it, and replacing it
 *   would make different texts equal.
 */
export function encodeUtf8(text: string, target: Uint8Array): number {
  if (!text.isWellFormed()) {
    throw new MillraceError('ENCODING', 'The text holds a lone surrogate: UTF-8 cannot hold it.');
  }
  const own = hasBuffer ? target : scratch(Math.min(target.length, 3 * text.length));
  const { read, written } = encoder.encodeInto(text, own);
  if (own !== target) target.set(own.subarray(0, written));
  return read === text.length ? written : -1;
}

/** What a wrong argument is called in an error message. */
export function nameOf(value: unknown): string {
  if (value === null) return 'null';
  if (typeof value !== 'object') return typeof value;
  return Array.isArray(value) ? 'array' : (value.constructor?.name ?? 'object');
}
