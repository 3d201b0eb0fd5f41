/**
 * What the objects of one stream in one thread share.
 */
import type { StreamCore, StreamShape } from '../core-streams.js';
import type { Bells } from './bell.js';
import type { Chunks } from './chunks.js';
import type { Sight } from './sight.js';
import type { Windows } from './windows.js';

/** A stream, and where this thread meets it. */
export interface StreamParts extends StreamShape {
  readonly name: string;
  readonly core: StreamCore;
  readonly bells: Bells;
  readonly windows: Windows;
  readonly chunks: Chunks;
  readonly sight: Sight;
  /** What is open in this thread and has to end with its store. */
  readonly open: Set<Closable>;
  /** Every write begins with this. @throws MillraceError CLOSED; TypeError in a transaction. */
  readonly beginWrite: () => void;
}

/** Something that ends with the store of its thread. */
export interface Closable {
  /**
   * The store closes now. What is staged is published; waits end with CLOSED.
   * @returns What has to be waited for before this thread leaves, if anything.
   */
  storeCloses(): Promise<void> | undefined;
  /** Whether this is a consumer of the stream: then this thread must not wait for itself. */
  holdsUp(stream: number): boolean;
  /** Publishes what is staged, because this thread is about to block. */
  beforeBlocking(): void;
}
