// The calls of the core as a host makes them, for one slot. Keys and values are text of one byte a
// character, so that the order of strings is the order of bytes.

import { LAYOUT } from '../../src/layout.js';
import type { Machine } from './machine.js';

/** One operation of a batch; no value: a deletion. */
export interface BatchEntry {
  readonly key: string;
  readonly value?: string;
}

export type PutResult = 'ok' | 'full' | 'too large';
export type BatchResult = PutResult | 'conflict';

const OK = 1;
const AGAIN = -1;
const TOO_LARGE = -2;
const CONFLICT = -3;

const REVERSE = 1;
const HAS_START = 2;

const LENGTH = LAYOUT.context.Context.length;
const SCAN_ENTRY = LAYOUT.plan.OutputEntry.BYTES;
const { RECORD_HEADER } = LAYOUT.record;

const padded = (bytes: number): number => Math.ceil(bytes / 8) * 8;

/** The instance of one slot. */
export class Client {
  constructor(private readonly machine: Machine, readonly slot: number) {}

  call(name: string, ...args: number[]): number {
    return this.machine.call(this.slot, name, ...args);
  }

  /** Takes the slot for a new incarnation and attaches it. Throws if it is owned. */
  join(): void {
    const generation = this.call('takeSlot', this.slot);
    if (generation === 0) throw new Error(`slot ${this.slot} is owned`);
    this.call('attach', this.slot, generation);
  }

  get generation(): number {
    return this.machine.slotField(this.slot, LAYOUT.slot.GEN);
  }

  put(key: string, value: string): PutResult {
    for (;;) {
      const place = this.call('reserve', key.length, value.length);
      if (place === 0) return 'full';
      this.write(place, value);
      const result = this.call('put', ...this.keyArguments(key), value.length) | 0;
      if (result === OK) return 'ok';
      if (result !== AGAIN) return 'too large';
    }
  }

  get(key: string): string | undefined {
    const value = this.call('get', ...this.keyArguments(key));
    if (value === 0) return undefined;
    const bytes = this.machine.words[(this.call('contextArea') + LENGTH) >> 2];
    const text = this.read(value, bytes);
    if (this.call('isStillValid') === 0) throw new Error('a value changed while nobody else ran');
    return text;
  }

  remove(key: string): boolean {
    return this.call('remove', ...this.keyArguments(key)) === 1;
  }

  /** All entries from `start` on (exclusive) in the direction of the scan. */
  scan(reverse = false, start?: string): [string, string][] {
    const entries: [string, string][] = [];
    const wanted = this.machine.sizes.outputBytes / SCAN_ENTRY;
    this.call('pin');
    for (let from = start; ;) {
      const flags = (reverse ? REVERSE : 0) | (from === undefined ? 0 : HAS_START);
      this.writeKey(from ?? '');
      const found = this.call('scan', flags, from?.length ?? 0, 0, wanted);
      for (let i = 0; i < found; i++) entries.push(this.outputEntry(i));
      if (found < wanted) break;
      from = entries[entries.length - 1][0];
    }
    this.call('unpin');
    return entries;
  }

  /** Stages the entries, which are in key order, and commits them together. */
  batch(entries: readonly BatchEntry[], validate = false): BatchResult {
    const bytes = entries.reduce((sum, { key, value }) =>
      sum + RECORD_HEADER + padded(key.length) + padded(value?.length ?? 0), 0);
    const deletesOnly = entries.every(({ value }) => value === undefined);
    for (;;) {
      if (this.call('reserveBatch', bytes, deletesOnly ? 1 : 0) === 0) return 'full';
      for (const { key, value } of entries) {
        this.writeKey(key);
        const isDelete = value === undefined ? 1 : 0;
        const place = this.call('stageEntry', isDelete, key.length, value?.length ?? 0);
        if (place === 0) return 'too large';
        this.write(place, value ?? '');
      }
      const result = this.call('commitBatch', validate ? 1 : 0) | 0;
      if (result === OK) return 'ok';
      if (result === CONFLICT) return 'conflict';
      if (result === TOO_LARGE) return 'too large';
    }
  }

  claimName(name: string): number {
    this.writeKey(name.padEnd(LAYOUT.tables.IDENTITY_NAME_BYTES, '\0'));
    return this.call('claimName') | 0;
  }
  /** Number and version of the last operation under a name; empty if nobody ever had it. */
  outcomeOf(name: string): string {
    this.writeKey(name.padEnd(LAYOUT.tables.IDENTITY_NAME_BYTES, '\0'));
    if (this.call('outcomeOf') === 0) return '';
    const at = this.call('outputAreaAt') >> 2;
    return `number ${this.machine.words[at]}, version ${this.machine.words[at + 2]}`;
  }

  private writeKey(key: string): void {
    this.write(this.call('keyAreaAt', 0), key);
  }
  private write(address: number, text: string): void {
    for (let i = 0; i < text.length; i++) this.machine.bytes[address + i] = text.charCodeAt(i);
  }
  private read(address: number, bytes: number): string {
    return String.fromCharCode(...this.machine.bytes.subarray(address, address + bytes));
  }
  /** A short key travels in two numbers, a longer one in key area 0. */
  private keyArguments(key: string): [number, number, number] {
    if (key.length > 8) {
      this.writeKey(key);
      return [0, 0, key.length];
    }
    const word = (from: number): number => [0, 1, 2, 3].reduce((sum, i) =>
      ((sum << 8) | (from + i < key.length ? key.charCodeAt(from + i) : 0)) >>> 0, 0);
    return [word(0), word(4), key.length];
  }
  private outputEntry(i: number): [string, string] {
    const at = (this.call('outputAreaAt') + i * SCAN_ENTRY) >> 2;
    const [key, keyBytes, value, valueBytes] = this.machine.words.subarray(at, at + 4);
    return [this.read(key, keyBytes), this.read(value, valueBytes)];
  }
}
