/**
 * What all verbs of one attached store share: the core, the codecs, the key of the current call,
 * the reader pin, and whether a call is allowed right now.
 */
import type { KeyCodec, KeyEncodingName } from '../codec/key.js';
import type { ValueCodec, ValueEncodingName } from '../codec/value.js';
import type { Core } from '../core.js';
import { MillraceError } from '../errors.js';
import type { Durability } from '../journal/durability.js';
import { failureIn } from '../journal/failure.js';
import { Flushing } from '../journal/flushing.js';
import { Loading } from '../journal/loading.js';
import { guardKeys, guardValues, IN_CODEC } from './guard.js';

/** Why calls are refused: bits of Session.state beside IN_CODEC. 0 = everything is allowed. */
export const CLOSED = 1;
export const IN_TRANSACTION = 4;

/** How keys and values become bytes: a built-in name or a codec. */
export interface Encodings<K, V> {
  /** Default 'ordered'. */
  readonly keyEncoding?: KeyEncodingName | KeyCodec<K>;
  /** Default 'json'. */
  readonly valueEncoding?: ValueEncodingName | ValueCodec<V>;
}

const NO_READS = CLOSED | IN_CODEC;

export class Session<K, V> {
  readonly core: Core;
  readonly keys: KeyCodec<K>;
  readonly values: ValueCodec<V>;
  /** Whether operations are recorded under an identity. */
  readonly hasIdentity: boolean;
  /** How durable a write is when it returns, unless it says otherwise. */
  readonly durability: Durability;
  /** The waits for durability. */
  readonly flushing: Flushing;
  /** The waits for records that are still in the files. */
  readonly loading: Loading;

  /** See CLOSED, IN_CODEC and IN_TRANSACTION. */
  state = 0;

  /** The encoded key of the current call; as long as the longest key. */
  readonly scratch: Uint8Array;
  /** Its first 8 bytes, zero padded, as two big-endian halves. */
  high = 0;
  low = 0;

  #pins = 0;

  /** @throws TypeError when an encoding is neither a name nor a codec. */
  constructor(
    core: Core, o: Encodings<K, V> = {}, hasIdentity = false, durability: Durability = 'visible',
  ) {
    this.core = core;
    this.durability = durability;
    this.flushing = new Flushing(core);
    this.loading = new Loading(core.memory);
    this.keys = guardKeys(o.keyEncoding, this);
    this.values = guardValues(o.valueEncoding, this);
    this.hasIdentity = hasIdentity;
    this.scratch = new Uint8Array(core.maxKeyBytes);
  }

  /** Every read begins with this. @throws MillraceError CLOSED; TypeError inside a codec. */
  beginRead(): void {
    if ((this.state & NO_READS) !== 0) this.refuse();
  }

  /** A transaction begins with this. Also TypeError inside the function of another one. */
  beginTransaction(): void {
    if (this.state !== 0) this.refuse();
  }

  /**
   * Every write begins with this. Also TypeError inside the function of a transaction; IO_ERROR
   * when the files have failed: what is written from then on would never become durable.
   */
  beginWrite(): void {
    if (this.state !== 0) this.refuse();
    if (this.core.isPoisoned) throw failureIn(this.core.words);
  }

  refuse(): never {
    if ((this.state & CLOSED) !== 0) throw new MillraceError('CLOSED');
    if ((this.state & IN_CODEC) !== 0) throw new TypeError('A codec must not use its own store');
    throw new TypeError('Inside a transaction write through the transaction, not the store');
  }

  /**
   * Encodes the key of a call to `scratch`, `high` and `low`; long keys also go to the core.
   * Short ones travel as two numbers, which is cheaper than any store to memory.
   * @returns The number of bytes.
   */
  encodeKey(key: K): number {
    const { scratch } = this;
    const length = this.keys.encode(key, scratch, 0);
    if (length > 8) {
      this.core.keyArea.set(scratch.subarray(0, length));
      return length;
    }
    for (let i = length; i < 8; i++) scratch[i] = 0;
    this.high = (scratch[0] << 24) | (scratch[1] << 16) | (scratch[2] << 8) | scratch[3];
    this.low = (scratch[4] << 24) | (scratch[5] << 16) | (scratch[6] << 8) | scratch[7];
    return length;
  }

  /** Whether a call of this store is still running that will touch the region again. */
  get isInUse(): boolean {
    return this.#pins > 0 || (this.state & (IN_CODEC | IN_TRANSACTION)) !== 0;
  }

  /** Keeps everything that is read from here on in its place until `unpin`. Calls nest. */
  pin(): void {
    if (this.#pins++ === 0) this.core.pin();
  }

  unpin(): void {
    if (--this.#pins === 0) this.core.unpin();
  }
}
