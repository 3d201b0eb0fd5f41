// The keys and values of random walks: distributions under which trees take different shapes.

import { key } from './crash-case.js';
import type { Random } from './random.js';

/** How the keys of a walk look, by number. */
interface Style {
  readonly name: string;
  keyOf(n: number): string;
}

const STYLES: readonly Style[] = [
  { name: 'slices', keyOf: (n) => key(n) },
  { name: 'tiny keys', keyOf: (n) => n.toString(36) },
  { name: 'one layer', keyOf: (n) => `slice-1.${1000 + n}` },
  { name: 'three layers', keyOf: (n) => `slice-${n % 3}.${1000 + n}` },
  { name: 'keys that begin others', keyOf: (n) => `${'a'.repeat(8 * (n % 4))}${n >> 2}` },
  {
    name: 'keys of all lengths',
    keyOf: (n) => key(Math.imul(n, 7919) & 1023).repeat(3).slice(n % 24),
  },
];

/** The order in which numbers come. */
interface Order {
  readonly name: string;
  next(i: number, random: Random): number;
}

const MIDDLE = 300;
const ORDERS: readonly Order[] = [
  { name: 'ascending', next: (i) => MIDDLE + i },
  { name: 'descending', next: (i) => MIDDLE - i },
  { name: 'scattered', next: (_, random) => random(2 * MIDDLE) },
  { name: 'in a gap', next: (i, random) => (i < 8 ? 80 * i : 200 + random(30)) },
  { name: 'again and again', next: (_, random) => random(10) },
];

/** The most bytes of a value; a frame of a walk has 1024 to 4096. */
const VALUES: readonly number[] = [8, 40, 160, 600];

/** The keys and values of one walk. */
export class Distribution {
  readonly name: string;
  private readonly style: Style;
  private readonly order: Order;
  private readonly longest: number;
  private drawn = 0;

  constructor(private readonly random: Random) {
    this.style = STYLES[random(STYLES.length)];
    this.order = ORDERS[random(ORDERS.length)];
    this.longest = VALUES[random(VALUES.length)];
    this.name = `${this.style.name}, ${this.order.name}, values to ${this.longest}`;
  }

  /** The next key. */
  key(): string {
    return this.style.keyOf(this.order.next(this.drawn++, this.random));
  }
  /** A key that others lie around. */
  keyBetween(): string {
    return this.style.keyOf(this.random(2 * MIDDLE));
  }
  value(): string {
    const letter = String.fromCharCode(97 + this.random(26));
    return `${this.drawn}${letter.repeat(this.random(this.longest))}`;
  }
}

/** One of several. */
export function oneOf<T>(random: Random, from: readonly T[]): T {
  return from[random(from.length)];
}
