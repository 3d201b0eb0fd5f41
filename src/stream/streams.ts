/**
 * The streams of one attached store: making and finding them, and their end.
 */
import { decodeUtf8 } from '../codec/bytes.js';
import { STREAM } from '../core-streams.js';
import type { StreamCore, StreamShape } from '../core-streams.js';
import { MillraceError } from '../errors.js';
import { LAYOUT } from '../layout.js';
import type { Session } from '../map/session.js';
import { Bells } from './bell.js';
import { Chunks } from './chunks.js';
import { nameBytes, streamOptions, tooManyPartitions } from './options.js';
import type { StreamOptions } from './options.js';
import type { Closable } from './parts.js';
import { Sight } from './sight.js';
import { Stream } from './stream.js';
import { Windows } from './windows.js';

/**
 * When all are settled, not before: who leaves a slot while another one still publishes would write
 * into what belongs to its successor. Then the first failure, if there was one.
 */
async function settled(waits: readonly Promise<void>[]): Promise<void> {
  const failed = (await Promise.allSettled(waits)).find(({ status }) => status === 'rejected');
  if (failed?.status === 'rejected') throw failed.reason;
}

export class Streams<K, V> {
  readonly #session: Session<K, V>;
  readonly #core: StreamCore;
  readonly #bells: Bells;
  readonly #windows: Windows;
  readonly #chunks: Chunks;
  readonly #sight: Sight;
  readonly #open = new Set<Closable>();
  /** One object for each stream: what it has under way must not depend on how it was found. */
  readonly #known = new Map<number, Stream<K, V>>();

  constructor(session: Session<K, V>) {
    this.#session = session;
    const core = session.core.streams;
    const { home } = core;
    this.#core = core;
    const words = new Int32Array(home.words.buffer);
    const lines = home.slotLines(home.slot);
    const { BELL, BELL_ASYNC } = LAYOUT.slot;
    this.#bells = new Bells(words, (lines + BELL) >>> 2, (lines + BELL_ASYNC) >>> 2);
    this.#windows =
      new Windows(words.buffer, home.superblock('heap'), home.superblock('frameShift'));
    this.#chunks = new Chunks(core);
    this.#sight = new Sight(core);
  }

  /** Makes the stream, or finds it when it was made with the same options. */
  create(name: string, options: StreamOptions | undefined): Stream<K, V> {
    const bytes = nameBytes(name);
    const { home } = this.#core;
    const wanted = streamOptions(options, home.bytes.length);
    this.#session.beginWrite();
    for (;;) {
      const result = this.#core.create(bytes, wanted);
      if (result === STREAM.TOO_LARGE) throw tooManyPartitions();
      if (result === STREAM.FULL) throw new MillraceError('FULL');
      const shape = this.#core.find(bytes);
      // Somebody may have destroyed it in between.
      if (shape === undefined) continue;
      const { partitions, rowBytes, capacity } = wanted;
      const isSame = shape.partitions === partitions && shape.rowBytes === rowBytes &&
        shape.capacity === capacity;
      if (isSame) return this.#stream(name, shape);
      throw new MillraceError('STREAM_MISMATCH', `The stream has ${shape.partitions} partitions, ` +
        `rowBytes ${shape.rowBytes} and capacity ${shape.capacity}.`);
    }
  }

  /** @throws MillraceError STREAM_NOT_FOUND. */
  find(name: string): Stream<K, V> {
    const bytes = nameBytes(name);
    this.#session.beginTransaction();
    const shape = this.#core.find(bytes);
    if (shape === undefined) throw new MillraceError('STREAM_NOT_FOUND');
    return this.#stream(name, shape);
  }

  /** The names of all streams. */
  names(): string[] {
    this.#session.beginTransaction();
    return this.#core.names().map(decodeUtf8);
  }

  /**
   * Ends consumers and writers of this thread; what writers have staged is published.
   * @returns What has to be waited for before this thread leaves, if anything.
   */
  close(): Promise<void> | undefined {
    const waits = [...this.#open].map((open) => open.storeCloses())
      .filter((wait) => wait !== undefined);
    return waits.length === 0 ? undefined : settled(waits);
  }

  #stream(name: string, shape: StreamShape): Stream<K, V> {
    const known = this.#known.get(shape.id);
    if (known !== undefined) return known;
    for (const [id, old] of this.#known) {
      if (old.endIfGone()) this.#known.delete(id);
    }
    const stream = new Stream(this.#session, {
      ...shape,
      name,
      core: this.#core,
      bells: this.#bells,
      windows: this.#windows,
      chunks: this.#chunks,
      sight: this.#sight,
      open: this.#open,
      beginWrite: () => this.#session.beginWrite(),
    });
    this.#known.set(shape.id, stream);
    return stream;
  }
}
