/**
 * The options of streams, checked.
 */
import { encodeUtf8 } from '../codec/bytes.js';
import { MillraceError } from '../errors.js';
import { checkInteger, checkNames } from '../options.js';
import type { Overflow, Patience } from './outgoing.js';
import type { StreamKey } from './partition-of.js';

/** Options of Store.createStream. */
export interface StreamOptions {
  /**
   * 1 to 256, default 1; small regions take fewer: 8 at 4 MiB, 32 at 16 MiB, 128 at 64 MiB.
   * Messages of one partition keep their order and go to one consumer.
   */
  readonly partitions?: number;
  /**
   * Bytes of each message, a multiple of 4; such rows can be written and read in place. Without
   * it messages have lengths of their own.
   */
  readonly rowBytes?: number;
  /**
   * Bytes that a partition may hold for groups that have not had them; default 1 MiB, less in
   * regions below 64 MiB. Who writes more has to wait. A new stream without groups keeps
   * everything for the first one.
   */
  readonly capacity?: number;
}

/** Options of Stream.writer. */
export interface WriterOptions {
  /**
   * 'wait' (default): append and reserve block this thread until consumers have made room. Where
   * this thread must not block or has a consumer of the stream itself, they throw STREAM_FULL:
   * `await writer.ready` first. 'error': they throw STREAM_FULL at once.
   */
  readonly overflow?: Overflow;
  /** The longest wait for room in milliseconds; default 10,000. */
  readonly timeout?: number;
  /**
   * Messages of a partition are published at the latest when they are about so many bytes; default
   * and at most a chunk, 64 KiB in large regions. Less is seen sooner, and less is lost with this
   * thread; each time costs a commit.
   */
  readonly batchBytes?: number;
}

/** Options of Stream.push. */
export interface PushOptions extends Pick<WriterOptions, 'overflow' | 'timeout'> {
  /** What the partition is chosen by; see Stream.partitionOf. */
  readonly key?: StreamKey;
  /** The partition itself. */
  readonly partition?: number;
}

/** Options of Stream.subscribe. */
export interface SubscribeOptions {
  /** Name of the group: 1 to 255 bytes of UTF-8. */
  readonly group: string;
  /**
   * Where a group begins that does not exist yet: with the oldest message that is there
   * ('earliest', or 'committed', the default) or behind the newest ('latest'). A group that exists
   * goes on where it is.
   */
  readonly from?: 'committed' | 'earliest' | 'latest';
  /** Ends the consumer: who waits gets the signal's reason. */
  readonly signal?: AbortSignal;
  /** Read these partitions and no others, instead of a share. All members should say so, then. */
  readonly partitions?: readonly number[];
  /**
   * Default true: asking for the next batch settles the one before. With false nothing is committed
   * but by Batch.commit and Batch.transaction, which may come later and cover what came before in
   * the partition. What is not committed counts against the capacity, so who commits too late
   * holds producers up.
   */
  readonly autoCommit?: boolean;
}

const PARTITIONS_MAX = 256;
const ROW_BYTES_MAX = 65536;
const CAPACITY_MIN = 1024;
const CAPACITY_MAX = 2 ** 31 - 1;
const CAPACITY_DEFAULT = 2 ** 20;
/** Part of the region that the default capacity of a partition may take. */
const CAPACITY_PART = 64;
const TIMEOUT_MS = 10_000;
const NAME_BYTES_MAX = 255;
const FROM = ['committed', 'earliest', 'latest'];

/** @throws TypeError unless the name is a text of 1 to 255 bytes of UTF-8. */
export function nameBytes(name: string): Uint8Array {
  const bytes = new Uint8Array(NAME_BYTES_MAX);
  const length = typeof name === 'string' ? encodeUtf8(name, bytes) : 0;
  if (length > 0) return bytes.subarray(0, length);
  throw new TypeError(`A name has 1 to ${NAME_BYTES_MAX} bytes of UTF-8`);
}

/** The partitions of a stream are made by one operation, and so are the offsets of a group. */
export function tooManyPartitions(): MillraceError {
  return new MillraceError('TXN_TOO_LARGE',
    'A region of this size takes fewer partitions in a stream.');
}

/** What a stream is made with. @throws TypeError. */
export function streamOptions(options: StreamOptions | undefined, regionBytes: number): {
  partitions: number; rowBytes: number; capacity: number;
} {
  const given = checkNames(options, ['partitions', 'rowBytes', 'capacity'], 'createStream');
  const part = 2 ** Math.floor(Math.log2(regionBytes / CAPACITY_PART));
  const {
    partitions = 1, rowBytes = 0, capacity = Math.min(CAPACITY_DEFAULT, part),
  } = given;
  checkInteger(partitions, 1, PARTITIONS_MAX, 'partitions');
  checkInteger(rowBytes, given.rowBytes === undefined ? 0 : 4, ROW_BYTES_MAX, 'rowBytes');
  if (rowBytes % 4 !== 0) throw new TypeError('rowBytes must be a multiple of 4');
  checkInteger(capacity, Math.max(CAPACITY_MIN, 4 * rowBytes), CAPACITY_MAX, 'capacity');
  return { partitions, rowBytes, capacity };
}

function patience({ overflow = 'wait', timeout = TIMEOUT_MS }: WriterOptions): Patience {
  if (overflow !== 'wait' && overflow !== 'error') {
    throw new TypeError("overflow must be 'wait' or 'error'");
  }
  if (typeof timeout !== 'number' || !(timeout >= 0)) {
    throw new TypeError('timeout must be a number of milliseconds from 0 on');
  }
  return { overflow, timeout };
}

/** @throws TypeError. */
export function writerOptions(options: WriterOptions | undefined): {
  patience: Patience; batchBytes: number | undefined;
} {
  const given = checkNames(options, ['overflow', 'timeout', 'batchBytes'], 'writer');
  const { batchBytes } = given;
  if (batchBytes !== undefined) checkInteger(batchBytes, 1, CAPACITY_MAX, 'batchBytes');
  return { patience: patience(given), batchBytes };
}

/** @throws TypeError. */
export function pushOptions(options: PushOptions, partitions: number): {
  key: StreamKey | undefined; partition: number | undefined; patience: Patience;
} {
  const given = checkNames(options, ['key', 'partition', 'overflow', 'timeout'], 'push');
  const { key, partition } = given;
  if (key !== undefined && partition !== undefined) {
    throw new TypeError('A message has a key or a partition, not both');
  }
  if (partition !== undefined) checkInteger(partition, 0, partitions - 1, 'partition');
  return { key, partition, patience: patience(given) };
}

/** @throws TypeError. */
export function subscribeOptions(options: SubscribeOptions, partitions: number): {
  group: string; from: string; signal: AbortSignal | undefined;
  only: readonly number[] | undefined; autoCommit: boolean;
} {
  const given = checkNames(
    options, ['group', 'from', 'signal', 'partitions', 'autoCommit'], 'subscribe');
  const { group, from = 'committed', signal, partitions: only, autoCommit = true } = given;
  if (group === undefined) throw new TypeError('subscribe needs the name of a group');
  nameBytes(group);
  if (!FROM.includes(from)) throw new TypeError(`from must be one of ${FROM.join(', ')}`);
  if (signal !== undefined && !(signal instanceof AbortSignal)) {
    throw new TypeError('signal must be an AbortSignal');
  }
  if (only !== undefined && (!Array.isArray(only) || only.length === 0)) {
    throw new TypeError('partitions must be an array of partitions');
  }
  only?.forEach((partition) => checkInteger(partition, 0, partitions - 1, 'partition'));
  if (typeof autoCommit !== 'boolean') throw new TypeError('autoCommit must be true or false');
  return { group, from, signal, only: only && [...new Set(only)], autoCommit };
}
