// What a case of the crash runner is: one operation on a tree of a certain shape.

import type { Client } from './client.js';
import type { Random } from './random.js';
import type { Stage } from './stage.js';
import type { Sizes } from './toy.js';

export interface CrashCase {
  /** "operation: shape, width"; no two cases have the same. */
  readonly name: string;
  readonly sizes: Sizes;
  /** Brings the region into the shape. */
  prepare(stage: Stage): void;
  /** The operation, by the actor; leaves the model as it is afterwards. */
  act(stage: Stage): void;
  /** What else, beside the entries, must be as before or as after; the dead are recovered. */
  observe?(client: Client): string;
  /** What is done after a recovery beside what is done to every map. Throws what goes wrong. */
  goOn?(stage: Stage, clients: readonly Client[], random: Random): void;
}

/** The widths at which every shape is played unless it says otherwise. */
export const WIDTHS: readonly number[] = [3, 4, 12];

/** The 8-byte key of a number: order of numbers is order of keys. */
export function key(n: number): string {
  return `k${n.toString().padStart(7, '0')}`;
}
