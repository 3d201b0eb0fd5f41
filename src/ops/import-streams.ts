/**
 * The lines of an export that are about streams.
 */
import { MillraceError } from '../errors.js';
import type { Store } from '../store.js';
import type { Stream } from '../stream/stream.js';
import type { GroupsLine, MessageLine, StreamLine } from './lines.js';
import { messageOf } from './plain.js';

export class StreamImport<K, V> {
  /** Messages that were pushed, and streams that were met. */
  messages = 0;
  private readonly known = new Map<string, Stream<K, V>>();

  constructor(private readonly store: Store<K, V>, private readonly resume: boolean) {}

  get count(): number {
    return this.known.size;
  }

  /** Makes the stream with its groups, so that nothing is dropped before they have had it. */
  create({ stream: name, partitions, rowBytes, capacity, groups }: StreamLine): void {
    if (!this.resume && this.store.streams().includes(name)) {
      throw new MillraceError('STREAM_MISMATCH', `The stream ${JSON.stringify(name)} exists.`);
    }
    let stream: Stream<K, V>;
    try {
      stream = this.store.createStream(name,
        { partitions, capacity, ...(rowBytes > 0 && { rowBytes }) });
    } catch (cause) {
      if (!(cause instanceof TypeError)) throw cause;
      throw new MillraceError('ENCODING', `No stream can be like that: ${cause.message}.`,
        { cause });
    }
    for (const group of groups) stream.placeGroup(group, undefined);
    this.known.set(name, stream);
  }

  push({ stream: name, partition, index, message }: MessageLine): void {
    const stream = this.find(name);
    if (partition >= stream.partitions) {
      throw new MillraceError('ENCODING', `The stream has ${stream.partitions} partitions.`);
    }
    const bytes = messageOf(message);
    const tail = stream.tail(partition);
    if (index < tail && this.resume) return;
    if (index !== tail) {
      throw new MillraceError('ENCODING', `Message ${index} where message ${tail} is expected.`);
    }
    stream.push(bytes, { partition, overflow: 'error' });
    this.messages++;
  }

  place({ stream: name, had }: GroupsLine): void {
    const stream = this.find(name);
    for (const [group, offsets] of Object.entries(had)) {
      const fits = offsets.length === stream.partitions &&
        offsets.every((offset, partition) => offset <= stream.tail(partition));
      if (!fits) {
        throw new MillraceError('ENCODING', `The group ${group} has had what is not there.`);
      }
      stream.placeGroup(group, offsets);
    }
  }

  private find(name: string): Stream<K, V> {
    const stream = this.known.get(name);
    if (stream !== undefined) return stream;
    throw new MillraceError('ENCODING', `No line before has made the stream ${name}.`);
  }
}
