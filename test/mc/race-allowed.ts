// Accesses that may race, each with the reason why what they see does no harm. An entry names a
// function of the sources, so it survives edits; one that no run needs is stale and fails the test.

/** Accesses of one kind in one function. */
export interface AllowedAccess {
  /** Relative to the repository root. */
  readonly file: string;
  /** The source function, also where the compiler has moved it into its callers. */
  readonly fn: string;
  readonly access: 'plain load' | 'plain store' | 'atomic load';
  /** Only accesses on lines with this text. */
  readonly line?: string;
  /** What makes it right, with the rule of docs/protocol.md. */
  readonly reason: string;
}

const READS = 'assembly/sync/node-reads.ts';
const VALIDATED = '[6.1] what was read is thrown away if the lock word has changed';
const MASKED = '[6.4, 6.6] lanes may tear: slots that are not live are masked out, and those that ' +
  'are do not change under an unchanged lock word';
const FREED = '[6.3] the frame may be freed and used again: link and lock word are looked at after ' +
  'the bytes';

export const allowedAccesses: readonly AllowedAccess[] = [
  { file: READS, fn: 'slotsEqual', access: 'plain load', reason: MASKED },
  { file: READS, fn: 'slotsAbove', access: 'plain load', reason: MASKED },
  { file: READS, fn: 'kindOf', access: 'plain load', reason: MASKED },
  { file: READS, fn: 'linkAddress', access: 'atomic load', reason: VALIDATED },
  { file: READS, fn: 'copyNode', access: 'atomic load', reason: VALIDATED },
  {
    file: READS, fn: 'copyWords', access: 'atomic load',
    reason: '[10.2] the copy counts only if the lock word was free before and is the same after',
  },
  {
    file: 'assembly/tree/descend.ts', fn: 'childFor', access: 'atomic load', line: 'leftmostOf',
    reason: VALIDATED,
  },
  { file: 'assembly/tree/get.ts', fn: 'isStillValid', access: 'atomic load', reason: VALIDATED },
  { file: 'assembly/tree/get.ts', fn: 'get', access: 'plain load', reason: FREED },
  { file: 'assembly/log/resolve.ts', fn: 'resolve', access: 'plain load', reason: FREED },
  { file: 'assembly/layout/record.ts', fn: 'valueOf', access: 'plain load', reason: FREED },
  { file: 'assembly/log/frames.ts', fn: 'frameEntry', access: 'atomic load', reason: FREED },
  { file: 'assembly/layout/record.ts', fn: 'recordBytes', access: 'plain load', reason: FREED },
  {
    file: 'assembly/tree/room.ts', fn: 'makeRoom', access: 'plain load',
    reason: '[2.2] how much is free is a hint here; under the lock it is looked at again',
  },
  {
    file: 'assembly/tree/clean.ts', fn: 'deadest', access: 'plain load',
    reason: '[8.5] which frame is worth cleaning is a hint',
  },
  {
    file: 'assembly/tree/clean.ts', fn: 'cleanOne', access: 'plain load',
    reason: '[8.5] as in deadest, which is compiled into it',
  },
  {
    file: 'assembly/log/frames.ts', fn: 'frameEntry', access: 'plain load',
    reason: '[8.6] what a frame is used for is looked at again under the lock of the allocator',
  },
  {
    file: 'test/mc/fixtures/journal.ts', fn: 'reuse', access: 'plain load',
    reason: '[8.6] as in freeLimbo, which is compiled into it',
  },
  { file: 'test/mc/fixtures/tree.ts', fn: 'getOnce', access: 'plain load', reason: FREED },
  {
    file: 'assembly/mtx/shadow.ts', fn: 'edit', access: 'plain load',
    reason: 'the lock is held: only the waiters bit of its word changes, which nobody reads in a ' +
      'shadow',
  },
  {
    file: 'assembly/mtx/commit.ts', fn: 'commit', access: 'plain store',
    line: 'store<u64>(self, idleState(generation, head + 1), ST)',
    reason: '[2.8] whoever acts on "not committed" finds a lock by its release, which comes later; ' +
      'that others see the applied words before this one is the order of stores of x86-64',
  },
  {
    file: 'assembly/mtx/identity.ts', fn: 'readOutcome', access: 'atomic load',
    reason: 'state word and owner are looked at before and after',
  },
  {
    file: 'assembly/log/dead.ts', fn: 'counter', access: 'atomic load',
    reason: '[8.4] the counts are hints; sums that free a frame are taken under its lock',
  },
  {
    file: 'assembly/stream/trim.ts', fn: 'limitOf', access: 'atomic load',
    reason: '[10.9] offsets only grow: an older one keeps messages for longer',
  },
  {
    file: 'assembly/stream/wake.ts', fn: 'ringReaders', access: 'atomic load',
    reason: '[10.7] who takes a lease later looks at the partition before it sleeps',
  },
  {
    file: 'assembly/stream/append.ts', fn: 'streamAppend', access: 'atomic load',
    line: 'ringReaders(node)',
    reason: '[10.7] as in ringReaders, which is compiled into it',
  },
  {
    file: 'test/mc/fixtures/streams.ts', fn: 'offsetOf', access: 'atomic load',
    reason: 'a host reads one word: any value that the offset had is right',
  },
  {
    file: 'test/mc/fixtures/accounts.ts', fn: 'find', access: 'atomic load', reason: VALIDATED,
  },
  {
    file: 'assembly/journal/image.ts', fn: 'gather', access: 'plain load',
    reason: '[K4 to K6] whatever a copy has missed or torn stands in the journal behind it',
  },
];
