// The predicate of a crash, for every state of a search: the files as the crash leaves them are
// opened by the shipped code on a memory of its own, and what it recovers must be what was
// committed up to some epoch, nothing less than what was reported.

import type { Faults } from '../faults.js';
import type { Machine } from '../machine.js';
import type { JournalRegion } from '../scenarios/journal-region.js';
import {
  afterMachineCrashes, afterProcessCrash, type Image,
} from './disk.js';
import { Replica, type Recovered } from './replica.js';
import type { World, Worlds } from './world.js';

const LOW_HALF = 0xffffffffn;
const EPOCH_OF = (flushed: bigint): number => Number(flushed >> 1n);

export class CrashCheck {
  private readonly replica: Replica;
  private readonly recovered = new Map<string, Recovered>();
  private readonly verdicts = new Map<string, string | null>();
  private readonly expectations = new Map<string, Map<number, bigint>>();
  /** The region when the search began; its files hold all of it. */
  private readonly initial: BigInt64Array;
  private readonly from: number;
  private readonly faults: Faults;

  constructor(
    private readonly region: JournalRegion, private readonly worlds: Worlds, machine: Machine,
  ) {
    this.replica = new Replica(machine, region, worlds.contents);
    this.initial = machine.i64.slice(0, region.bytes >> 3);
    this.from = worlds.of(machine).log.length;
    this.faults = machine.faults;
  }

  /** What is wrong with a crash in the present state, or null. */
  run(machine: Machine): string | null {
    const flushed = EPOCH_OF(machine.load64(this.region.flushed));
    const synced = Number(machine.load64(this.region.synced));
    const key = `${String(machine.ghost)},${flushed},${synced}`;
    let verdict = this.verdicts.get(key);
    if (verdict === undefined) {
      verdict = this.judge(this.worlds.of(machine), flushed, synced);
      this.verdicts.set(key, verdict);
    }
    return verdict;
  }

  /** What is wrong with the running region, once everything is applied. */
  live(machine: Machine): string | null {
    const world = this.worlds.of(machine);
    const undrained = this.sums(world);
    for (const [address, value] of this.expected(world, Infinity)) {
      const seen = machine.load64(address);
      if (seen === value || (undrained.has(address) && seen === (value & LOW_HALF))) continue;
      return `${this.region.symbol(address)} holds ${machine.load64(address).toString(16)}, ` +
        `committed is ${value.toString(16)}`;
    }
    return null;
  }

  /** Words that lack a part until a journal worker has drained their record. */
  private sums(world: World): Set<number> {
    return new Set(world.log.flatMap((id) => this.worlds.record(id).sums));
  }

  private judge(world: World, flushed: number, synced: number): string | null {
    this.faults.process_crashes++;
    const wrong = this.judgeImage(afterProcessCrash(world.disk), world, flushed);
    if (wrong !== null) return `process crash: ${wrong}`;
    for (const image of afterMachineCrashes(world.disk, this.worlds.contents)) {
      this.faults.machine_crashes++;
      const found = this.judgeImage(image, world, synced);
      if (found !== null) return `machine crash: ${found}`;
    }
    return null;
  }

  private judgeImage(image: Image, world: World, reported: number): string | null {
    const recovered = this.recover(image);
    if (typeof recovered === 'string') return recovered;
    const { epoch, words } = recovered;
    const log = world.log.slice(this.from).map((id) => this.worlds.record(id));
    const lost = log.find(({ tag }) => tag <= reported && tag > epoch);
    if (lost !== undefined) {
      return `epoch ${reported} was reported, a record of epoch ${lost.tag} is lost, ` +
        `the journal ends at ${epoch}`;
    }
    let ticket = 0;
    for (const record of log) if (record.tag <= epoch) ticket = Math.max(ticket, record.ticket);
    const bad = this.region.badLock(words, ticket);
    if (bad !== null) return bad;
    for (const [address, value] of this.expected(world, epoch)) {
      if (words[address >> 3] === value) continue;
      return `epochs up to ${epoch} make ${this.region.symbol(address)} ${value.toString(16)}, ` +
        `recovered is ${words[address >> 3].toString(16)}`;
    }
    return null;
  }

  private recover(image: Image): Recovered | string {
    const key = [...image].filter(([name]) => name !== 'image.tmp').join(' ');
    let found = this.recovered.get(key);
    if (found === undefined) {
      this.faults.reopened_images++;
      found = this.replica.open(image);
      this.recovered.set(key, found);
    }
    return typeof found === 'string' ? `the files cannot be opened: ${found}` : found;
  }

  /** Every word that an operation of the search has changed, as of an epoch. */
  private expected({ log }: World, epoch: number): Map<number, bigint> {
    const key = `${log.slice(this.from).join(' ')},${epoch}`;
    const known = this.expectations.get(key);
    if (known !== undefined) return known;
    const words = new Map<number, bigint>();
    for (const id of log.slice(this.from)) {
      const record = this.worlds.record(id);
      for (const [address, value] of record.words) {
        if (record.tag <= epoch) {
          this.forgetFrame(words, address, value);
          words.set(address, value);
        } else if (!words.has(address) && !this.region.isInFrame(address)) {
          words.set(address, this.initial[address >> 3]);
        }
      }
    }
    this.expectations.set(key, words);
    return words;
  }
  /** What stood in a frame that is freed need not come back. */
  private forgetFrame(words: Map<number, bigint>, address: number, value: bigint): void {
    if (!this.region.isPlace(address) || value !== 0n) return;
    const place = words.get(address) ?? this.initial[address >> 3];
    const [from, to] = this.region.extent(place);
    for (const at of words.keys()) if (at >= from && at < to) words.delete(at);
  }
}
