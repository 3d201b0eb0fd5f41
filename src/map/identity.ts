/**
 * Identities: names under which a worker's operations are recorded, so that its successor can ask
 * what was the last one. LUPIN, "detectable execution".
 */
import { encodeUtf8 } from '../codec/bytes.js';
import { CLAIM, NAME_BYTES } from '../core.js';
import type { Core } from '../core.js';
import { MillraceError } from '../errors.js';
import type { Durability } from '../journal/durability.js';
import type { Session } from './session.js';

/** The last operation that was recorded for an identity. */
export interface Outcome {
  /** The number that the operation was given, or its place in the order of operations. */
  readonly sequence: bigint;
  /** Its version: greater than that of everything it has seen. */
  readonly version: bigint;
  /** How durable it is by now, and with it every operation before it under this name. */
  readonly durability: Durability;
}

/**
 * The name in the form of the core.
 * @throws TypeError when it is no string, empty, longer than 32 bytes of UTF-8, or holds a
 *   zero character.
 */
export function nameBytes(identity: string): Uint8Array {
  const name = new Uint8Array(NAME_BYTES);
  const isName = typeof identity === 'string' && identity !== '' &&
    !identity.includes('\0') && encodeUtf8(identity, name) > 0;
  if (isName) return name;
  throw new TypeError(`An identity is a text of 1 to ${NAME_BYTES} bytes of UTF-8`);
}

/**
 * Makes this instance the owner of the name.
 * @throws MillraceError IDENTITY_IN_USE while somebody alive owns it; FULL when the region knows
 *   as many names as it can.
 */
export function claimIdentity(core: Core, name: Uint8Array): void {
  core.keyArea.set(name);
  const result = core.claimName();
  if (result === CLAIM.IN_USE) throw new MillraceError('IDENTITY_IN_USE');
  if (result === CLAIM.TABLE_FULL) {
    throw new MillraceError('FULL', 'The region has no room for the name of another identity.');
  }
}

/** What was recorded last under the name, or undefined. O(identities). */
export function lastOutcome<K, V>(
  { core, flushing }: Session<K, V>, identity: string,
): Outcome | undefined {
  core.keyArea.set(nameBytes(identity));
  const outcome = core.outcomeOf();
  if (outcome === undefined) return undefined;
  const { sequence, version, epoch } = outcome;
  return { sequence, version, durability: flushing.levelOf(epoch) };
}
