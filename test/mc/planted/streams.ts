// Planted bugs in streams: partitions, spilling, leases, offsets, bells, trimming, destruction.
// Protocol 10.

import type { PlantedBug } from '../scenario.js';

const APPEND = 'assembly/stream/append.ts';
const BELLS = 'assembly/sync/bells.ts';
const CARRY = 'assembly/tree/carry.ts';
const FIXTURE = 'test/mc/fixtures/streams.ts';
const FRAMES = 'assembly/log/frames.ts';
const LEASES = 'assembly/stream/leases.ts';
const SPILL = 'assembly/stream/spill.ts';
const TRIM = 'assembly/stream/trim.ts';
/** What an append does between its changes and the wake-up of its readers. */
const PUBLISHING = `    if (outcome == DONE) {
      // Whole words: what stands around the messages is theirs already, or private.
      stageBytes(address & ~7, (address + bytes + 7) & ~7);
      if (!commitWords()) return FULL;
`;

const appending: readonly PlantedBug[] = [
  {
    name: 'stream: appends without the lock', rule: '10.1 partition lock', file: APPEND,
    find: '    lock(node, INS);\n', replace: '',
    scenario: 'stream: two appends',
  },
  {
    name: 'stream: published bytes are not remembered', rule: '10.4 mark of the slot', file: APPEND,
    find: '  publishChunk(highOf(place), lowOf(place) + bytes);\n', replace: '',
    scenario: 'stream: append, a death',
  },
  {
    name: 'stream: partition copied under a held word', rule: '10.2 free and the same',
    file: 'assembly/stream/copy.ts',
    find: '    const word = awaitFree(node);', replace: '    const word = acquire64(node);',
    scenario: 'trim: of the newest extents, a death',
  },
  {
    name: 'stream: partition looked at once', rule: '10.2 free and the same',
    file: 'assembly/stream/copy.ts',
    find: '    if (acquire64(node) == word) return;', replace: '    return;',
    scenario: 'trim: beside one who reads on',
  },
  {
    name: 'spill: extents as they were found', rule: '10.3 as they are then', file: SPILL,
    find: 'memory.copy(value, node + PARTITION_EXTENTS, EXTENTS_BYTES);',
    replace: 'memory.copy(value, scratch(0) + PARTITION_EXTENTS, EXTENTS_BYTES);',
    scenario: 'stream: spill beside an append',
  },
  {
    name: 'spill: partition not looked at under the lock', rule: '10.3 as they are then',
    file: SPILL,
    find: '  if (!isSame) return STALE;\n', replace: '  if (!isSame && id == 0) return STALE;\n',
    scenario: 'stream: two spills at once',
  },
  {
    name: 'spill: the partition first', rule: '10.3 as they are then', file: SPILL,
    find: '  writeWord(node + PARTITION_USED, pair(0, highOf(readWord(node + PARTITION_USED))));\n',
    replace: '  memory.fill(node + PARTITION_USED, 0, 4);\n',
    scenario: 'stream: spill beside read',
  },
  {
    name: 'stream frame: rolled over without a hold', rule: '10.4 held frames',
    file: 'assembly/log/stream-frames.ts',
    find: 'context().chunkFrame == old ? myName() : 0', replace: '0',
    scenario: 'stream: chunk in a frame that was rolled over',
  },
  {
    name: 'stream frame: a death ends the hold at once', rule: '10.4 held frames', file: FRAMES,
    find: '  return isLive(hold) || (isOfThisLife(hold) && isUnrecovered(slotOfName(hold)));',
    replace: '  return isLive(hold);',
    scenario: 'stream: chunk in a frame that was rolled over',
  },
];

const leasing: readonly PlantedBug[] = [
  {
    name: 'lease: taken from the living', rule: '10.5 lease', file: LEASES,
    find: '    if (isLive(readWord(cell + CELL_LEASE))) result = NO;',
    replace: '    if (false) result = NO;',
    scenario: 'lease: taken and given by two',
  },
  {
    name: 'lease: taken without the lock', rule: '10.5 lease', file: LEASES,
    find: '  begin();\n  lock(cell, INS);\n  const partition',
    replace: '  begin();\n  const partition',
    scenario: 'lease: taken and given by two',
  },
  {
    name: 'lease: outlives its holder', rule: '10.5 lease', file: 'assembly/sync/lives.ts',
    find: 'isOfThisLife(name) && !incarnationIsDead(slotOfName(name), generationOfName(name))',
    replace: 'isOfThisLife(name)',
    scenario: 'lease: its holder dies',
  },
  {
    name: 'lease: given in silence', rule: '10.7 bells', file: LEASES,
    find: '  if (commitWords()) ringMembers(members, group);', replace: '  commitWords();',
    scenario: 'lease: awaited while it is given',
  },
  {
    name: 'offset: committed without a lease', rule: '10.6 with the map', file: CARRY,
    find: '  if (readWord(cell + CELL_LEASE) != myName()) return LEASE_LOST;\n', replace: '',
    scenario: 'lease: of a former incarnation',
  },
  {
    name: 'offset: stored before the commit', rule: '10.6 with the map', file: CARRY,
    find: '  writeWord(cell + CELL_OFFSET, max<u64>(before, my.carriedOffset));\n',
    replace: '  if (before < my.carriedOffset) memory.copy(cell + CELL_OFFSET, '
      + 'changetype<usize>(my) + 176, 8);\n',
    scenario: 'offset: with the map, a death',
  },
  {
    name: 'offset: written without the lock', rule: '10.6 with the map', file: CARRY,
    find: '  lock(cell, INS);\n', replace: '',
    scenario: 'offset: with the map, a death',
  },
  {
    name: 'offset: reads are not validated', rule: '10.6 with the map',
    file: 'assembly/tree/batch.ts',
    find: '  dropOffset();\n  if (result == DONE && !readsAreValid()) result = CONFLICT;',
    replace: '  dropOffset();',
    scenario: 'offset: of a transaction that reads',
  },
];

const ringing: readonly PlantedBug[] = [
  {
    // Under the lock would do: the sleeper's second look waits for it.
    name: 'bell: rung before the lock is taken', rule: '10.7 bells', file: APPEND,
    find: `    begin();
    lock(node, INS);
    const outcome = extend(node, id, place, bytes, count);
${PUBLISHING}      ringReaders(node);
`,
    replace: `    ringReaders(node);
    begin();
    lock(node, INS);
    const outcome = extend(node, id, place, bytes, count);
${PUBLISHING}`,
    scenario: 'bell: two messages, one by one',
  },
  {
    name: 'bell: notified and left as it is', rule: '10.7 bells', file: BELLS,
    find: 'if (acquire32(bell) == 1 && swapped32(bell, 1, 0)) wakeAt(bell);',
    replace: 'if (acquire32(bell) == 1) wakeAt(bell);',
    scenario: 'bell: two messages, one by one',
  },
  {
    name: 'bell: the sleeper looks before it sets its bell', rule: '10.7 bells', file: FIXTURE,
    find: `    publish32(self + BELL, 1);
    extents = partitionRead(node, id, from, 0, 0);
    if (extents != 0) break;
`,
    replace: `    extents = partitionRead(node, id, from, 0, 0);
    publish32(self + BELL, 1);
    if (extents != 0) break;
`,
    scenario: 'bell: two messages, one by one',
  },
  {
    name: 'bell: recovery does not ring', rule: '10.7 bells', file: 'assembly/mtx/recovery.ts',
    find: '  ringAll();\n', replace: '',
    scenario: 'bell: the producer dies',
  },
  {
    name: 'bell: recovery rings what nobody has rung', rule: '10.7 bells', file: BELLS,
    find: '  swapped32(bell, 1, 0);\n  wakeAt(bell);', replace: '  ringOne(bell);',
    scenario: 'bell: the producer dies',
  },
  {
    name: 'credit: nobody knows who waits', rule: '10.8 says so', file: APPEND,
    find: '  publish32(self + WANTED, <u32>node);\n', replace: '',
    scenario: 'bell: a producer waits for credit',
  },
  {
    name: 'credit: not said that somebody waits', rule: '10.8 says so', file: APPEND,
    find: 'pair(lowOf(cells), highOf(cells) | FLAG_STARVED));', replace: 'cells);',
    scenario: 'bell: a producer waits for credit',
  },
];

const ending: readonly PlantedBug[] = [
  {
    name: 'trim: offsets do not count', rule: '10.9 every group', file: TRIM,
    find: 'if (!isSweep) lowest = min<u64>(lowest, acquire64(cell + CELL_OFFSET));',
    replace: 'if (!isSweep) lowest = u64.MAX_VALUE;',
    scenario: 'trim: beside one who reads',
  },
  {
    name: 'trim: bytes are not counted', rule: '10.4 live bytes', file: TRIM,
    find: '    countBytes(extentFrame(extent), extentBytes(extent));\n', replace: '',
    scenario: 'trim: two of them',
  },
  {
    name: 'trim: without the lock', rule: '10.1 partition lock', file: TRIM,
    find: '  begin();\n  lock(node, INS);\n  const limit', replace: '  begin();\n  const limit',
    scenario: 'trim: two of them',
  },
  {
    name: 'trim: old extents not looked at under the lock', rule: '10.9 every group', file: TRIM,
    find: 'if (limit < end || readWord(node + PARTITION_FIRST) != first) {',
    replace: 'if (false) {',
    scenario: 'trim: of old extents, beside a new group',
  },
  {
    name: 'destroy: partitions are not marked', rule: '10.10 marks',
    file: 'assembly/stream/destroy.ts',
    find: 'pair(lowOf(cells), highOf(cells) | FLAG_DESTROYED));', replace: 'cells);',
    scenario: 'destroy: beside an append',
  },
  {
    name: 'destroy: ids are not looked at', rule: '10.1 ids', file: APPEND,
    find: 'if (!belongsTo(node, id) || highOf(cells) & FLAG_DESTROYED) return DESTROYED;',
    replace: 'if (highOf(cells) & FLAG_DESTROYED) return DESTROYED;',
    scenario: 'destroy: the nodes are used again',
  },
  {
    name: 'destroy: living readers do not count', rule: '10.5 lease', file: TRIM,
    find: '    else if (isLive(acquire64(cell + CELL_LEASE))) return 0;\n', replace: '',
    scenario: 'destroy: beside one who reads',
  },
];

export const streamBugs: readonly PlantedBug[] =
  [...appending, ...leasing, ...ringing, ...ending];
