// Group commit, on the model of fixtures/journal.ts: what was reported flushed survives the
// process, what was reported synced survives the machine, a crash leaves a prefix of the epochs.
// Every state is a possible crash. The last thread is the I/O worker, the others are the workers.

import type { Machine } from '../machine.js';
import { ScenarioViolation, type Json, type Op, type Scenario } from '../scenario.js';

const REGION_BYTES = 1024;
const FLUSHED = 128;
const SYNCED = 192;
const SLOTS = 320;
const SLOT_BYTES = 64;
const RING = 16;
const ANNOUNCED = 0x100;
const ANNOUNCEMENT = 0x1ff;

/** The disk: what the last sync has made safe, and the half-blocks written since, in order. */
interface Disk {
  readonly safe: Cells;
  readonly written: readonly (readonly [cell: number, content: string])[];
}
/** Contents by cell number; a cell that was never written is absent. */
type Cells = Readonly<Record<number, string>>;

interface JournalOptions {
  readonly name: string;
  /** Records that each worker commits. */
  readonly workers: readonly number[];
  readonly rounds: number;
  readonly maxDeaths: number;
  /** Further lives of the I/O worker. */
  readonly replacements: number;
  readonly workersDie?: boolean;
  /** A block of another chain stands where the second block will. */
  readonly recycled?: boolean;
  readonly long?: boolean;
}

const commit = (worker: number, record: number): Op => ({ fn: 'commit', args: [worker, record] });
const RECORD_OF_ANOTHER_LIFE = 31;

function journal(options: JournalOptions): Scenario {
  const io = options.workers.length;
  const round: Op = { fn: 'round', args: [io] };
  const rounds = Array.from({ length: options.rounds }, () => round);
  const replacements = Array.from({ length: options.replacements }, () => rounds);
  let record = 0;
  const workers = options.workers.map((count, worker) =>
    Array.from({ length: count }, () => commit(worker, record++)));
  // Verdicts hold for one build of the fixture only, so each machine starts with none.
  let check = new CrashCheck(io);
  return {
    name: options.name, target: 'journal', build: 'test/mc/fixtures/journal.ts',
    regionBytes: REGION_BYTES, threads: [...workers, rounds],
    respawn: [...workers.map(() => null), replacements],
    maxDeaths: options.maxDeaths, lateDetection: true, supervisor: 'none',
    immortal: options.workersDie ? [] : workers.map((_, worker) => worker), long: options.long,
    ghost: EMPTY_DISK,
    setup: (machine) => {
      check = new CrashCheck(io);
      machine.call(machine.environment, 'setup');
      if (options.recycled) leaveBlockBehind(machine);
    },
    isShared: () => true,
    imports: (machine) => ({
      writeCell: (cell: number, content: bigint) => {
        const { safe, written } = diskOf(machine);
        machine.ghost = { safe, written: [...written, [cell, String(content)]] };
      },
      syncFile: (end: number) => { machine.ghost = afterSync(diskOf(machine), end); },
    }),
    protocol: {
      // What recovery does for a worker that died between its announcement and its commit.
      declareDead(machine, thread) {
        if (thread === io) return;
        const state = machine.load32(slot(thread));
        if (state & ANNOUNCED) machine.store32(slot(thread), state & ~ANNOUNCEMENT);
      },
    },
    invariant: (machine) => check.run(machine),
  };
}

const slot = (worker: number): number => SLOTS + worker * SLOT_BYTES;
const EMPTY_DISK = { safe: {}, written: [] } satisfies Disk;

function diskOf(machine: Machine): Disk {
  return machine.ghost as unknown as Disk;
}
/** The file as the page cache has it. */
function afterAll({ safe, written }: Disk): Record<number, string> {
  return { ...safe, ...Object.fromEntries(written) };
}
/** The disk after a sync of the file up to `end`. */
function afterSync(disk: Disk, end: number): Json {
  if (disk.written.some(([cell]) => cell >= end)) throw new ScenarioViolation('sync is too short');
  return { safe: afterAll(disk), written: [] };
}
/** A valid block of an older chain, just where the next chain's second block will be. */
function leaveBlockBehind(machine: Machine): void {
  const payload = 2 ** RECORD_OF_ANOTHER_LIFE;
  const about = machine.call(machine.environment, 'strayBlock', 0x1234, 2, 2, payload | 0);
  machine.ghost = { safe: { 2: String(about), 3: String(payload) }, written: [] };
}

/** The predicate of a crash; its verdicts are kept, because most states share disk and records. */
class CrashCheck {
  private readonly verdicts = new Map<string, string | null>();

  constructor(private readonly workers: number) {}

  run(machine: Machine): string | null {
    const records = this.committed(machine);
    const flushed = Number(machine.load64(FLUSHED) >> 48n);
    const synced = Number(machine.load64(SYNCED) >> 48n);
    const key = JSON.stringify([machine.ghost, records, flushed, synced] satisfies Json);
    let verdict = this.verdicts.get(key);
    if (verdict === undefined) {
      verdict = this.judge(machine, records, flushed, synced);
      this.verdicts.set(key, verdict);
    }
    return verdict;
  }

  /** Bits of the committed records by tag. */
  private committed(machine: Machine): number[] {
    const byTag: number[] = [];
    for (let worker = 0; worker < this.workers; worker++) {
      const head = machine.load32(slot(worker)) >>> 16;
      for (let k = 0; k < head; k++) {
        const at = slot(worker) + RING + 8 * k;
        const tag = machine.load32(at);
        while (byTag.length <= tag) byTag.push(0);
        byTag[tag] = (byTag[tag] | 1 << machine.load32(at + 4)) >>> 0;
      }
    }
    return byTag;
  }

  private judge(
    machine: Machine, records: readonly number[], flushed: number, synced: number,
  ): string | null {
    const disk = diskOf(machine);
    const wrong = judgeFile(machine, afterAll(disk), records, flushed);
    if (wrong !== null) return `process crash: ${wrong}`;
    for (let subset = 0; subset < 2 ** disk.written.length; subset++) {
      const written = disk.written.filter((_, i) => subset >> i & 1);
      const found = judgeFile(machine, afterAll({ ...disk, written }), records, synced);
      if (found !== null) return `machine crash, half-blocks ${subset.toString(2)}: ${found}`;
    }
    return null;
  }
}

/** What is wrong with what recovery makes of a file; `reported` is the epoch it must reach. */
function judgeFile(
  machine: Machine, cells: Cells, records: readonly number[], reported: number,
): string | null {
  let epoch = 0;
  let previous = 0;
  let found = 0;
  for (let cell = 0; cells[cell] !== undefined && cells[cell + 1] !== undefined; cell += 2) {
    const about = BigInt(cells[cell]);
    const payload = Number(cells[cell + 1]);
    // A new header may stand before an old one; then this cell is no payload of any block.
    if (payload >= 2 ** 32) break;
    const args = [BigInt.asIntN(64, about), payload | 0, epoch, previous];
    if (!machine.callEnvironment('follows', ...args)) break;
    epoch = Number(about & 0xffn);
    previous = Number(BigInt.asUintN(64, about) >> 32n) | 0;
    found = (found | payload) >>> 0;
  }
  if (epoch < reported) return `epoch ${reported} was reported, the chain ends at ${epoch}`;
  let expected = 0;
  for (let tag = 0; tag <= epoch; tag++) expected = (expected | (records[tag] ?? 0)) >>> 0;
  if (found === expected) return null;
  const [want, have] = [expected.toString(2), found.toString(2)];
  return `epochs up to ${epoch} hold records ${want}, recovered are ${have}`;
}

export const journalScenarios: readonly Scenario[] = [
  journal({ name: 'journal: rounds beside a worker', workers: [3], rounds: 2, maxDeaths: 0,
    replacements: 0 }),
  journal({ name: 'journal: torn block, I/O worker replaced', workers: [2], rounds: 2,
    maxDeaths: 1, replacements: 1 }),
  journal({ name: 'journal: I/O worker replaced twice', workers: [2], rounds: 2, maxDeaths: 2,
    replacements: 2 }),
  journal({ name: 'journal: two workers, one dies announced', workers: [1, 1], rounds: 2,
    maxDeaths: 2, replacements: 1, workersDie: true }),
  journal({ name: 'journal: block of another chain behind', workers: [2], rounds: 2, maxDeaths: 1,
    replacements: 1, recycled: true }),
];
