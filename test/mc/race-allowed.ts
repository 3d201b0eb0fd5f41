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
  /** A scenario in which the race happens. */
  readonly seenIn: string;
}

const READS = 'assembly/sync/node-reads.ts';
const VALIDATED = '[6.1] what was read is thrown away if the lock word has changed';
const MASKED = '[6.4, 6.6] lanes may tear: slots that are not live are masked out, and those ' +
  'that are do not change under an unchanged lock word';
const FREED = '[6.3] the frame may be freed and used again: link and lock word are looked at ' +
  'after the bytes';

export const allowedAccesses: readonly AllowedAccess[] = [
  {
    file: READS, fn: 'slotsEqual', access: 'plain load',
    reason: MASKED,
    seenIn: 'magazine: passes to the next incarnation',
  },
  {
    file: READS, fn: 'slotsAbove', access: 'plain load',
    reason: MASKED,
    seenIn: 'split: append, beside append',
  },
  {
    file: READS, fn: 'kindOf', access: 'plain load',
    reason: MASKED,
    seenIn: 'leaf: two threads, two operations each',
  },
  {
    file: READS, fn: 'linkAddress', access: 'atomic load',
    reason: VALIDATED,
    seenIn: 'leaf: three threads',
  },
  {
    file: READS, fn: 'copyNode', access: 'atomic load',
    reason: VALIDATED,
    seenIn: 'scan: beside growth of the root',
  },
  {
    file: READS, fn: 'copyWords', access: 'atomic load',
    reason: '[10.2] the copy counts only if the lock word was free before and is the same after',
    seenIn: 'stream: append beside read',
  },
  {
    file: 'assembly/tree/descend.ts', fn: 'childFor', access: 'atomic load',
    line: 'leftmostOf',
    reason: VALIDATED,
    seenIn: 'inner root: grows beside a split',
  },
  {
    file: 'assembly/tree/get.ts', fn: 'linkHolds', access: 'atomic load',
    reason: VALIDATED,
    seenIn: 'leaf: three threads',
  },
  {
    file: 'assembly/tree/get.ts', fn: 'get', access: 'plain load',
    reason: FREED,
    seenIn: 'cleaner: frame used again beside get',
  },
  {
    file: 'assembly/log/resolve.ts', fn: 'resolve', access: 'plain load',
    reason: FREED,
    seenIn: 'cleaner: frame used again beside get',
  },
  {
    file: 'assembly/layout/record.ts', fn: 'valueOf', access: 'plain load',
    reason: FREED,
    seenIn: 'cleaner: frame used again beside get',
  },
  {
    file: 'assembly/log/resolve.ts', fn: 'resolve', access: 'atomic load',
    reason: FREED,
    seenIn: 'cleaner: beside overwrite',
  },
  {
    file: 'assembly/layout/record.ts', fn: 'recordBytes', access: 'plain load',
    reason: FREED,
    seenIn: 'large: layers made and emptied',
  },
  {
    file: 'assembly/tree/room.ts', fn: 'makeRoom', access: 'plain load',
    reason: '[2.2] how much is free is a hint here; under the lock it is looked at again',
    seenIn: 'large: four threads, two levels of splits',
  },
  {
    file: 'assembly/tree/clean.ts', fn: 'deadest', access: 'plain load',
    reason: '[8.5] which frame is worth cleaning is a hint',
    seenIn: 'large: cleaner beside writers and a scan',
  },
  {
    file: 'assembly/tree/clean.ts', fn: 'cleanOne', access: 'plain load',
    reason: '[8.5] as in deadest, which is compiled into it',
    seenIn: 'large: cleaner beside writers and a scan',
  },
  {
    file: 'assembly/journal/due.ts', fn: 'journalKib', access: 'plain load',
    reason: '[K1] how long the journal is decides when a checkpoint is due, and nothing else',
    seenIn: 'large: frames used again, two workers',
  },
  {
    file: 'assembly/journal/chain.ts', fn: 'placeOf', access: 'plain load',
    reason: '[K1] as in journalKib, which it is compiled into',
    seenIn: 'large: frames used again, two workers',
  },
  {
    file: 'test/mc/fixtures/journal.ts', fn: 'reuse', access: 'plain load',
    reason: '[8.6] as in freeLimbo, which is compiled into it',
    seenIn: 'large: frames used again, two workers',
  },
  {
    file: 'test/mc/fixtures/tree.ts', fn: 'getOnce', access: 'plain load',
    reason: FREED,
    seenIn: 'cleaner: frame used again beside get',
  },
  {
    file: 'assembly/mtx/shadow.ts', fn: 'edit', access: 'plain load',
    reason: 'the lock is held: only the waiters bit of its word changes, which nobody reads in ' +
      'a shadow',
    seenIn: 'lock word: three waiters, two deaths',
  },
  {
    file: 'assembly/mtx/commit.ts', fn: 'commit', access: 'plain store',
    line: 'store<u64>(self, idleState(generation, head + 1), ST)',
    reason: '[2.8] whoever acts on "not committed" finds a lock by its release, which comes ' +
      'later; that others see the applied words before this one is the order of stores of ' +
      'x86-64',
    seenIn: 'lock word: slots are used again',
  },
  {
    file: 'assembly/mtx/identity.ts', fn: 'readOutcome', access: 'atomic load',
    reason: 'state word and owner are looked at before and after',
    seenIn: 'identity: outcome, then value',
  },
  {
    file: 'assembly/log/dead.ts', fn: 'counter', access: 'atomic load',
    reason: '[8.4] the counts are hints; sums that free a frame are taken under its lock',
    seenIn: 'cleaner: beside overwrite',
  },
  {
    file: 'assembly/stream/trim.ts', fn: 'limitOf', access: 'atomic load',
    reason: '[10.9] offsets only grow: an older one keeps messages for longer',
    seenIn: 'trim: beside one who reads',
  },
  {
    file: 'assembly/stream/wake.ts', fn: 'ringReaders', access: 'atomic load',
    reason: '[10.7] who takes a lease later looks at the partition before it sleeps',
    seenIn: 'destroy: beside an append',
  },
  {
    file: 'assembly/stream/append.ts', fn: 'streamAppend', access: 'atomic load',
    line: 'ringReaders(node)',
    reason: '[10.7] as in ringReaders, which is compiled into it',
    seenIn: 'destroy: beside an append',
  },
  {
    file: 'test/mc/fixtures/streams.ts', fn: 'offsetOf', access: 'atomic load',
    reason: 'a host reads one word: any value that the offset had is right',
    seenIn: 'offset: with the map, a death',
  },
  {
    file: 'test/mc/fixtures/accounts.ts', fn: 'find', access: 'atomic load',
    reason: VALIDATED,
    seenIn: 'one leaf: slot re-used in one record',
  },
  {
    file: 'assembly/journal/checkpoint.ts', fn: 'copyPage', access: 'plain load',
    reason: '[K4 to K6] whatever a copy has missed or torn stands in the journal behind it',
    seenIn: 'journal: checkpoint beside a writer',
  },
];
