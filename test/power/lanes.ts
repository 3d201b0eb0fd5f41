/**
 * What the workers of a session do, as a function of seed, lane and number, so that whoever looks
 * at a store later knows what it must hold after so many operations of each lane.
 */
import { randomFrom, type Random } from '../crash/random.js';

/** One operation of a lane. Keys are numbers below KEYS. */
export type Operation =
  | { readonly kind: 'put'; readonly key: number; readonly value: string }
  | { readonly kind: 'del'; readonly key: number }
  | { readonly kind: 'batch'; readonly entries: readonly (readonly [number, string | null])[] }
  /** Counts in the key that all lanes share, too. */
  | { readonly kind: 'transaction'; readonly key: number; readonly value: string }
  | { readonly kind: 'message'; readonly value: string };

export const LANES = 3;
export const GROUP = 'readers';
export const STREAM = 'messages';
/** Transactions of all lanes. */
export const TOTAL = 'total';

const KEYS = 48;
const TEXT_BYTES = 1 << 16;

/** Text in which no two places look alike. */
function textFrom(random: Random): string {
  const letters = Array.from({ length: TEXT_BYTES }, () => String.fromCharCode(33 + random(90)));
  return letters.join('').replaceAll('"', '#').replaceAll('\\', '$');
}

export const keyOf = (lane: number, key: number): string => `lane ${lane}, ${key}`;
/** Under this key stands what was consumed of a partition. */
export const consumedKey = (partition: number): string => `consumed ${partition}`;

/** What stands under `consumedKey`: the next message, and a sum over those before. */
export interface Consumed {
  readonly next: number;
  readonly sum: number;
}
/** The sum with another message. */
export function summed(sum: number, message: string): number {
  let value = sum;
  for (let i = 0; i < message.length; i += 7) {
    value = (Math.imul(value, 31) + message.charCodeAt(i)) >>> 0;
  }
  return value;
}

/** The operations of a lane, from the first one on. */
export class Lane {
  private readonly random: Random;
  private readonly text: string;
  private count = 0;

  constructor(seed: number, readonly lane: number) {
    this.random = randomFrom(seed * 16 + lane);
    this.text = textFrom(randomFrom(seed));
  }

  /** The next operation. */
  next(): Operation {
    const { random } = this;
    this.count++;
    const choice = random(20);
    const key = random(KEYS);
    if (choice < 9) return { kind: 'put', key, value: this.value() };
    if (choice < 11) return { kind: 'del', key };
    if (choice < 13) {
      const entries = Array.from({ length: 2 + random(5) }, () =>
        [random(KEYS), random(4) === 0 ? null : this.value()] as const);
      return { kind: 'batch', entries: [...new Map(entries)] };
    }
    if (choice < 16) return { kind: 'transaction', key, value: this.value() };
    return { kind: 'message', value: this.value() };
  }
  /** Mostly short, sometimes some pages long. */
  private value(): string {
    const { random } = this;
    const length = random(40) === 0 ? random(12_000) : random(400);
    const from = random(TEXT_BYTES - length);
    return `${this.count}:${this.text.slice(from, from + length)}`;
  }
}

function hashOf(key: string, value: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < key.length; i++) hash = Math.imul(hash ^ key.charCodeAt(i), 0x01000193);
  for (let i = 0; i < value.length; i++) hash = Math.imul(hash ^ value.charCodeAt(i), 0x01000193);
  return (hash >>> 0) + value.length * 2 ** 32;
}
/** A hash over entries in any order. */
export function stateHash(entries: Iterable<readonly [string, string]>): number {
  let sum = 0;
  for (const [key, value] of entries) sum += hashOf(key, value);
  return sum;
}

/** What a lane has made after n operations, for each n. */
export class LaneModel {
  /** At index n: hash of its entries, its transactions, its messages. */
  private readonly hashes = [0];
  private readonly transactions = [0];
  private readonly messageCounts = [0];
  readonly messages: string[] = [];
  private readonly entries = new Map<string, number>();
  private readonly operations: Lane;

  constructor(seed: number, private readonly lane: number) {
    this.operations = new Lane(seed, lane);
  }

  /** @param n is computed up to here */
  private upTo(n: number): void {
    while (this.hashes.length <= n) this.step(this.operations.next());
  }
  private step(operation: Operation): void {
    let hash = this.hashes[this.hashes.length - 1];
    const set = (key: number, value: string | null): void => {
      const name = keyOf(this.lane, key);
      hash -= this.entries.get(name) ?? 0;
      const own = value === null ? 0 : hashOf(name, value);
      hash += own;
      this.entries.set(name, own);
    };
    if (operation.kind === 'message') this.messages.push(operation.value);
    else if (operation.kind === 'del') set(operation.key, null);
    else if (operation.kind === 'batch') operation.entries.forEach(([key, v]) => set(key, v));
    else set(operation.key, operation.value);
    const last = this.hashes.length - 1;
    this.hashes.push(hash);
    this.transactions.push(this.transactions[last] + Number(operation.kind === 'transaction'));
    this.messageCounts.push(this.messages.length);
  }
  hash(n: number): number {
    this.upTo(n);
    return this.hashes[n];
  }
  transactionsOf(n: number): number {
    this.upTo(n);
    return this.transactions[n];
  }
  messagesOf(n: number): number {
    this.upTo(n);
    return this.messageCounts[n];
  }
  /** Each n from `least` to `most` after which the lane looks so, the greatest first. */
  find(hash: number, messages: number, least: number, most: number): number[] {
    const found: number[] = [];
    for (let n = most; n >= least; n--) {
      if (this.hash(n) === hash && this.messagesOf(n) === messages) found.push(n);
    }
    return found;
  }
}
