// The graph of visited states: which states can reach an end (the others are a livelock), and how
// many schedules the search has covered.

import { grow } from './arrays.js';

export class StateGraph {
  private from = new Int32Array(1 << 14);
  private to = new Int32Array(1 << 14);
  private edges = 0;
  private readonly ends: number[] = [];

  addEdge(from: number, to: number): void {
    if (this.edges === this.from.length) {
      this.from = grow(this.from);
      this.to = grow(this.to);
    }
    this.from[this.edges] = from;
    this.to[this.edges++] = to;
  }

  addEnd(state: number): void {
    this.ends.push(state);
  }

  /** The states (ids below `states`) from which no end can be reached. O(states + edges). */
  stuckStates(states: number): number[] {
    const incoming = index(states, this.edges, this.to, this.from);
    const reached = new Uint8Array(states);
    const queue = this.ends.slice();
    for (const end of queue) reached[end] = 1;
    for (let at = queue.pop(); at !== undefined; at = queue.pop()) {
      const last = incoming.start[at + 1];
      for (let i = incoming.start[at]; i < last; i++) {
        const before = incoming.target[i];
        if (reached[before] !== 0) continue;
        reached[before] = 1;
        queue.push(before);
      }
    }
    const stuck: number[] = [];
    for (let state = 0; state < states; state++) if (reached[state] === 0) stuck.push(state);
    return stuck;
  }

  /**
   * Number of paths from state 0 to an end. An edge back to a state of the same path (a spin that
   * changed nothing) is left out, so that the number is finite. O(states + edges).
   */
  countSchedules(states: number): number {
    const outgoing = index(states, this.edges, this.from, this.to);
    const paths = new Float64Array(states);
    const next = outgoing.start.slice(0, states);
    const OPEN = 1;
    const CLOSED = 2;
    const color = new Uint8Array(states);
    for (const end of this.ends) paths[end] = 1;
    const stack = [0];
    color[0] = OPEN;
    while (stack.length > 0) {
      const at = stack[stack.length - 1];
      const edge = next[at];
      if (edge === outgoing.start[at + 1]) {
        color[at] = CLOSED;
        stack.pop();
        const above = stack[stack.length - 1];
        if (above !== undefined) paths[above] = paths[above] + paths[at];
        continue;
      }
      next[at] = edge + 1;
      const target = outgoing.target[edge];
      if (color[target] === CLOSED) paths[at] = paths[at] + paths[target];
      if (color[target] !== 0) continue;
      color[target] = OPEN;
      stack.push(target);
    }
    return Math.min(paths[0], Number.MAX_VALUE);
  }
}

/** Adjacency lists: the targets of state s are target[start[s]] .. target[start[s + 1] - 1]. */
function index(
  states: number, edges: number, sources: Int32Array, targets: Int32Array,
): { start: Int32Array<ArrayBuffer>; target: Int32Array<ArrayBuffer> } {
  const start = new Int32Array(states + 1);
  const count = (state: number, by: number): number => {
    const old = start[state];
    start[state] = old + by;
    return old;
  };
  for (let i = 0; i < edges; i++) count(sources[i] + 1, 1);
  for (let s = 0; s < states; s++) count(s + 1, start[s]);
  const cursor = start.slice();
  const target = new Int32Array(edges);
  for (let i = 0; i < edges; i++) {
    const source = sources[i];
    target[cursor[source] as number] = targets[i];
    cursor[source] = cursor[source] + 1;
  }
  return { start, target };
}
