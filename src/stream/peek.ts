/**
 * Reading a stream for no group: what is still there, as copies, one extent at a time. Nothing is
 * leased, so the bytes are copied while this thread's pin keeps their frame.
 */
import type { Extent } from '../core-streams.js';
import { MillraceError } from '../errors.js';
import type { Session } from '../map/session.js';
import { checkInteger, checkNames } from '../options.js';
import { Messages } from './messages.js';
import type { StreamParts } from './parts.js';

/** A message that was copied out of its stream. */
export interface PeekedMessage {
  /** Number of the message in its partition. */
  readonly offset: number;
  readonly bytes: Uint8Array;
}

/** Options of Stream.peek. */
export interface PeekOptions {
  /** Number of the first message to see; default 0. What is gone already is passed over. */
  readonly from?: number;
  /** The most messages to see. Default: all that are there at the call. */
  readonly limit?: number;
}

/** Checked options. @throws TypeError. */
export function peekOptions(options: PeekOptions | undefined): Required<PeekOptions> {
  const given = checkNames(options, ['from', 'limit'], 'peek');
  const { from = 0, limit = Number.MAX_SAFE_INTEGER } = given;
  checkInteger(from, 0, Number.MAX_SAFE_INTEGER, 'from');
  checkInteger(limit, 0, Number.MAX_SAFE_INTEGER, 'limit');
  return { from, limit };
}

/** Copies the messages of an extent. The caller has the pin. */
function copiesOf({ windows, rowBytes }: StreamParts, extent: Extent): PeekedMessage[] {
  const { address, bytes, base } = extent;
  const window = windows.of(address, bytes);
  const start = address - window.base;
  const place = { start, end: start + bytes, rowBytes, firstOffset: base };
  return Array.from(new Messages(window, place), (message) =>
    ({ offset: message.offset, bytes: message.copy() }));
}

/** The first extent from a message on, copied; empty when there is none. */
function firstExtent<K, V>(
  session: Session<K, V>, parts: StreamParts, node: number, from: number,
): PeekedMessage[] {
  session.beginRead();
  session.pin();
  try {
    const extents = parts.core.read(node, parts.id, from, 0);
    if (typeof extents === 'number') throw new MillraceError('STREAM_DESTROYED');
    return extents.length === 0 ? [] : copiesOf(parts, extents[0]);
  } finally {
    session.unpin();
  }
}

/** See Stream.peek. */
export function peek<K, V>(
  session: Session<K, V>, parts: StreamParts, partition: number, options: Required<PeekOptions>,
): IterableIterator<PeekedMessage> {
  const node = parts.nodes[partition];
  // Now, and not at the first step: the call decides what is seen.
  const end = parts.sight.tail(node);
  return messagesOf(session, parts, node, options, end);
}

function* messagesOf<K, V>(
  session: Session<K, V>, parts: StreamParts, node: number, options: Required<PeekOptions>,
  end: number,
): IterableIterator<PeekedMessage> {
  let { from, limit } = options;
  while (from < end && limit > 0) {
    const messages = firstExtent(session, parts, node, from);
    if (messages.length === 0) return;
    for (const message of messages) {
      if (message.offset >= end || limit-- === 0) return;
      yield message;
    }
    from = messages[messages.length - 1].offset + 1;
  }
}
