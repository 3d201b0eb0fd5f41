/**
 * What an attached worker needs to know of a store. Handles can be posted to any thread of the
 * process, any number of times.
 */
import type { KeyEncodingName } from './codec/key.js';
import type { ValueEncodingName } from './codec/value.js';
import { MillraceError } from './errors.js';
import type { Durability } from './journal/durability.js';
import { LAYOUT_FINGERPRINT } from './layout.js';
import { isOurRegion } from './region.js';

/** Version of this package. */
export const VERSION = '0.1.0';

/** A store as workerData or postMessage carries it. Opaque: its fields may change. */
export interface StoreHandle {
  /** Version of the package that opened the store. */
  readonly millrace: string;
  /** Layout fingerprint of the region. */
  readonly fingerprint: number;
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  /** ':memory:' or the directory, as it was given to open. */
  readonly location: string;
  /** What the opener has chosen; functions of its own cannot travel. */
  readonly defaults: {
    readonly keyEncoding: KeyEncodingName | undefined;
    readonly valueEncoding: ValueEncodingName | undefined;
    readonly durability: Durability;
  };
}

function isHandle(value: unknown): value is StoreHandle {
  const handle = value as Partial<StoreHandle> | null | undefined;
  return typeof handle === 'object' && handle !== null &&
    typeof handle.millrace === 'string' &&
    typeof handle.fingerprint === 'number' &&
    handle.module instanceof WebAssembly.Module &&
    handle.memory instanceof WebAssembly.Memory &&
    typeof handle.location === 'string' &&
    typeof handle.defaults === 'object' && handle.defaults !== null;
}

/**
 * Checks that this version of the package may work on the handle's region.
 * @throws TypeError when the value is no handle.
 * @throws MillraceError LAYOUT_MISMATCH when another version or layout made it.
 */
export function checkHandle(value: unknown): asserts value is StoreHandle {
  if (!isHandle(value)) throw new TypeError('attach needs the handle of a store');
  if (value.millrace !== VERSION) {
    throw new MillraceError('LAYOUT_MISMATCH',
      `The store was opened by version ${value.millrace}, this is version ${VERSION}.`);
  }
  if (value.fingerprint !== LAYOUT_FINGERPRINT || !isOurRegion(value.memory)) {
    throw new MillraceError('LAYOUT_MISMATCH');
  }
}
