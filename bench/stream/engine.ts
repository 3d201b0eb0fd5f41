// What the stream bench asks of a way to move messages from one thread to others, and what one has
// to know to read its figures.
import type { MessagePort } from 'node:worker_threads';
import type { Store } from 'millrace';

/** Bytes of a message, and how many consumers get each of them. */
export interface Case {
  readonly bytes: number;
  readonly consumers: number;
}

export const CASES: readonly Case[] = [
  { bytes: 100, consumers: 1 }, { bytes: 1024, consumers: 1 }, { bytes: 100, consumers: 3 },
];

/** '100 B 1\u21921'. */
export function nameOf({ bytes, consumers }: Case): string {
  const size = bytes < 1024 ? `${bytes} B` : `${bytes / 1024} KiB`;
  return `${size} 1\u2192${consumers}`;
}

/** Sends messages from the producer's thread. */
export interface Sender {
  /** Sends messages 0 to count - 1, as fast as it goes. */
  send(count: number): void;
  /** Sends one message at once; its second field says when, in microseconds modulo 2 ** 31. */
  sendStamped(stamp: number): void;
}

/** Takes messages in a consumer's thread. */
export interface Receiver {
  /** Takes messages until there were `count`; resolves to the sum of their first fields. */
  receive(count: number): Promise<number>;
  /** Takes messages one at a time; resolves to their delays in microseconds. */
  receiveStamped(count: number): Promise<number[]>;
}

/** Where an engine works in this thread. */
export interface Place {
  readonly store: Store<string, unknown>;
  readonly kase: Case;
  /** The ports to the consumers, or the one to the producer. */
  readonly ports: readonly MessagePort[];
  /** Number of this consumer. */
  readonly number: number;
}

export interface Engine {
  readonly name: string;
  readonly copies: number;
  /** Whether all consumers read the same bytes. */
  readonly shared: boolean;
  readonly note: string;
  /** Messages in a round, for messages of 100 bytes to one consumer. */
  readonly perRound: number;
  /** In the main thread, before senders and receivers are made. */
  prepare?(store: Store<string, unknown>, kase: Case): void;
  sender(place: Place): Sender;
  receiver(place: Place): Receiver;
}

/** Now, in microseconds: the same clock in all threads. Fits 31 bits for half an hour. */
export function stampNow(): number {
  return Math.floor(Number(process.hrtime.bigint() / 1000n) % 2 ** 31);
}

export function delayOf(stamp: number): number {
  return (stampNow() - stamp + 2 ** 31) % 2 ** 31;
}
