/**
 * What is left of a damaged store: everything that can be reached, then every whole record that
 * cannot, and a list of what is gone.
 */
import { LAYOUT } from '../layout.js';
import type { Damage } from './files.js';
import { JournalReader } from './journal.js';
import type { Rest } from './journal.js';
import { LooseRecords } from './loose.js';
import type { Loose } from './loose.js';
import { CheckpointReader } from './pages.js';
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

const { ROOT } = LAYOUT.superblock;
const { KIND_PUT } = LAYOUT.record;

class Salvage {
  readonly damage: Damage[] = [];
  readonly lostEntries: LostEntry[] = [];
  readonly lostRanges: LostRange[] = [];
  reachable = 0;
  loose = 0;
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
    const later = this.laterRecords(journal.rests, journal.ticket);
    const tree = new TreeReader(checkpoint, {
      entry: ({ key, value, version }, leafVersion) => {
        const newer = later.get(key);
        if (newer !== undefined && newer.version > leafVersion) return;
        this.reachable++;
        this.emit({ key, value, version, isReachable: true });
      },
      lostEntry: (entry) => this.lostEntries.push(entry),
      lostRange: (range) => this.lostRanges.push(range),
    });
    tree.run(ROOT);
    yield 'walk';
    if (this.lostEntries.length + this.lostRanges.length > 0) {
      yield* this.takeLoose(tree, checkpoint.view);
    }
    for (const record of later.values()) {
      const known = tree.lookUp(record.key);
      if (known.is === 'known' && record.version > known.version) this.emitLoose(record);
    }
    return Number(journal.epoch);
  }

  /**
   * Records that were written behind what the tree shows: in blocks that do not continue the chain,
   * and in what follows its end and is newer than all of it.
   */
  private laterRecords(rests: readonly Rest[], ticket: bigint): LooseRecords {
    const found = new LooseRecords(() => true);
    for (const { view, from, end, isLater } of rests) {
      found.take(view, from, end, isLater ? 0n : ticket);
    }
    return found;
  }

  /** Every whole record in the files whose key the tree has lost. */
  private * takeLoose(
    tree: TreeReader | undefined, region: DataView | undefined,
  ): Generator<string, void> {
    const found = new LooseRecords(
      ({ key }) => tree === undefined || tree.lookUp(key).is !== 'known');
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
