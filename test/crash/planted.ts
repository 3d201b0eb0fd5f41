// Bugs that the crash runner must find: each is a patch of the core's sources that breaks one rule
// of the protocol, and the cases that must show it.

import { createHash } from 'node:crypto';
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { compile, repositoryRoot } from '../mc/builds.js';
import { loadProgram, type Program } from './program.js';

export interface CrashBug {
  readonly name: string;
  /** File below assembly/. */
  readonly file: string;
  /** Texts that occur there once, and what takes their places. */
  readonly edits: readonly (readonly [find: string, replace: string])[];
  /** Part of the names of the cases that must fail. */
  readonly cases: string;
}

export const crashBugs: readonly CrashBug[] = [
  {
    name: 'the note is stored after the lock was taken',
    file: 'mtx/locks.ts',
    edits: [[
      'function held(k: u32): void {',
      'function held(k: u32): void {\n  const late = myNote(k);\n' +
        '  note(k, 0);\n  note(k, late);',
    ]],
    cases: 'put: overwrite, width 3',
  },
  {
    name: 'applied before the commit store',
    file: 'mtx/commit.ts',
    edits: [[
      '  publish64(self + ST, idleState(generation, head + 1) | COMMITTED);\n' +
        '  applyRecord(record, myHolder());',
      '  applyRecord(record, myHolder());\n' +
        '  publish64(self + ST, idleState(generation, head + 1) | COMMITTED);',
    ]],
    cases: 'batch: 2 keys in two leaves, width 3',
  },
  {
    name: 'the greatest ticket is stored after the commit store',
    file: 'mtx/commit.ts',
    edits: [
      ['  store<u64>(self, ticket, LAST);\n  store<u64>(record, tag', '  store<u64>(record, tag'],
      ['  applyRecord(record, myHolder());\n', '  store<u64>(self, ticket, LAST);\n' +
        '  applyRecord(record, myHolder());\n'],
    ],
    cases: 'batch: 3 keys in three leaves',
  },
  {
    name: 'records get their version after the commit store',
    file: 'mtx/commit.ts',
    edits: [
      ['  stampStaged(ticket);\n  stampIdentity', '  stampIdentity'],
      ['  applyRecord(record, myHolder());\n', '  stampStaged(ticket);\n' +
        '  applyRecord(record, myHolder());\n'],
    ],
    cases: 'put: overwrite, width 3',
  },
  {
    name: 'the identity gets its version after the commit store',
    file: 'mtx/commit.ts',
    edits: [
      ['  stampIdentity(record, ticket, tag);\n', ''],
      ['  applyRecord(record, myHolder());\n', '  stampIdentity(record, ticket, tag);\n' +
        '  applyRecord(record, myHolder());\n'],
    ],
    cases: 'put: with an identity, width 3',
  },
  {
    name: 'recovery does not apply what was committed',
    file: 'mtx/recovery.ts',
    edits: [[
      '    applyRecord(recordOf(slot, head - 1), holder);\n',
      '',
    ]],
    cases: 'put: overwrite, width 3',
  },
  {
    name: 'recovery says "not committed" before it has applied',
    file: 'mtx/recovery.ts',
    edits: [[
      '    applyRecord(recordOf(slot, head - 1), holder);\n',
      '    publish64(lines + ST, claimedBy(idleState(generation, head), mySlot, ' +
        'context().generation));\n    applyRecord(recordOf(slot, head - 1), holder);\n',
    ]],
    cases: 'put: overwrite, width 3',
  },
  {
    name: 'recovery frees the slot before the locks',
    file: 'mtx/recovery.ts',
    edits: [[
      '  releaseNoted(slot, lines, holder);\n',
      '  publish64(lines + ST, idleState(nextGeneration(generation), head));\n' +
        '  releaseNoted(slot, lines, holder);\n',
    ]],
    cases: 'put: overwrite, width 3',
  },
  {
    name: 'recovery looks only at the notes in the slot line',
    file: 'mtx/recovery.ts',
    edits: [[
      'n = notesUsed(slot); k < n; k++',
      'n = min<u32>(notesUsed(slot), 14); k < n; k++',
    ]],
    cases: 'batch: 12 keys in 12 leaves, two of which split, width 3',
  },
  {
    name: 'the claim of a dead recoverer is respected',
    file: 'sync/instance.ts',
    edits: [[
      '  return (generationOf(slot) & <u32>CLAIM_GENERATION_MASK) != generation;',
      '  return false;',
    ]],
    cases: 'put: overwrite, width 3',
  },
  {
    name: 'the first act of an incarnation does not recover',
    file: 'mtx/membership.ts',
    edits: [[
      '  bind(slot, generation);\n  recoverAll(slot);',
      '  bind(slot, generation);',
    ]],
    cases: 'attach: recovers its own slot',
  },
  {
    name: 'nodes leave the magazine before the commit',
    file: 'alloc/magazine.ts',
    edits: [[
      '  writeWord(self + MAGAZINE_A, pair(lowOf(a) + <u32>NODE_BYTES, highOf(a)));',
      '  writeWord(self + MAGAZINE_A, pair(lowOf(a) + <u32>NODE_BYTES, highOf(a)));\n' +
        '  memory.fill(self + MAGAZINE_A, 0, 8);',
    ]],
    cases: 'put: root growth of one level, width 3',
  },
  {
    name: 'a frame is opened without a record',
    file: 'log/frames.ts',
    edits: [[
      '  writeWord(self + OPEN_FRAME, pair(0, number));',
      '  writeWord(self + OPEN_FRAME, pair(0, number));\n' +
        '  memory.fill(self + OPEN_FRAME, 0, 8);',
    ]],
    cases: 'put: frame roll, width 3',
  },
  {
    name: 'the tail of a partition moves before the commit',
    file: 'stream/append.ts',
    edits: [[
      '  writeWord(node + PARTITION_TAIL, tail + count);',
      '  writeWord(node + PARTITION_TAIL, tail + count);\n' +
        '  publish32(node + PARTITION_TAIL, lowOf(tail) + count);',
    ]],
    cases: 'stream append: to the last extent',
  },
  {
    name: 'published messages get their place in the frame after the commit',
    file: 'stream/append.ts',
    edits: [
      ['  publishChunk(highOf(place), lowOf(place) + bytes);\n', ''],
      ['      ringReaders(node);\n', '      ringReaders(node);\n' +
        '      store<u64>(self + STREAM_FRAME, pair(lowOf(place) + bytes, frame));\n'],
      ['import { WANTED } from', 'import { STREAM_FRAME, WANTED } from'],
    ],
    cases: 'stream append: a new extent',
  },
  {
    name: 'extents leave the partition before the record of them is committed',
    file: 'stream/spill.ts',
    edits: [[
      '  memory.copy(value, node + PARTITION_EXTENTS, EXTENTS_BYTES);',
      '  memory.copy(value, node + PARTITION_EXTENTS, EXTENTS_BYTES);\n' +
        '  memory.fill(node + PARTITION_USED, 0, 4);',
    ]],
    cases: 'stream append: spills',
  },
  {
    name: 'credit comes back before the commit',
    file: 'stream/trim.ts',
    edits: [[
      '  writeWord(node + PARTITION_FIRST, first);',
      '  writeWord(node + PARTITION_FIRST, first);\n' +
        '  memory.fill(node + PARTITION_RETAINED, 0, 4);',
    ]],
    cases: 'stream trim: the newest extents',
  },
  {
    name: 'the offset moves before the transaction that carries it',
    file: 'tree/carry.ts',
    edits: [[
      '  writeWord(cell + CELL_OFFSET, max<u64>(before, my.carriedOffset));',
      '  writeWord(cell + CELL_OFFSET, max<u64>(before, my.carriedOffset));\n' +
        '  store<u64>(cell + CELL_OFFSET, my.carriedOffset);',
    ]],
    cases: 'stream offset: committed with the map',
  },
  {
    name: 'a lease is written before the commit',
    file: 'stream/leases.ts',
    edits: [[
      '      writeWord(cell + CELL_LEASE, myName());',
      '      writeWord(cell + CELL_LEASE, myName());\n' +
        '      store<u64>(cell + CELL_LEASE, myName());',
    ]],
    cases: 'stream lease: taken',
  },
];

/** Compiles the core with one bug in it, in a copy of its sources. */
export async function plant({ name, file, edits }: CrashBug): Promise<Program> {
  const root = repositoryRoot();
  let source = readFileSync(join(root, 'assembly', file), 'utf8');
  for (const [find, replace] of edits) {
    if (source.split(find).length !== 2) {
      throw new Error(`planted bug "${name}": its text must be in ${file} once`);
    }
    source = source.replace(find, () => replace);
  }
  const key = createHash('sha256').update(name).digest('hex').slice(0, 16);
  const folder = join(root, 'build', 'crash-planted', key);
  rmSync(folder, { recursive: true, force: true });
  cpSync(join(root, 'assembly'), join(folder, 'assembly'), { recursive: true });
  writeFileSync(join(folder, 'assembly', file), source);
  return loadProgram(await compile('core', folder));
}
