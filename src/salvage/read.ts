/**
 * What is left of a damaged store: everything that can be reached, then every whole record that
 * cannot, and a list of what is gone.
 */
import { LAYOUT } from '../layout.js';
import type { Damage } from './files.js';
import { JournalReader } from './journal.js';
import { LooseRecords, nameOf } from './loose.js';
import type { Loose } from './loose.js';
import { CheckpointReader } from './pages.js';
import type { FoundRecord } from './records.js';
import { TreeReader } from './tree.js';
import type { LostEntry, LostRange } from './tree.js';

/** An entry that was found: encoded key and value. */
export interface SalvagedEntry {
  readonly key: Uint8Array;
  readonly value: Uint8Array;
  readonly version: bigint;
  /** False: nothing leads to it any more; it may have been replaced or removed since. */
  readonly isReachable: boolean;
}

/** What was found, and what was not. */
export interface Remains {
  /** Undefined: the root or the superblock is gone, so no structure could be followed. */
  readonly epoch: number | undefined;
  readonly reachable: number;
  readonly loose: number;
  readonly damage: readonly Damage[];
  readonly lostEntries: readonly LostEntry[];
  readonly lostRanges: readonly LostRange[];
}

/** Records behind a break of the journal, and those that nobody can date. */
interface Later {
  readonly inBlocks: LooseRecords;
  readonly elsewhere: LooseRecords;
}

const { ROOT } = LAYOUT.superblock;
const { KIND_PUT } = LAYOUT.record;

class Salvage {
  readonly damage: Damage[] = [];
  readonly lostEntries: LostEntry[] = [];
  readonly lostRanges: LostRange[] = [];
  reachable = 0;
  loose = 0;
  /** Keys that were decided upon although the tree and loose records differ. */
  private readonly settled = new Set<string>();
  private readonly note = (damage: Damage): void => void this.damage.push(damage);

  constructor(
    private readonly directory: string, private readonly emit: (entry: SalvagedEntry) => void,
  ) {}

  /** Step by step; the result is the epoch up to which the structure was followed. */
  * run(): Generator<string, number | undefined> {
    const { note, directory } = this;
    const reader = new CheckpointReader(directory, note);
    reader.read();
    yield 'read';
    const { root, checkpoint } = reader;
    if (root === undefined || checkpoint === undefined) {
      this.lostRanges.push({ from: new Uint8Array(0), to: undefined });
      yield* this.takeLoose(undefined, undefined);
      return undefined;
    }
    const journal = new JournalReader(directory, root, checkpoint, note);
    journal.read();
    yield 'read';
    const later = this.laterRecords(journal, checkpoint.view);
    const tree = new TreeReader(checkpoint, {
      entry: (record) => this.takeEntry(record, later),
      lostEntry: (entry) => this.lostEntries.push(entry),
      lostRange: (range) => this.lostRanges.push(range),
    });
    tree.run(ROOT);
    yield 'walk';
    if (this.lostEntries.length + this.lostRanges.length > 0) {
      yield* this.takeLoose(tree, checkpoint.view);
    }
    for (const record of later.inBlocks.values()) {
      if (tree.lookUp(record.key) === 'known') this.takeAbsent(record);
    }
    for (const record of later.elsewhere.values()) {
      const isNew = record.version > journal.ticket && tree.lookUp(record.key) === 'known';
      if (isNew) this.takeAbsent(record);
    }
    return Number(journal.epoch);
  }

  /**
   * Records that may have been written behind what the tree shows: where the journal is broken,
   * those in blocks behind the break, and those in pages, which were copied after the replay's
   * start.
   */
  private laterRecords({ rests, ticket }: JournalReader, region: DataView): Later {
    const isBroken = rests.some(({ isLater }) => isLater);
    const inBlocks = new LooseRecords(() => true);
    // Behind a journal that is whole may stand what a crash has left, which never happened.
    const elsewhere = new LooseRecords(({ version }) => isBroken || version > ticket);
    for (const { view, from, end, isLater } of rests) {
      (isLater ? inBlocks : elsewhere).take(view, from, end);
    }
    if (isBroken) {
      elsewhere.take(region);
      elsewhere.takeFiles(this.directory, this.note);
    }
    return { inBlocks, elsewhere };
  }

  /** An entry of the tree, or the newer record of its key that the tree does not show. */
  private takeEntry({ key, value, version }: FoundRecord, { inBlocks, elsewhere }: Later): void {
    const found = [inBlocks.get(key), elsewhere.get(key)].filter((one) => one !== undefined);
    if (found.length > 0) this.settled.add(nameOf(key));
    const newest = found.reduce<Loose | undefined>((best, one) =>
      (best === undefined || one.version > best.version ? one : best), undefined);
    if (newest !== undefined && newest.version > version) {
      this.emitLoose(newest);
      return;
    }
    this.reachable++;
    this.emit({ key, value, version, isReachable: true });
  }

  /** A record of a key that the tree, as it was before the break, does not have. */
  private takeAbsent(record: Loose): void {
    const name = nameOf(record.key);
    if (this.settled.has(name)) return;
    this.settled.add(name);
    this.emitLoose(record);
  }

  /** Every whole record in the files whose key the tree has lost. */
  private * takeLoose(
    tree: TreeReader | undefined, region: DataView | undefined,
  ): Generator<string, void> {
    const found = new LooseRecords(
      ({ key }) => tree === undefined || tree.lookUp(key) !== 'known');
    if (region !== undefined) found.take(region);
    yield 'search';
    found.takeFiles(this.directory, this.note);
    yield 'search';
    for (const record of found.values()) this.emitLoose(record);
  }

  private emitLoose({ kind, key, value, version }: Loose): void {
    if (kind !== KIND_PUT) return;
    this.loose++;
    this.emit({ key, value, version, isReachable: false });
  }
}

/**
 * Reads a damaged store without opening it, step by step; the steps are named. Entries come in no
 * order, each key once.
 */
export function* readRemains(
  directory: string, emit: (entry: SalvagedEntry) => void,
): Generator<string, Remains> {
  const salvage = new Salvage(directory, emit);
  const epoch = yield* salvage.run();
  const { reachable, loose, damage, lostEntries, lostRanges } = salvage;
  return { epoch, reachable, loose, damage, lostEntries, lostRanges };
}
