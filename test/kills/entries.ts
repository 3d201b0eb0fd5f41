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
/** Keys of one group share their first slices with no others, so they have a leaf of their own. */
export const hotKey = (group: number): Key => [`${group} is a group of hot keys`, 'in one leaf'];
export const hotNeighbour = (group: number): Key => [`${group} is a group of hot keys`, 'beside'];
/** Behind all hot keys, in a leaf of its own: the warden holds its lock while victims want it. */
export const trapKey: Key = ['z is no group of hot keys', 'in one leaf'];
export const trapNeighbour: Key = ['z is no group of hot keys', 'beside'];
/** What was consumed of a partition, and how many messages came out of turn. */
export const consumedKey = (partition: number): Key => ['consumed', partition];
export const wrongKey = (partition: number): Key => ['wrong', partition];
export const pairKeys = (pair: number): [Key, Key] => [['pair', pair, 'a'], ['pair', pair, 'b']];

/** All own keys of a lane. */
export const ownRange = (lane: number) =>
  ({ gte: ownKey(lane, 0), lt: ownKey(lane + 1, 0) }) as const;

export const ownValue = (lane: number, { number, size }: Own): Value =>
  [lane, number, 'x'.repeat(size)];

export const ownEntry = (lane: number, key: number, number: number, size: number): Entry =>
  [ownKey(lane, key), ownValue(lane, { number, size })];
