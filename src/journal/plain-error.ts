/**
 * Errors from thread to thread: a message keeps only the text of an error that is not built in.
 */
import { MillraceError } from '../errors.js';
import type { ErrorCode } from '../errors.js';

/** An error of ours, or one for misuse, in a form that can be posted. */
export interface PlainError {
  /** Undefined for a TypeError. */
  readonly code: ErrorCode | undefined;
  readonly message: string;
  readonly file?: string;
  readonly offset?: number;
  readonly cause?: { readonly message: string; readonly code?: string };
}

function plainCause({ cause }: Error): Pick<PlainError, 'cause'> {
  if (!(cause instanceof Error)) return {};
  return { cause: { message: cause.message, code: (cause as NodeJS.ErrnoException).code } };
}

/** Anything that was thrown; what is neither ours nor a TypeError is trouble with files. */
export function toPlain(error: unknown): PlainError {
  if (error instanceof MillraceError) {
    const { code, message, file, offset } = error;
    return { code, message, file, offset, ...plainCause(error) };
  }
  const { message, code } = error as NodeJS.ErrnoException;
  if (error instanceof TypeError) return { code: undefined, message };
  return { code: 'IO_ERROR', message, cause: { message, code } };
}

export function fromPlain({ code, message, file, offset, cause }: PlainError): Error {
  if (code === undefined) return new TypeError(message);
  const options = { file, offset, ...(cause && { cause: errorOf(cause) }) };
  return new MillraceError(code, message, options);
}

function errorOf({ message, code }: NonNullable<PlainError['cause']>): Error {
  return Object.assign(new Error(message), code !== undefined && { code });
}
