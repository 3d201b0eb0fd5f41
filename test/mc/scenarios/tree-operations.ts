// Operations of the tree's scenarios and the map that they must behave like. Values name the put
// that wrote them, so that a wrong read says which one it saw.

import type { Machine } from '../machine.js';
import {
  ScenarioViolation, type Call, type Json, type Model, type Moment, type Op, type Outcome,
  type WasmValue,
} from '../scenario.js';
import type { TreeRegion } from './tree-region.js';
import type { Contents } from './tree-walk.js';

/** An operation whose addresses are known once the region is. */
export type TreeOp = (region: TreeRegion) => Op;

/** The key in the form of the core's calls: two halves of the first slice, and the length. */
export function keyArguments(key: string): [number, number, number] {
  const first = Buffer.alloc(8);
  Buffer.from(key, 'latin1').copy(first);
  return [first.readInt32BE(0), first.readInt32BE(4), key.length];
}
export function writeKey(region: TreeRegion, machine: Machine, thread: number, key: string): void {
  if (key.length > 8) machine.storeBytes(region.keyArea(thread), Buffer.from(key, 'latin1'));
}

function onKey(fn: string, key: string, more: readonly number[] = []): TreeOp {
  const args: readonly WasmValue[] = [...keyArguments(key), ...more];
  return (region) => ({
    fn, args, input: [key, ...more], label: `${fn}(${[key, ...more].join(', ')})`,
    before: (machine, thread) => { writeKey(region, machine, thread, key); },
  });
}
export const put = (key: string, value: number): TreeOp => onKey('putValue', key, [value]);
export type Look = (machine: Machine, value: number) => void;
/** `look` sees each result, for what no sequential map can say. */
export function get(key: string, look?: Look): TreeOp {
  const plain = onKey('getValue', key);
  if (look === undefined) return plain;
  return (region) => ({
    ...plain(region),
    result(returned, machine) {
      look(machine, Number(returned));
      return Number(returned);
    },
  });
}
export const remove = (key: string): TreeOp => onKey('removeKey', key);

const letters = (keys: string): number[] => [...keys].map((key) => key.charCodeAt(0));
function onLetters(fn: string, keys: string, more: readonly number[]): TreeOp {
  return () => ({
    fn, args: [...letters(keys), ...more], input: [keys, ...more],
    label: `${fn}(${[keys, ...more].join(', ')})`,
  });
}
/** A batch: both keys (one letter each, in order) get the value. */
export const putBoth = (keys: string, value: number): TreeOp => onLetters('putBoth', keys, [value]);
/** A batch: the first key goes, the second comes. */
export const replaceKey = (keys: string, value: number): TreeOp =>
  onLetters('replaceKey', keys, [value]);
/** A transaction: second key = first key + amount. */
export const addTo = (keys: string, amount: number): TreeOp => onLetters('addTo', keys, [amount]);
/** The same under the serial lock, beside so many other writers. */
export const addSerially = (keys: string, amount: number, writers: number): TreeOp =>
  onLetters('addSerially', keys, [amount, writers]);

const helper = (fn: string, ...args: number[]): TreeOp => () => ({ fn, args, modelled: false });
export const clean = (): TreeOp => helper('clean', 1);
export const refill = (): TreeOp => helper('refill', 4);
export const roll = (): TreeOp => helper('roll');
export const scribble = (): TreeOp => helper('scribble', 0x55);
export const claim = (name: string): TreeOp => helper('claim', name.charCodeAt(0));
export const claimLong = (name: string): TreeOp => helper('claimLong', name.charCodeAt(0));
/** A supervisor grants a slot: never one that was granted before. */
export const grant = (): TreeOp => () => ({
  fn: 'grant', args: [], modelled: false,
  result: (returned, machine) => {
    if (returned !== 0 && returned === machine.ghost) {
      throw new ScenarioViolation(`slot ${returned} is granted twice`);
    }
    if (returned !== 0) machine.ghost = Number(returned);
    return Number(returned);
  },
});
/** First act of a new incarnation of the thread's slot. */
export const join: TreeOp = () =>
  ({ fn: 'join', args: (_, thread) => [thread + 2], modelled: false });

/** Entries that the output area holds, less one to see that a scan is at its end. */
const MOST_SCANNED = 7;
/**
 * A scan of a map of one-letter keys, the result being each key with its value.
 * @param keys All keys that the scenario ever holds, in order.
 */
export function scan(keys: string, reverse = false): TreeOp {
  if (keys.length > MOST_SCANNED) throw new TypeError('more keys than the output area holds');
  return (region) => ({
    fn: 'scanAll', args: [reverse ? 1 : 0, keys.length + 1], input: [keys, reverse ? 1 : 0],
    label: `scan(${reverse ? 'reverse' : ''})`,
    result(returned, machine, thread) {
      const entries: string[] = [];
      for (let at = 0; at < Number(returned); at++) {
        const entry = region.outputArea(thread) + 16 * at;
        entries.push(String.fromCharCode(machine.load32(entry)) + machine.load32(entry + 8));
      }
      return entries.join(' ');
    },
  });
}

const sorted = (map: Contents): Contents =>
  Object.fromEntries(Object.entries(map).sort(([a], [b]) => (a < b ? -1 : 1)));

function step(now: Contents, fn: string, input: readonly (string | number)[]): [number, Contents] {
  const key = String(input[0]);
  const value = Number(input[1]);
  switch (fn) {
    case 'getValue': return [now[key] ?? 0, now];
    case 'putValue': return [1, { ...now, [key]: value }];
    case 'putBoth': return [1, { ...now, [key[0]]: value, [key[1]]: value }];
    case 'addSerially':
    case 'addTo': {
      const sum = (now[key[0]] ?? 0) + value;
      return [sum, { ...now, [key[1]]: sum }];
    }
    case 'removeKey': {
      const { [key]: removed, ...rest } = now;
      return [removed === undefined ? 0 : 1, rest];
    }
    case 'replaceKey': {
      const next: Contents = { ...now, [key[1]]: value };
      delete next[key[0]];
      return [1, next];
    }
    default: throw new TypeError(`the map knows no ${fn}`);
  }
}

/**
 * A scan looks at one key after the other: leaves are copied as they were at one moment, but where
 * one ends and the next begins is not known here. Between any two keys others may write.
 */
function scanMoments(now: Contents, input: readonly Json[], progress: Json): readonly Moment[] {
  const [keys, reverse] = input as [string, number];
  const [position, found] = (progress ?? [0, '']) as [number, string];
  const key = reverse ? keys[keys.length - 1 - position] : keys[position];
  if (key === undefined) return [{ state: now, result: found.trimStart() }];
  const entry = now[key] === undefined ? '' : ` ${key}${now[key]}`;
  return [{ state: now, progress: [position + 1, found + entry] }];
}

/**
 * The map as a sequential specification; it starts with what the set-up has put. Everything is
 * atomic but scans, which are so key by key.
 */
export function mapModel(init: Contents): Model {
  return {
    init: sorted(init),
    step(state: Json, { fn, input }: Call): Outcome {
      const [result, next] = step(state as Contents, fn, input as readonly (string | number)[]);
      return [result, sorted(next)];
    },
    moments(state, { fn, input }, progress) {
      if (fn !== 'scanAll') return null;
      return scanMoments(state as Contents, input as readonly Json[], progress);
    },
  };
}
