/**
 * Making a group, and setting how far it has come, without a consumer: what an import needs.
 */
import { STREAM } from '../core-streams.js';
import type { GroupShape } from '../core-streams.js';
import { MillraceError } from '../errors.js';
import { nameBytes, tooManyPartitions } from './options.js';
import type { StreamParts } from './parts.js';

/** @throws MillraceError BUSY while a consumer reads the partition. */
function move({ core }: StreamParts, { id, cells }: GroupShape, offsets: readonly number[]): void {
  cells.forEach((cell, partition) => {
    const taken = core.take(cell, id);
    if (taken === STREAM.NO) throw new MillraceError('BUSY', 'A consumer reads the partition.');
    check(taken);
    try {
      check(core.commit(cell, id, offsets[partition]));
    } finally {
      core.give(cell, id);
    }
  });
}

function check(result: number): void {
  if (result === STREAM.FULL) throw new MillraceError('FULL');
  if (result === STREAM.TOO_LARGE) throw tooManyPartitions();
  if (result !== STREAM.OK) throw new MillraceError('STREAM_DESTROYED');
}

/**
 * Makes the group if it is new, at the oldest message that is there, and moves it on.
 * @param offsets The next message of each partition; never back. Undefined: it stays.
 */
export function placeGroup(
  parts: StreamParts, group: string, offsets: readonly number[] | undefined,
): void {
  const { core, name } = parts;
  const joined = core.join(nameBytes(name), nameBytes(group), false);
  if (typeof joined === 'number') return check(joined);
  try {
    if (offsets !== undefined) move(parts, joined, offsets);
  } finally {
    core.leave(joined);
  }
}
