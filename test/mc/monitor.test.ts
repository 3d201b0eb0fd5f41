// The oracle checked: legal histories of maps, scans, transactions and streams pass, illegal ones
// are refused at the response that cannot be explained.

import { describe, expect, it } from 'vitest';
import { IMPOSSIBLE, Monitor } from './monitor.js';
import type { Call, Model, Result } from './scenario.js';
import { modelFrom, EMPTY } from './scenarios/stream-scenario.js';
import { mapModel } from './scenarios/tree-operations.js';

type Event = readonly [process: number, call: string, ...input: (string | number)[]] |
  readonly [process: number, is: 'returns', result: Result];

/** Number of the first event that is impossible, -1 if the history is legal. */
function firstIllegal(model: Model, history: readonly Event[]): number {
  const monitor = new Monitor(model);
  let set = 0;
  for (const [at, [process, what, ...input]] of history.entries()) {
    if (what === 'returns') {
      set = monitor.respond(set, process, input[0] ?? null);
    } else {
      const call: Call = { fn: what, args: [], input, thread: process, incarnation: 0 };
      set = monitor.invoke(set, process, call);
    }
    if (set === IMPOSSIBLE) return at;
  }
  return -1;
}

describe('maps', () => {
  const map = mapModel({ b: 1, d: 2 });

  it('have what the last put has put, while none is under way', () => {
    expect(firstIllegal(map, [
      [0, 'putValue', 'b', 5], [1, 'getValue', 'b'], [1, 'returns', 1], [1, 'getValue', 'b'],
      [1, 'returns', 5], [0, 'returns', 1], [1, 'getValue', 'b'], [1, 'returns', 5],
    ])).toBe(-1);
    expect(firstIllegal(map, [
      [0, 'putValue', 'b', 5], [1, 'getValue', 'b'], [1, 'returns', 5], [1, 'getValue', 'b'],
      [1, 'returns', 1],
    ])).toBe(4);
    expect(firstIllegal(map, [
      [0, 'removeKey', 'b'], [0, 'returns', 1], [1, 'getValue', 'b'], [1, 'returns', 1],
    ])).toBe(3);
  });

  it('may or may not have what the dead were writing, but not both', () => {
    const dies: readonly Event[] = [[0, 'putValue', 'b', 5], [1, 'getValue', 'b']];
    expect(firstIllegal(map, [...dies, [1, 'returns', 1]])).toBe(-1);
    expect(firstIllegal(map, [...dies, [1, 'returns', 5]])).toBe(-1);
    expect(firstIllegal(map, [
      ...dies, [1, 'returns', 5], [1, 'getValue', 'b'], [1, 'returns', 1],
    ])).toBe(4);
  });
});

describe('scans', () => {
  const map = mapModel({ b: 1, d: 2, f: 3 });
  const scan: Event = [0, 'scanAll', 'bcdfg', 0];

  it('see each key as it was at some moment, one after the other', () => {
    expect(firstIllegal(map, [scan, [0, 'returns', 'b1 d2 f3']])).toBe(-1);
    // b was read before its put and f behind the later one.
    expect(firstIllegal(map, [
      scan, [1, 'putValue', 'b', 8], [1, 'returns', 1], [1, 'putValue', 'f', 9],
      [1, 'returns', 1], [0, 'returns', 'b1 d2 f9'],
    ])).toBe(-1);
    expect(firstIllegal(map, [
      scan, [1, 'removeKey', 'd'], [1, 'returns', 1], [0, 'returns', 'b1 f3'],
    ])).toBe(-1);
  });

  it('do not go back in time', () => {
    // f before its put, but b behind a later one.
    expect(firstIllegal(map, [
      scan, [1, 'putValue', 'f', 9], [1, 'returns', 1], [1, 'putValue', 'b', 8],
      [1, 'returns', 1], [0, 'returns', 'b8 d2 f3'],
    ])).toBe(5);
    // Backwards it is the other way round.
    expect(firstIllegal(map, [
      [0, 'scanAll', 'bcdfg', 1], [1, 'putValue', 'f', 9], [1, 'returns', 1],
      [1, 'putValue', 'b', 8], [1, 'returns', 1], [0, 'returns', 'f3 d2 b8'],
    ])).toBe(-1);
  });

  it('miss nothing and invent nothing', () => {
    for (const result of ['b1 f3', 'b1 d2', 'b1 d2 d2 f3', 'd2 b1 f3', 'b1 c7 d2 f3', 'b1 d3 f3']) {
      expect(firstIllegal(map, [scan, [0, 'returns', result]]), result).toBe(1);
    }
  });
});

describe('transactions', () => {
  const map = mapModel({ b: 1, h: 4 });

  it('are atomic', () => {
    expect(firstIllegal(map, [
      [0, 'putBoth', 'bh', 9], [1, 'getValue', 'b'], [1, 'returns', 9], [1, 'getValue', 'h'],
      [1, 'returns', 4],
    ])).toBe(4);
    expect(firstIllegal(map, [
      [0, 'addTo', 'bh', 10], [1, 'addTo', 'hb', 20], [0, 'returns', 11], [1, 'returns', 31],
    ])).toBe(-1);
    expect(firstIllegal(map, [
      [0, 'addTo', 'bh', 10], [1, 'addTo', 'hb', 20], [0, 'returns', 11], [1, 'returns', 24],
    ])).toBe(3);
  });

  it('do not read before a put that was over before they became visible', () => {
    expect(firstIllegal(map, [
      [0, 'addTo', 'bh', 10], [1, 'putValue', 'b', 5], [1, 'returns', 1], [1, 'getValue', 'h'],
      [1, 'returns', 4], [0, 'returns', 11],
    ])).toBe(5);
  });
});

describe('streams', () => {
  const stream = modelFrom(EMPTY);

  it('keep the order of appends and never lose one', () => {
    expect(firstIllegal(stream, [
      [0, 'push', 1], [1, 'push', 2], [0, 'returns', 1], [1, 'returns', 1],
      [2, 'readFrom', 0], [2, 'returns', 21], [2, 'readFrom', 1], [2, 'returns', 1],
    ])).toBe(-1);
    expect(firstIllegal(stream, [
      [0, 'push', 1], [0, 'returns', 1], [0, 'push', 2], [0, 'returns', 1], [2, 'readFrom', 0],
      [2, 'returns', 21],
    ])).toBe(5);
    expect(firstIllegal(stream, [
      [0, 'push', 1], [0, 'returns', 1], [2, 'readFrom', 0], [2, 'returns', 0],
    ])).toBe(3);
  });

  it('move offsets with the map, and never back', () => {
    expect(firstIllegal(stream, [
      [0, 'putAndCommit', 5, 3], [1, 'offsetOf'], [1, 'returns', 3], [1, 'getValue'],
      [1, 'returns', 0],
    ])).toBe(4);
    expect(firstIllegal(stream, [
      [0, 'commitOffset', 3], [0, 'returns', 1], [0, 'commitOffset', 2], [0, 'returns', 1],
      [1, 'offsetOf'], [1, 'returns', 2],
    ])).toBe(5);
  });
});
