/**
 * A stream as one thread sees it: messages in partitions, which any thread appends to and groups of
 * consumers read.
 */
import { decodeUtf8 } from '../codec/bytes.js';
import { STREAM } from '../core-streams.js';
import { MillraceError } from '../errors.js';
import type { Session } from '../map/session.js';
import { checkInteger } from '../options.js';
import { Consumer } from './consumer.js';
import {
  nameBytes, pushOptions, subscribeOptions, tooManyPartitions, writerOptions,
} from './options.js';
import type { PushOptions, SubscribeOptions, WriterOptions } from './options.js';
import { Outgoing } from './outgoing.js';
import type { StreamParts } from './parts.js';
import { placeGroup } from './place-group.js';
import { peek, peekOptions } from './peek.js';
import type { PeekedMessage, PeekOptions } from './peek.js';
import { partitionOf } from './partition-of.js';
import type { StreamKey } from './partition-of.js';
import { Pushes } from './pushes.js';
import { Writer } from './writer.js';

/**
 * A stream of messages in partitions. Any thread that is attached to the store can push to it and
 * subscribe to it. Messages of one partition are numbered from 0 and keep their order; each group
 * of consumers gets all of them, and remembers in the store how far it has come. A message is
 * there until every group has had it.
 */
export class Stream<K, V> {
  readonly name: string;
  readonly partitions: number;
  /** Bytes of each message; 0 when messages have lengths of their own. */
  readonly rowBytes: number;
  /** Bytes that a partition may hold, from the first message that some group has not had. */
  readonly capacity: number;

  readonly #session: Session<K, V>;
  readonly #parts: StreamParts;
  #outgoing: Outgoing | undefined;
  #pushes: Pushes | undefined;
  #next = 0;

  /** Streams come from Store.createStream and Store.stream. */
  constructor(session: Session<K, V>, parts: StreamParts) {
    this.#session = session;
    this.#parts = parts;
    ({
      name: this.name, partitions: this.partitions, rowBytes: this.rowBytes,
      capacity: this.capacity,
    } = parts);
  }

  /**
   * The partition of a key, the same on every host: FNV-1a over the key's bytes (texts as UTF-8,
   * numbers as 8 bytes of little-endian float64), finished as in MurmurHash3, modulo partitions.
   * O(bytes).
   * @throws TypeError for another type; MillraceError ENCODING for text with a lone surrogate.
   */
  partitionOf(key: StreamKey): number {
    return partitionOf(key, this.partitions);
  }

  /**
   * Publishes one message: on return every consumer sees it. A writer is much cheaper for many.
   * Without a key and a partition the partitions take turns. O(bytes).
   * @throws TypeError for wrong options or no Uint8Array. MillraceError STREAM_FULL or FULL when
   *   there was no room in time, VALUE_TOO_LARGE, STREAM_DESTROYED, CLOSED: nothing happened.
   */
  push(bytes: Uint8Array, options?: PushOptions): void {
    this.#outgoing ??= new Outgoing(this.#parts, writerOptions({}).patience);
    this.#pushes ??= new Pushes(this.#outgoing, this.partitions);
    if (options === undefined) {
      this.#pushes.push(this.#inTurn(), bytes, undefined);
      return;
    }
    const { key, partition, patience } = pushOptions(options, this.partitions);
    const keyed = key === undefined ? undefined : this.partitionOf(key);
    this.#pushes.push(partition ?? keyed ?? this.#inTurn(), bytes, patience);
  }

  /** A writer of this thread's. @throws TypeError for wrong options. MillraceError CLOSED. */
  writer(options?: WriterOptions): Writer {
    const { patience, batchBytes } = writerOptions(options);
    this.#session.beginWrite();
    return new Writer(this.#parts, patience, batchBytes);
  }

  /**
   * Joins a group, and makes it if it is new. The members of a group share the partitions; every
   * group gets every message.
   * @throws TypeError for wrong options, or when this thread is a member already. The signal's
   *   reason when it is aborted. MillraceError STREAM_DESTROYED, FULL, CLOSED.
   */
  subscribe(options: SubscribeOptions): Consumer<K, V> {
    const { group: name, from, signal, only, autoCommit } =
      subscribeOptions(options, this.partitions);
    this.#begin();
    this.#session.beginWrite();
    signal?.throwIfAborted();
    const isHere = [...this.#parts.open].some((other) =>
      other instanceof Consumer && other.isIn(this.#parts.id, name));
    if (isHere) throw new TypeError('This thread is a member of the group already');
    const { core } = this.#parts;
    const group = core.join(nameBytes(this.name), nameBytes(name), from === 'latest');
    if (typeof group === 'number') throw this.#refused(group);
    return new Consumer({
      parts: this.#parts, session: this.#session, group, name, only, signal, autoCommit,
    });
  }

  /**
   * Number of the partition's next message. O(1).
   * @throws MillraceError STREAM_DESTROYED or CLOSED.
   */
  tail(partition: number = 0): number {
    this.#begin();
    const { sight, nodes } = this.#parts;
    if (nodes[partition] === undefined) throw new TypeError('There is no such partition');
    return sight.tail(nodes[partition]);
  }

  /**
   * Messages that the group has not committed, of all partitions; undefined when there is no such
   * group. O(partitions + log n).
   * @throws MillraceError STREAM_DESTROYED or CLOSED.
   */
  lag(group: string): number | undefined {
    this.#begin();
    const { core, sight, nodes, id } = this.#parts;
    return core.group(id, nameBytes(group))?.cells.reduce((sum, cell, partition) =>
      sum + Math.max(0, sight.tail(nodes[partition]) - sight.offset(cell)), 0);
  }

  /**
   * Number of the first message of each partition that the group has not committed; undefined when
   * there is no such group. O(partitions + log n).
   * @throws MillraceError STREAM_DESTROYED or CLOSED.
   */
  offsets(group: string): number[] | undefined {
    this.#begin();
    const { core, sight, id } = this.#parts;
    return core.group(id, nameBytes(group))?.cells.map((cell) => sight.offset(cell));
  }

  /**
   * @internal Makes a group without a consumer, and moves it on.
   * @throws MillraceError BUSY while a consumer reads a partition; STREAM_DESTROYED, FULL, CLOSED.
   */
  placeGroup(group: string, offsets: readonly number[] | undefined): void {
    this.#begin();
    this.#session.beginWrite();
    placeGroup(this.#parts, group, offsets);
  }

  /** The names of all groups. O(groups * log n). @throws MillraceError as for lag. */
  groups(): string[] {
    this.#begin();
    const { core, id } = this.#parts;
    return core.groupNames(id).map(decodeUtf8);
  }

  /**
   * Messages of a partition as copies, for no group: it moves no offset and holds nobody up. What
   * all groups have had may be gone. What is appended after the call is not seen. O(bytes).
   * @param partition Default 0.
   * @throws TypeError for wrong options or no such partition. MillraceError STREAM_DESTROYED or
   *   CLOSED, at the call or at a step of the iteration.
   */
  peek(partition: number = 0, options?: PeekOptions): IterableIterator<PeekedMessage> {
    this.#begin();
    checkInteger(partition, 0, this.partitions - 1, 'partition');
    return peek(this.#session, this.#parts, partition, peekOptions(options));
  }

  /**
   * Ends the stream for everybody: who writes, reads or waits gets STREAM_DESTROYED. Its name is
   * free at once, its memory when the last consumer has noticed.
   * @throws MillraceError STREAM_DESTROYED when it was destroyed before; CLOSED.
   */
  destroy(): void {
    this.#begin();
    this.#session.beginWrite();
    const result = this.#parts.core.destroy(nameBytes(this.name));
    if (result === STREAM.FULL || result === STREAM.TOO_LARGE) throw new MillraceError('FULL');
    this.endIfGone();
  }

  /** @internal Whether the stream was destroyed; then what pushes have reserved is given back. */
  endIfGone(): boolean {
    const { sight, nodes, id } = this.#parts;
    if (!sight.isDestroyed(nodes[0], id)) return false;
    this.#outgoing?.end('STREAM_DESTROYED');
    void this.#outgoing?.close();
    return true;
  }

  #begin(): void {
    this.#session.beginTransaction();
    const { sight, nodes, id } = this.#parts;
    if (sight.isDestroyed(nodes[0], id)) throw new MillraceError('STREAM_DESTROYED');
  }

  #inTurn(): number {
    const partition = this.#next;
    this.#next = partition + 1 === this.partitions ? 0 : partition + 1;
    return partition;
  }

  #refused(result: number): MillraceError {
    if (result === STREAM.TOO_LARGE) return tooManyPartitions();
    return new MillraceError(result === STREAM.FULL ? 'FULL' : 'STREAM_DESTROYED');
  }
}
