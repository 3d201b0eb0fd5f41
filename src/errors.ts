/**
 * The one error class of the package, and the one table of its codes.
 * A code is part of the public interface: its meaning never changes, a message may.
 */

/** Every code with one sentence on what happened. The README quotes this table. */
export const ERROR_CODES = {
  FULL: 'The region has no room left; nothing was changed, and deletions make room for records.',
  KEY_TOO_LARGE: 'The encoded key is longer than the store allows.',
  VALUE_TOO_LARGE: 'The encoded value is longer than the store allows.',
  CLOSED: 'The store, iterator or transaction was used after it was closed.',
  TX_ASYNC: 'The function given to transaction returned a promise; transactions are synchronous.',
  TX_CONFLICT: 'The transaction met other writers each time it was tried; it changed nothing.',
  TXN_TOO_LARGE: 'The batch or transaction changes more than one redo record can hold.',
  LAYOUT_MISMATCH: 'The handle belongs to a region with another format or layout.',
  NO_SLOT: 'Every slot for workers is taken; open the store with more slots.',
  ALREADY_ATTACHED: 'This thread has already attached to this store.',
  IDENTITY_IN_USE: 'A living instance already uses this identity.',
  ENCODING: 'A key or value does not fit the chosen encoding.',
  LOCKED: 'Another store object, here or in another process, has this directory open.',
  IO_ERROR: 'The directory or a file of it could not be read, written or synced.',
  CORRUPT: 'The region or a file holds something that Millrace did not write.',
  UNSUPPORTED: 'This version or this host cannot do what was asked for.',
  BUSY: 'A wait on this thread reached its bound; trying again may succeed.',
  SUPERVISOR_LOST: 'The supervisor ended, so the death of workers is no longer noticed.',
  STREAM_NOT_FOUND: 'There is no stream of this name.',
  STREAM_MISMATCH: 'A stream of this name exists, and it was made with other options.',
  STREAM_DESTROYED: 'The stream was destroyed.',
  STREAM_FULL: 'A partition held as much as its capacity allows; the message was not taken.',
  LEASE_LOST: 'The partition went to another consumer, who gets the messages again.',
} as const satisfies Record<string, string>;

/** The stable code of a {@link MillraceError}. */
export type ErrorCode = keyof typeof ERROR_CODES;

/** What an error may say beside its code and its sentence. */
export interface MillraceErrorOptions extends ErrorOptions {
  readonly file?: string;
  readonly offset?: number;
}

/** What every failed call throws, except for misuse of an argument, which is a TypeError. */
export class MillraceError extends Error {
  override readonly name = 'MillraceError';

  /** The stable code: compare this, never the message. */
  readonly code: ErrorCode;

  /** Name of the file in the store's directory that the error is about, where there is one. */
  declare readonly file?: string;

  /** Where in that file, in bytes. */
  declare readonly offset?: number;

  /**
   * @param code What happened.
   * @param detail What it happened to, as a sentence; the code's own sentence when left out.
   * @param options The error that led to this one, as for Error; the file and the place in it.
   */
  constructor(code: ErrorCode, detail: string = ERROR_CODES[code], options?: MillraceErrorOptions) {
    super(detail, options);
    this.code = code;
    if (options?.file !== undefined) this.file = options.file;
    if (options?.offset !== undefined) this.offset = options.offset;
  }
}
