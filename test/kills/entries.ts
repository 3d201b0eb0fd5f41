/**
 * The entries of the map under test: how keys and values of the campaign look in it.
 */
import type { Store } from 'millrace';

export type Key = readonly (string | number)[];
/** A number, who wrote it in which step, and a filling. */
export type Value = number | readonly [lane: number, step: number, filling?: string];
export type Entry = [Key, Value];
export type KillStore = Store<Key, Value>;

/** What an own key holds: the step that put it, and the length of its filling. */
export interface Own {
  readonly number: number;
  readonly size: number;
}

/** The name of the lane's instances, one after the other. */
export const identityOf = (lane: number): string => `lane ${lane}`;

export const ownKey = (lane: number, key: number): Key => ['own', lane, key];
export const counterKey = (counter: number): Key => ['counter', counter];
export const contendedKey = (key: number): Key => ['contended', key];
export const pairKeys = (pair: number): [Key, Key] => [['pair', pair, 'a'], ['pair', pair, 'b']];

/** All own keys of a lane. */
export const ownRange = (lane: number) =>
  ({ gte: ownKey(lane, 0), lt: ownKey(lane + 1, 0) }) as const;

export const ownValue = (lane: number, { number, size }: Own): Value =>
  [lane, number, 'x'.repeat(size)];

export const ownEntry = (lane: number, key: number, number: number, size: number): Entry =>
  [ownKey(lane, key), ownValue(lane, { number, size })];
