// The race detector: happens-before by vector clocks over one run (Djit+, Pozniansky and Schuster,
// PPoPP 2003). An atomic store publishes what its thread knows under every word that it writes, an
// atomic load learns it. Two accesses to one byte race if one of them is a store, one of them is
// plain, and neither happens before the other. A store that changes nothing is none: a recoverer
// stores once more what the dead has stored.

import { CMPXCHG, LOAD, NOTIFY, PLAIN, PLAIN_LOAD, RMW, STORE, WAIT } from './access.js';
import type { Watcher } from './machine-types.js';

/** What an access was, for the rules below; also the index of its shadow. */
const PLAIN_READ = 0;
const PLAIN_WRITE = 1;
const ATOMIC_READ = 2;
const ATOMIC_WRITE = 3;
type Role = 0 | 1 | 2 | 3;
/** Roles that conflict with a role. */
const CONFLICTS: Readonly<Record<Role, readonly Role[]>> = {
  [PLAIN_READ]: [PLAIN_WRITE, ATOMIC_WRITE],
  [PLAIN_WRITE]: [PLAIN_READ, PLAIN_WRITE, ATOMIC_READ, ATOMIC_WRITE],
  [ATOMIC_READ]: [PLAIN_WRITE],
  [ATOMIC_WRITE]: [PLAIN_READ, PLAIN_WRITE],
};
export const ROLE_NAMES: readonly string[] =
  ['plain load', 'plain store', 'atomic load', 'atomic store'];
/** Of a write by the scenario's own code, which has no site. */
export const NO_SITE = -1;
/** Clocks are started anew before they overflow. */
const GREATEST_CLOCK = 2 ** 30;

export interface Side {
  readonly thread: number;
  readonly role: Role;
  /** Place in the program, or NO_SITE. */
  readonly site: number;
}

export interface Race {
  readonly address: number;
  /** The access that came first in this run. */
  readonly first: Side;
  readonly second: Side;
}

/** Words that one store can touch: a vector that is not aligned. */
const MOST_WORDS = 5;

interface OpenStore {
  readonly thread: number;
  readonly address: number;
  readonly bytes: number;
  readonly site: number;
  readonly atomic: boolean;
}

/** The last access of each thread to each byte in one role: its clock and its site. */
class Shadow {
  readonly clocks: Int32Array;
  readonly sites: Int32Array;

  constructor(bytes: number, threads: number) {
    this.clocks = new Int32Array(bytes * threads);
    this.sites = new Int32Array(bytes * threads);
  }
}

export class RaceDetector implements Watcher {
  /** Clock of thread u as thread t knows it, at t * threads + u. */
  private readonly known: Int32Array;
  /** What whoever loads a word learns, at word * threads. */
  private readonly published: Int32Array;
  private readonly shadows: readonly Shadow[];
  private readonly shared: Uint8Array;
  private words: Int32Array = new Int32Array(0);
  /** A store whose effect shows when the next access comes. */
  private open: OpenStore | null = null;
  /** The words that it may change, as they were. */
  private readonly before = new Int32Array(MOST_WORDS);

  /**
   * @param threads Threads of the scenario and the environment.
   * @param isShared Accesses elsewhere are nobody else's and are passed over.
   * @param onRace Called for every race; it may throw to end the run.
   */
  constructor(
    bytes: number, private readonly threads: number, isShared: (address: number) => boolean,
    private readonly onRace: (race: Race) => void,
  ) {
    this.known = new Int32Array(threads * threads);
    this.published = new Int32Array((bytes >> 2) * threads);
    this.shadows = Array.from({ length: 4 }, () => new Shadow(bytes, threads));
    this.shared = new Uint8Array(bytes >> 2);
    for (let word = 0; word < this.shared.length; word++) {
      this.shared[word] = isShared(word << 2) ? 1 : 0;
    }
  }

  /** A new run: whatever was done until now happened before it. */
  begin(words: Int32Array): void {
    this.words = words;
    this.open = null;
    const { known, threads } = this;
    let latest = Math.max(...known);
    if (latest > GREATEST_CLOCK) {
      latest = 0;
      this.published.fill(0);
      for (const { clocks } of this.shadows) clocks.fill(0);
    }
    known.fill(latest);
    for (let t = 0; t < threads; t++) known[t * threads + t] = latest + 1;
  }

  access(thread: number, kind: number, address: number, bytes: number, site: number): void {
    this.settle();
    if (this.shared[address >> 2] !== 1) return;
    switch (kind) {
      case PLAIN_LOAD: return this.check(thread, PLAIN_READ, address, bytes, site);
      case PLAIN: return this.opens({ thread, address, bytes, site, atomic: false });
      case LOAD:
      case WAIT: return this.learn(thread, address, bytes, site);
      case STORE: return this.publish(thread, address, bytes, site);
      case RMW:
        this.learn(thread, address, bytes, site);
        return this.publish(thread, address, bytes, site);
      case CMPXCHG:
        this.learn(thread, address, bytes, site);
        return this.opens({ thread, address, bytes, site, atomic: true });
      case NOTIFY: return undefined;
      default: throw new TypeError(`an access of kind ${kind}`);
    }
  }

  /** The environment writes as proofs of death are told: atomically. A thread writes plainly. */
  written(thread: number, address: number, bytes: number): void {
    this.settle();
    if (this.shared[address >> 2] !== 1) return;
    if (thread === this.threads - 1) this.publish(thread, address, bytes, NO_SITE);
    else this.check(thread, PLAIN_WRITE, address, bytes, NO_SITE);
  }

  ordered(from: number, to: number): void {
    this.settle();
    const { known, threads } = this;
    for (let u = 0; u < threads; u++) {
      const clock = known[from * threads + u];
      if (clock > known[to * threads + u]) known[to * threads + u] = clock;
    }
    known[from * threads + from] = known[from * threads + from] + 1;
  }

  private opens(store: OpenStore): void {
    this.open = store;
    const first = store.address >> 2;
    for (let i = 0; i < MOST_WORDS; i++) this.before[i] = this.words[first + i];
  }

  /** A CMPXCHG that changed nothing was a load, a plain store that changed nothing is no access. */
  private settle(): void {
    const { open } = this;
    if (open === null) return;
    this.open = null;
    const { thread, address, bytes, site } = open;
    const first = address >> 2;
    const last = (address + bytes - 1) >> 2;
    let changed = false;
    for (let word = first; word <= last; word++) {
      if (this.words[word] !== this.before[word - first]) changed = true;
    }
    if (!changed) return;
    if (open.atomic) this.publish(thread, address, bytes, site);
    else this.check(thread, PLAIN_WRITE, address, bytes, site);
  }

  private learn(thread: number, address: number, bytes: number, site: number): void {
    const { known, published, threads } = this;
    const to = thread * threads;
    for (let word = address >> 2; word << 2 < address + bytes; word++) {
      for (let u = 0; u < threads; u++) {
        const clock = published[word * threads + u];
        if (clock > known[to + u]) known[to + u] = clock;
      }
    }
    this.check(thread, ATOMIC_READ, address, bytes, site);
  }

  private publish(thread: number, address: number, bytes: number, site: number): void {
    const { known, published, threads } = this;
    const from = thread * threads;
    this.check(thread, ATOMIC_WRITE, address, bytes, site);
    for (let word = address >> 2; word << 2 < address + bytes; word++) {
      for (let u = 0; u < threads; u++) published[word * threads + u] = known[from + u];
    }
    known[from + thread] = known[from + thread] + 1;
  }

  /** Looks for accesses that conflict and are not known to the thread; then notes this one. */
  private check(thread: number, role: Role, address: number, bytes: number, site: number): void {
    const { known, threads, shadows } = this;
    const mine = thread * threads;
    for (const other of CONFLICTS[role]) {
      const { clocks, sites } = shadows[other];
      for (let at = address * threads; at < (address + bytes) * threads; at += threads) {
        for (let u = 0; u < threads; u++) {
          if (u === thread || clocks[at + u] <= known[mine + u]) continue;
          this.onRace({
            address: at / threads, first: { thread: u, role: other, site: sites[at + u] },
            second: { thread, role, site },
          });
        }
      }
    }
    const { clocks, sites } = shadows[role];
    const now = known[mine + thread];
    const end = (address + bytes) * threads;
    for (let at = address * threads + thread; at < end; at += threads) {
      clocks[at] = now;
      sites[at] = site;
    }
  }
}
