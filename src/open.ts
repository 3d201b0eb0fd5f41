/**
 * Opening a store: the region, its supervisors, and this thread as the first instance.
 */
import { obstacle } from '#host';
import { join } from './attach.js';
import type { AttachOptions } from './attach.js';
import { keyCodec } from './codec/key.js';
import type { Key, KeyEncodingName } from './codec/key.js';
import { valueCodec } from './codec/value.js';
import type { ValueEncodingName } from './codec/value.js';
import { compileCore } from './core.js';
import type { Sizes } from './core.js';
import { MillraceError } from './errors.js';
import { VERSION } from './handle.js';
import type { StoreHandle } from './handle.js';
import { LAYOUT_FINGERPRINT } from './layout.js';
import { nameBytes } from './map/identity.js';
import { checkInteger, checkNames } from './options.js';
import { createRegion } from './region.js';
import {
  MEMORY_DEFAULT, MEMORY_MAX, MEMORY_MIN, SLOTS_DEFAULT, SLOTS_MAX, sizesFor,
} from './sizes.js';
import type { Store } from './store.js';
import { startSupervisors } from './supervisor/start.js';

/** Options of open. */
export interface OpenOptions<K, V> extends AttachOptions<K, V> {
  /**
   * Bytes of the region, from 1 MiB to 4 GiB; default 1 GiB. Only what is used takes memory.
   * Every attached instance needs part of it for itself: 4 MiB in a region of 1 GiB, less in
   * smaller ones.
   */
  readonly maxMemory?: number;
  /** The most instances at the same time, this thread included: 1 to 253, default 64. */
  readonly slots?: number;
  /** @internal Sizes of the region one by one, for tests on toy regions. */
  readonly sizes?: Partial<Sizes>;
}

const NAMES = ['maxMemory', 'slots', 'keyEncoding', 'valueEncoding', 'identity', 'sizes'];

/** The name of a built-in encoding; undefined for a codec, which cannot travel in a handle. */
function nameOf<Name extends string>(
  encoding: Name | object | undefined, byDefault: Name,
): Name | undefined {
  return typeof encoding === 'object' ? undefined : encoding ?? byDefault;
}

function checkLocation(location: unknown): void {
  if (typeof location !== 'string') throw new TypeError("location must be ':memory:'");
  if (location === ':memory:') return;
  throw new MillraceError('UNSUPPORTED',
    `This version keeps stores in memory only: open ':memory:', not '${location}'.`);
}

/** The region's sizes, with every other option checked on the way. */
function checkOptions<K, V>(options: Partial<OpenOptions<K, V>>): Sizes {
  const { maxMemory = MEMORY_DEFAULT, slots = SLOTS_DEFAULT, identity, sizes } = options;
  checkInteger(maxMemory, MEMORY_MIN, MEMORY_MAX, 'maxMemory');
  checkInteger(slots, 1, SLOTS_MAX, 'slots');
  keyCodec(options.keyEncoding);
  valueCodec(options.valueEncoding);
  if (identity !== undefined) nameBytes(identity);
  return { ...sizesFor(maxMemory, slots), ...sizes };
}

/**
 * Opens a store in memory. It lives as long as its opener: close it there last.
 * @param location ':memory:'. Directories are not supported yet.
 * @throws TypeError for wrong options, or when maxMemory is too small for the slots.
 * @throws MillraceError UNSUPPORTED for another location, outside of the main thread, on a
 *   processor other than x86, or when the host gives no shared memory of that size;
 *   SUPERVISOR_LOST when no supervisor can be started.
 */
export async function open<K = Key, V = unknown>(
  location: string, options?: OpenOptions<K, V>,
): Promise<Store<K, V>> {
  checkLocation(location);
  const given = checkNames(options, NAMES, 'open');
  const reason = obstacle();
  if (reason !== undefined) throw new MillraceError('UNSUPPORTED', reason);
  const sizes = checkOptions(given);
  const module = await compileCore();
  const { memory } = createRegion(module, sizes);
  const supervisors = await startSupervisors({ module, memory });
  const handle: StoreHandle = {
    millrace: VERSION,
    fingerprint: LAYOUT_FINGERPRINT,
    module,
    memory,
    defaults: {
      keyEncoding: nameOf<KeyEncodingName>(given.keyEncoding, 'ordered'),
      valueEncoding: nameOf<ValueEncodingName>(given.valueEncoding, 'json'),
    },
  };
  try {
    return join(handle, given, () => supervisors.stop());
  } catch (error) {
    await supervisors.stop();
    throw error;
  }
}
