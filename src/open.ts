/**
 * Opening a store: the region, its supervisors, and this thread as the first instance.
 */
import { keepsOrder, obstacle, openDirectory, ready } from '#host';
import type { Supervised } from '#host';
import { checkHeartbeat, join } from './attach.js';
import type { AttachOptions } from './attach.js';
import { keyCodec } from './codec/key.js';
import type { Key, KeyEncodingName } from './codec/key.js';
import { valueCodec } from './codec/value.js';
import type { ValueEncodingName } from './codec/value.js';
import { checkDurability } from './journal/durability.js';
import { compileCore } from './core.js';
import type { Sizes } from './core.js';
import { MillraceError } from './errors.js';
import { VERSION } from './handle.js';
import type { StoreHandle } from './handle.js';
import { LAYOUT_FINGERPRINT } from './layout.js';
import { nameBytes } from './map/identity.js';
import { IndexWatch } from './journal/loading.js';
import {
  checkBoolean, checkFunction, checkInteger, checkNames, checkOneOf,
} from './options.js';
import type { Progress } from './progress.js';
import { createRegion } from './region.js';
import {
  CHECKPOINT_MIN, FLUSH_INTERVAL_DEFAULT, MEMORY_DEFAULT, MEMORY_MAX, MEMORY_MIN, SLOTS_DEFAULT,
  SLOTS_MAX, sizesFor,
} from './sizes.js';
import type { Store } from './store.js';
import { startSupervisors } from './supervisor/start.js';

/** Options of open. */
export interface OpenOptions<K, V> extends AttachOptions<K, V> {
  /**
   * Bytes of the region, from 1 MiB to 4 GiB; default 1 GiB. Only what is used takes memory.
   * Every attached instance needs part of it for itself: 4 MiB in a region of 1 GiB, less in
   * smaller ones. A store in a directory keeps the size that it was made with.
   */
  readonly maxMemory?: number;
  /**
   * The most instances at the same time, this thread included: 1 to 251, default 64. A store in a
   * directory keeps the number that it was made with.
   */
  readonly slots?: number;
  /** How long a write may stay unwritten when nobody waits for it: 1 to 60000 ms, default 10. */
  readonly flushInterval?: number;
  /**
   * How much may be written to the journal between two checkpoints, in bytes: 256 KiB to 4 GiB;
   * default a quarter of the region, at most 256 MiB. It bounds the journal's files, and the time
   * that an open takes to replay them; less of it means more checkpoints.
   */
  readonly checkpointBytes?: number;
  /**
   * What is read before the store opens. 'lazy', the default: all that leads to records, and the
   * messages where consumers go on; everything else follows while the store is used, first what
   * somebody waits for. Each byte is checked before it counts: a call that needs a damaged record
   * throws CORRUPT, with file and offset, and all others go on. 'full': everything, with a check of
   * every structure, so that a store that opens is whole.
   */
  readonly verify?: 'lazy' | 'full';
  /** Told from time to time how far the open has come, also after it has resolved. */
  readonly onProgress?: (progress: Progress) => void;
  /** Whether a directory without a store, or none at all, becomes one. Default true. */
  readonly createIfMissing?: boolean;
  /** Whether a store that is there already is refused. Default false. */
  readonly errorIfExists?: boolean;
  /** @internal Sizes of the region one by one, for tests on toy regions. */
  readonly sizes?: Partial<Sizes>;
  /** @internal A module that stands between the core and its files, for tests. */
  readonly wasi?: { readonly module: string; readonly data: unknown };
}

const NAMES = [
  'maxMemory', 'slots', 'flushInterval', 'checkpointBytes', 'verify', 'onProgress',
  'createIfMissing', 'errorIfExists', 'keyEncoding', 'valueEncoding', 'identity', 'durability',
  'heartbeat', 'sizes', 'wasi',
];

const MEMORY_ONLY = ':memory:';
const FLUSH_INTERVAL_MAX = 60_000;

/** The name of a built-in encoding; undefined for a codec, which cannot travel in a handle. */
function nameOf<Name extends string>(
  encoding: Name | object | undefined, byDefault: Name,
): Name | undefined {
  return typeof encoding === 'object' ? undefined : encoding ?? byDefault;
}

function checkLocation(location: unknown): asserts location is string {
  if (typeof location === 'string' && location !== '' && !location.includes('\0')) return;
  throw new TypeError("location must be ':memory:' or the path of a directory");
}

/** The region's sizes, with every other option checked on the way. */
function checkOptions<K, V>(options: Partial<OpenOptions<K, V>>, hasFiles: boolean): Sizes {
  const {
    maxMemory = MEMORY_DEFAULT, slots = SLOTS_DEFAULT, flushInterval = FLUSH_INTERVAL_DEFAULT,
    createIfMissing = true, errorIfExists = false, durability = 'visible', identity, sizes,
    checkpointBytes, verify = 'lazy', onProgress,
  } = options;
  checkInteger(maxMemory, MEMORY_MIN, MEMORY_MAX, 'maxMemory');
  checkInteger(slots, 1, SLOTS_MAX, 'slots');
  checkInteger(flushInterval, 1, FLUSH_INTERVAL_MAX, 'flushInterval');
  if (checkpointBytes !== undefined) {
    checkInteger(checkpointBytes, CHECKPOINT_MIN, MEMORY_MAX, 'checkpointBytes');
  }
  checkOneOf(verify, ['lazy', 'full'], 'verify');
  if (onProgress !== undefined) checkFunction(onProgress, 'onProgress');
  checkBoolean(createIfMissing, 'createIfMissing');
  checkBoolean(errorIfExists, 'errorIfExists');
  checkDurability(durability);
  checkHeartbeat(options.heartbeat);
  keyCodec(options.keyEncoding);
  valueCodec(options.valueEncoding);
  if (identity !== undefined) nameBytes(identity);
  const chosen = sizesFor(maxMemory, slots, hasFiles, checkpointBytes);
  return { ...chosen, lingerMs: flushInterval, ...sizes };
}

/** The region, in memory only or out of a directory, with what its supervisors need. */
async function regionAt<K, V>(
  location: string, options: Partial<OpenOptions<K, V>>,
): Promise<Supervised> {
  const sizes = checkOptions(options, location !== MEMORY_ONLY);
  const module = await compileCore(keepsOrder());
  if (location === MEMORY_ONLY) {
    const { memory, slot, generation } = createRegion(module, sizes);
    return { module, memory, first: { slot, generation } };
  }
  const { maxMemory, slots, createIfMissing = true, errorIfExists = false, wasi } = options;
  const { verify = 'lazy', onProgress } = options;
  const wanted = { sizes, maxMemory, slots, verify, createIfMissing, errorIfExists };
  const watch = onProgress && new IndexWatch(onProgress);
  try {
    const memory = watch && ((loading: WebAssembly.Memory) => watch.begin(loading));
    return { module, ...await openDirectory(location, module, wanted, memory, wasi) };
  } finally {
    watch?.end();
  }
}

/**
 * Opens a store: in memory, where it lives as long as its opener; or in a directory, which brings
 * back everything that was durable when it was closed, or when the process ended in any other way.
 * The opener closes it last.
 * @param location ':memory:', or the path of a directory. One process at a time can have it open.
 * @throws TypeError for wrong options, or when maxMemory is too small for the slots.
 * @throws MillraceError UNSUPPORTED outside of the main thread, on a processor other than x86 and
 *   ARM64, or when the host gives no shared memory of that size; SUPERVISOR_LOST when no supervisor
 *   can be started. For a directory also LOCKED; IO_ERROR when it cannot be read or written, and
 *   for createIfMissing and errorIfExists; CORRUPT, with file and offset, when it holds something
 *   that Millrace did not write; LAYOUT_MISMATCH when another version wrote it, or with another
 *   maxMemory or slots than those that are given.
 */
export async function open<K = Key, V = unknown>(
  location: string, options?: OpenOptions<K, V>,
): Promise<Store<K, V>> {
  checkLocation(location);
  const given = checkNames(options, NAMES, 'open');
  const reason = obstacle();
  if (reason !== undefined) throw new MillraceError('UNSUPPORTED', reason);
  await ready();
  const region = await regionAt(location, given);
  const supervisors = await startSupervisors(region);
  const handle: StoreHandle = {
    millrace: VERSION,
    fingerprint: LAYOUT_FINGERPRINT,
    module: region.module,
    memory: region.memory,
    location,
    defaults: {
      keyEncoding: nameOf<KeyEncodingName>(given.keyEncoding, 'ordered'),
      valueEncoding: nameOf<ValueEncodingName>(given.valueEncoding, 'json'),
      durability: given.durability ?? 'visible',
    },
  };
  try {
    return join(handle, given, supervisors, given.onProgress);
  } catch (error) {
    await supervisors.stop();
    throw error;
  }
}
