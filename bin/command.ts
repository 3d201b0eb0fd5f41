// What a command is, and the store that it works on.
import { resolve } from 'node:path';
import type { ParseArgsConfig } from 'node:util';
import { open } from 'millrace';
import type { KeyEncodingName, OpenOptions, Range, Store, ValueEncodingName } from 'millrace';
import { UsageProblem } from './exit-codes.js';
import { readKey } from './text.js';

/** The values of options: texts, or true for those that take none. */
export type Values = Readonly<Record<string, string | boolean | undefined>>;

/** What a command is called with, and where it says what it has found. */
export interface Call {
  /** The directory, and what follows it. */
  readonly places: readonly string[];
  readonly values: Values;
  readonly isJson: boolean;
  /** Writes a line to stdout. */
  readonly print: (line: string) => void;
}

export interface Command {
  /** What the command takes behind its name, as the help shows it. */
  readonly usage: string;
  readonly summary: string;
  /** The help's lines about the options that only some commands have. */
  readonly help: readonly string[];
  readonly options: NonNullable<ParseArgsConfig['options']>;
  /** Arguments that are not options: at least and at most. */
  readonly takes: readonly [least: number, most: number];
  /** @returns The exit code. */
  run(call: Call): Promise<number>;
}

const KEY_ENCODINGS: readonly KeyEncodingName[] = ['ordered', 'utf8', 'binary'];
const VALUE_ENCODINGS: readonly ValueEncodingName[] = ['json', 'utf8', 'binary'];

/** Options of every command that meets keys and values. */
export const ENCODING_OPTIONS = {
  'key-encoding': { type: 'string' },
  'value-encoding': { type: 'string' },
  text: { type: 'boolean' },
} as const;

export const ENCODING_HELP: readonly string[] = [
  '--key-encoding E     ordered (default), utf8 or binary: as the store was opened with',
  '--value-encoding E   json (default), utf8 or binary',
  '--text               KEY and VALUE are texts as they stand, also when they look like JSON',
];

function oneOf<T extends string>(values: Values, name: string, all: readonly T[]): T {
  const text = values[name] ?? all[0];
  const found = all.find((one) => one === text);
  if (found !== undefined) return found;
  throw new UsageProblem(`--${name} must be one of ${all.join(', ')}`);
}

/** How a command reads and shows keys and values. */
export interface Encodings {
  readonly key: KeyEncodingName;
  readonly value: ValueEncodingName;
  readonly isText: boolean;
}

export function encodingsOf({ values }: Call): Encodings {
  return {
    key: oneOf(values, 'key-encoding', KEY_ENCODINGS),
    value: oneOf(values, 'value-encoding', VALUE_ENCODINGS),
    isText: values.text === true,
  };
}

/** A whole number from `least` on, undefined without the option. */
export function wholeNumber(values: Values, name: string, least: number): number | undefined {
  const text = values[name];
  if (text === undefined) return undefined;
  if (typeof text === 'string' && /^\d+$/.test(text)) {
    const value = Number(text);
    if (Number.isSafeInteger(value) && value >= least) return value;
  }
  throw new UsageProblem(`--${name} takes a whole number from ${least} on, not '${text}'`);
}

const BOUNDS = ['gt', 'gte', 'lt', 'lte', 'prefix'] as const;

/** Options of every command that takes a range. */
export const RANGE_OPTIONS = {
  gt: { type: 'string' }, gte: { type: 'string' }, lt: { type: 'string' }, lte: { type: 'string' },
  prefix: { type: 'string' }, limit: { type: 'string' }, reverse: { type: 'boolean' },
} as const;

export const RANGE_HELP: readonly string[] = [
  '--gt K --gte K --lt K --lte K --prefix K   which keys; all bounds together must hold',
  '--reverse            from the greatest key down',
  '--limit N            at most N entries',
];

export function rangeOf({ values }: Call, { key, isText }: Encodings): Range<unknown> {
  const bounds = BOUNDS.filter((name) => values[name] !== undefined)
    .map((name) => [name, readKey(String(values[name]), key, isText)]);
  const limit = wholeNumber(values, 'limit', 0);
  return { ...Object.fromEntries(bounds), reverse: values.reverse === true, limit };
}

/**
 * Runs fn on the store in a directory and closes it, which makes everything durable.
 * @throws MillraceError LOCKED while another process has it open; what open, fn and close throw.
 */
export async function withStore<T>(
  directory: string, options: OpenOptions<unknown, unknown>,
  fn: (store: Store<unknown, unknown>) => T | Promise<T>,
): Promise<T> {
  if (directory === '') throw new UsageProblem('DIR is the path of a directory');
  // Resolved, because a name with a meaning of its own (':memory:') is a directory here.
  const path = resolve(directory);
  const store = await open<unknown, unknown>(path, { createIfMissing: false, ...options });
  let result: T;
  try {
    result = await fn(store);
  } catch (error) {
    // What has gone wrong first is what the user has to know.
    await store.close().catch(() => undefined);
    throw error;
  }
  await store.close();
  return result;
}
