// 64 bits over a whole state: region, threads, history, deaths and ghost state.

import { mixHigh, mixLow } from './arrays.js';
import type { Machine } from './machine.js';
import { textOf } from './monitor.js';
import type { Json } from './scenario.js';
import { insideOperation } from './thread-state.js';
import type { Transitions } from './transitions.js';

export class StateHash {
  low = 0;
  high = 0;
  private readonly ghostIds = new Map<string, number>();

  constructor(private readonly machine: Machine, private readonly transitions: Transitions) {}

  /** Leaves the hash of the present state in `low` and `high`. O(lines that changed + threads). */
  compute(): void {
    const { region, threads, ghost } = this.machine;
    const { history, deaths } = this.transitions;
    region.settle();
    let low = region.sumLow[0] ^ Math.imul(history + 1, 0x9e3779b1);
    let high = region.sumHigh[0] ^ Math.imul(history + 1, 0x7feb352d);
    low = mixLow(low + deaths);
    high = mixHigh(high + deaths);
    for (let t = 0; t < threads.length; t++) {
      const state = threads[t];
      low = mixLow(low ^ state.hashLow);
      high = mixHigh(high ^ state.hashHigh);
      if (!insideOperation(state)) continue;
      low = mixLow(low + region.sumLow[t + 1]);
      high = mixHigh(high + region.sumHigh[t + 1]);
    }
    this.low = low;
    this.high = high;
    if (ghost !== null) this.add(this.ghostId(ghost));
  }

  /** Makes a number part of the hash. */
  add(value: number): void {
    this.low = mixLow(this.low ^ value);
    this.high = mixHigh(this.high + value);
  }

  private ghostId(ghost: Json): number {
    const key = textOf(ghost);
    const known = this.ghostIds.get(key);
    if (known !== undefined) return known;
    const id = this.ghostIds.size + 1;
    this.ghostIds.set(key, id);
    return id;
  }
}
