// Planted bugs between the record and the release: protocol 2.5, 2.6, 2.7 and 2.8.

import type { PlantedBug } from '../scenario.js';

const COMMIT = 'assembly/mtx/commit.ts';
const LOCKS = 'assembly/mtx/locks.ts';
const RECORD = 'assembly/mtx/record.ts';
const APPLY = 'assembly/mtx/apply.ts';

const committing: readonly PlantedBug[] = [
  {
    name: 'commit before the record is built', rule: '2.6 record complete', file: COMMIT,
    find: `  const record = placeRecord();
  if (!record) {
    context().outgrown = wasEmpty ? 0 : 1;
    return false;
  }
  const generation = context().generation;
  const head = stHead(acquire64(self + ST));
`,
    replace: `  const generation = context().generation;
  const head = stHead(acquire64(self + ST));
  publish64(self + ST, idleState(generation, head + 1) | COMMITTED);
  const record = placeRecord();
  if (!record) return false;
`,
    scenario: 'recovery: dying in the first act',
  },
  {
    name: 'ticket enters the record after the commit', rule: '2.6 record complete', file: COMMIT,
    find: `  store<u64>(record, ticket, TICKET);
  stampStaged(ticket);
  stampIdentity(record, ticket, tag);
  enterRecord(head, record, <usize>context().recordEnd);
  publish64(self + ST, idleState(generation, head + 1) | COMMITTED);
`,
    replace: `  stampStaged(ticket);
  stampIdentity(record, ticket, tag);
  enterRecord(head, record, <usize>context().recordEnd);
  publish64(self + ST, idleState(generation, head + 1) | COMMITTED);
  store<u64>(record, ticket, TICKET);
`,
    scenario: 'tickets: a death and the next incarnation',
  },
  {
    name: 'apply before the commit', rule: '2.6 one commit store', file: COMMIT,
    find: `  publish64(self + ST, idleState(generation, head + 1) | COMMITTED);
  applyRecord(record, myHolder());
`,
    replace: `  applyRecord(record, myHolder());
  publish64(self + ST, idleState(generation, head + 1) | COMMITTED);
`,
    scenario: 'recovery: two transfers, slots used again',
  },
  {
    name: 'commit store missing', rule: '2.6 one commit store', file: COMMIT,
    find: 'idleState(generation, head + 1) | COMMITTED',
    replace: 'idleState(generation, head + 1)',
    scenario: 'recovery: two transfers, slots used again',
  },
  {
    name: 'not committed only after the release', rule: '2.8 while every lock is held',
    file: COMMIT,
    find: `  store<u64>(self, idleState(generation, head + 1), ST);
  finish(ticket);
`,
    replace: `  finish(ticket);
  store<u64>(self, idleState(generation, head + 1), ST);
`,
    scenario: 'lock word: slots are used again',
  },
  {
    name: 'stays committed until the next operation', rule: '2.8 not committed', file: COMMIT,
    find: '  store<u64>(self, idleState(generation, head + 1), ST);\n',
    replace: '',
    scenario: 'lock word: slots are used again',
  },
  {
    name: 'not committed before the apply', rule: '2.8 after the apply', file: COMMIT,
    find: `  applyRecord(record, myHolder());
  // Still under every lock: whoever finds a lock of ours free finds us not committed.
  store<u64>(self, idleState(generation, head + 1), ST);
`,
    replace: `  store<u64>(self, idleState(generation, head + 1), ST);
  applyRecord(record, myHolder());
`,
    scenario: 'recovery: two transfers, slots used again',
  },
  {
    name: 'locks released before the apply', rule: '2.9 release last', file: COMMIT,
    find: `  applyRecord(record, myHolder());
  // Still under every lock: whoever finds a lock of ours free finds us not committed.
  store<u64>(self, idleState(generation, head + 1), ST);
  finish(ticket);
`,
    replace: `  finish(ticket);
  applyRecord(record, myHolder());
  store<u64>(self, idleState(generation, head + 1), ST);
`,
    scenario: 'lock word: slots are used again',
  },
];

const tickets: readonly PlantedBug[] = [
  {
    name: 'ticket without LAST', rule: '2.6 ticket', file: LOCKS,
    find: '  let ticket = load<u64>(self, LAST);',
    replace: '  let ticket: u64 = 0;',
    scenario: 'tickets: magazine under a hot and a cold lock',
  },
  {
    name: 'ticket ignores the versions held', rule: '2.6 ticket', file: LOCKS,
    find: 'ticket = max<u64>(ticket, versionOf(acquire64(myNote(k))));',
    replace: 'ticket = max<u64>(ticket, 0);',
    scenario: 'tickets: two magazines, crosswise',
  },
  {
    name: 'ticket ignores all locks but the first', rule: '2.6 ticket', file: LOCKS,
    find: 'for (let k = context().noteBase, n = context().locks; k < n; k++) {\n    ticket',
    replace: 'for (let k = context().noteBase, n: u32 = 1; k < n; k++) {\n    ticket',
    scenario: 'tickets: two locks, the second is hot',
  },
  {
    name: 'ticket equals the greatest version', rule: '2.6 ticket', file: LOCKS,
    find: '  return ticket + 1;',
    replace: '  return ticket;',
    scenario: 'recovery: transfers and a consistent reader',
  },
  {
    name: 'LAST stored after the commit', rule: '2.6 LAST before the commit', file: COMMIT,
    find: `  store<u64>(self, ticket, LAST);
  store<u64>(record, tag, TAG);
  store<u64>(record, ticket, TICKET);
  stampStaged(ticket);
  stampIdentity(record, ticket, tag);
  enterRecord(head, record, <usize>context().recordEnd);
  publish64(self + ST, idleState(generation, head + 1) | COMMITTED);
`,
    replace: `  store<u64>(record, tag, TAG);
  store<u64>(record, ticket, TICKET);
  stampStaged(ticket);
  stampIdentity(record, ticket, tag);
  enterRecord(head, record, <usize>context().recordEnd);
  publish64(self + ST, idleState(generation, head + 1) | COMMITTED);
  store<u64>(self, ticket, LAST);
`,
    scenario: 'tickets: a death and the next incarnation',
  },
];

const applying: readonly PlantedBug[] = [
  {
    name: 'permutation published before the entries', rule: '2.7 permutation last', file: RECORD,
    find: `  let p = from;
  for (let bits = maskOf(shadow) & ~ordered; bits; bits &= bits - 1) {`,
    replace: `  let p = appendPublished(from, shadow, PERMUTATION_BIT, PERMUTATION);
  for (let bits = maskOf(shadow) & ~ordered; bits; bits &= bits - 1) {`,
    scenario: 'one leaf: through a free slot',
  },
  {
    name: 'the last entry of the record is not applied', rule: '2.7 whole record', file: APPLY,
    find: '  while (p < end) {',
    replace: '  while (p + 16 < end) {',
    scenario: 'recovery: two transfers, slots used again',
  },
];

export const commitBugs: readonly PlantedBug[] = [...committing, ...tickets, ...applying];
