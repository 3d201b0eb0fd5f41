/**
 * Joining a store: a slot from its supervisor, an instance of the core, and the store around them.
 * The thread that opened the store joins in the same way as every worker.
 */
import { ready as hostIsReady } from '#host';
import { keyCodec } from './codec/key.js';
import type { Key } from './codec/key.js';
import { valueCodec } from './codec/value.js';
import { Core } from './core.js';
import { MillraceError } from './errors.js';
import { checkHandle } from './handle.js';
import type { StoreHandle } from './handle.js';
import { claimIdentity, nameBytes } from './map/identity.js';
import { checkDurability } from './journal/durability.js';
import type { Durability } from './journal/durability.js';
import { Session } from './map/session.js';
import type { Encodings } from './map/session.js';
import { checkInteger, checkNames } from './options.js';
import type { Progress } from './progress.js';
import { storeIdOf } from './region.js';
import { Store } from './store.js';
import { requestSlot } from './supervisor/client.js';
import { HEARTBEAT_MAX, HEARTBEAT_MIN, keepBeating } from './supervisor/heartbeat.js';
import { Members } from './supervisor/members.js';
import type { Supervisors } from './supervisor/start.js';

/** Options of attach. */
export interface AttachOptions<K, V> extends Encodings<K, V> {
  /**
   * A name, 1 to 32 bytes of UTF-8, under which this instance's operations are recorded; a
   * successor with the same name can ask for the last one. Only one living instance can have it.
   */
  readonly identity?: string;
  /**
   * How durable a write is when it returns, unless the write says otherwise; default 'visible', or
   * what the opener has chosen. The higher levels block the thread until they are reached.
   */
  readonly durability?: Durability;
  /**
   * A promise, in milliseconds, 100 to 3600000: this thread turns its event loop, commits a write,
   * or calls `members.beat()` at least as often. When it does not, members hear 'silent' of it.
   * Default: none, then nobody is told.
   */
  readonly heartbeat?: number;
}

/** The stores that are open in this thread, by the id of their region. */
const openHere = new Set<string>();

/** The encodings to use: given ones, else those of the opener. */
function encodingsFor<K, V>(
  { defaults }: StoreHandle, { keyEncoding, valueEncoding }: Encodings<K, V>,
): Encodings<K, V> {
  const encodings = {
    keyEncoding: keyEncoding ?? defaults.keyEncoding,
    valueEncoding: valueEncoding ?? defaults.valueEncoding,
  };
  if (encodings.keyEncoding === undefined || encodings.valueEncoding === undefined) {
    throw new TypeError('The store uses a codec of its opener: give the same one to attach');
  }
  keyCodec(encodings.keyEncoding);
  valueCodec(encodings.valueEncoding);
  return encodings;
}

/** @throws TypeError when this is no heartbeat. */
export function checkHeartbeat(heartbeat: unknown): void {
  if (heartbeat !== undefined) {
    checkInteger(heartbeat, HEARTBEAT_MIN, HEARTBEAT_MAX, 'heartbeat');
  }
}

/** What an opener leaves behind: everything durable, and in the end no supervisors. */
async function leaveAsOpener<K, V>(
  session: Session<K, V>, supervisors: Supervisors, leave: () => void,
): Promise<void> {
  const { slot, generation } = session.core;
  try {
    await session.flushing.flushed('synced');
  } finally {
    leave();
    await supervisors.stop({ slot, generation });
  }
}

/**
 * Makes this thread an instance of the store.
 * @param supervisors Those that the opener has started and will stop; nobody else has any.
 * @param onProgress Told how much of the records was loaded.
 */
export function join<K, V>(
  handle: StoreHandle, options: AttachOptions<K, V>, supervisors?: Supervisors,
  onProgress?: (progress: Progress) => void,
): Store<K, V> {
  const { identity, heartbeat, durability = handle.defaults.durability } = options;
  checkDurability(durability);
  checkHeartbeat(heartbeat);
  const encodings = encodingsFor(handle, options);
  const name = identity === undefined ? undefined : nameBytes(identity);
  const id = storeIdOf(handle.memory);
  if (openHere.has(id)) throw new MillraceError('ALREADY_ATTACHED');
  const membership = requestSlot(handle, { identity, heartbeat });
  try {
    const core = new Core(handle.module, handle.memory);
    core.attach(membership.slot, membership.generation);
    if (name !== undefined) claimIdentity(core, name);
    const session = new Session(core, encodings, name !== undefined, durability);
    const members = new Members(membership, handle.memory);
    const stopBeating = keepBeating(heartbeat, () => members.beat());
    openHere.add(id);
    session.loading.tell(onProgress);
    const leave = (): void => {
      openHere.delete(id);
      stopBeating();
      session.flushing.close();
      session.loading.close();
      members.close();
      membership.leave();
    };
    return new Store({
      session,
      handle,
      members,
      leave: async () => {
        if (supervisors === undefined) leave();
        else await leaveAsOpener(session, supervisors, leave);
      },
    });
  } catch (error) {
    membership.leave();
    throw error;
  }
}

/**
 * Resolves when this thread may attach: on Node at once, in a browser when others can tell whether
 * it lives, which takes a turn of its event loop. Once per thread is enough; open waits by itself.
 * @throws MillraceError (rejected) UNSUPPORTED where no thread can attach, as in a page.
 */
export function ready(): Promise<void> {
  return hostIsReady();
}

/**
 * Attaches this thread to a store that another thread of the process has opened. Blocks until the
 * store's supervisor has given it a slot: a few milliseconds.
 * @param handle `store.handle`, as it came through workerData or postMessage.
 * @throws TypeError when this is no handle, an option is wrong, or the opener's own codec is
 *   missing.
 * @throws MillraceError LAYOUT_MISMATCH, ALREADY_ATTACHED, NO_SLOT, FULL (no memory for another
 *   instance), IDENTITY_IN_USE, SUPERVISOR_LOST, or BUSY (nobody answers; in a browser also before
 *   ready() has resolved).
 */
export function attach<K = Key, V = unknown>(
  handle: StoreHandle, options?: AttachOptions<K, V>,
): Store<K, V> {
  const names = ['keyEncoding', 'valueEncoding', 'identity', 'durability', 'heartbeat'];
  const given = checkNames(options, names, 'attach');
  checkHandle(handle);
  return join(handle, given);
}
