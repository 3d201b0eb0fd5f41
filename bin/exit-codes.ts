// What a command comes to, as a number for scripts. Part of the public interface (docs/cli.md).
import { MillraceError } from 'millrace';
import type { ErrorCode } from 'millrace';

export const EXIT = {
  OK: 0,
  /** There is no such key or stream; or `check` has found something wrong. */
  NOT_FOUND: 1,
  USAGE: 2,
  LOCKED: 3,
  /** The directory cannot be used: it is not there, failing, damaged, or of another version. */
  FILES: 4,
  /** The store refused what was asked for. */
  REFUSED: 5,
  /** Ended by SIGINT or SIGTERM before it was done. */
  INTERRUPTED: 6,
} as const;

/** The user, or the system, has asked for an early end. */
export class Interrupted extends Error {}

/** The arguments are not what the command takes. The message is for the user. */
export class UsageProblem extends Error {}

/** The package throws a TypeError for an argument that is none. */
const isMisuse = (error: unknown): error is Error =>
  error instanceof UsageProblem || error instanceof TypeError;

const OF_CODE: Partial<Record<ErrorCode, number>> = {
  STREAM_NOT_FOUND: EXIT.NOT_FOUND, LOCKED: EXIT.LOCKED, IO_ERROR: EXIT.FILES,
  CORRUPT: EXIT.FILES, LAYOUT_MISMATCH: EXIT.FILES,
};

/** The exit code for what a command has thrown. */
export function exitCodeOf(error: unknown): number {
  if (isMisuse(error)) return EXIT.USAGE;
  if (error instanceof Interrupted) return EXIT.INTERRUPTED;
  return error instanceof MillraceError ? OF_CODE[error.code] ?? EXIT.REFUSED : EXIT.REFUSED;
}

/** One line for stderr. */
export function messageOf(error: unknown): string {
  if (isMisuse(error)) return `millrace: USAGE: ${error.message}`;
  if (error instanceof Interrupted) return 'millrace: INTERRUPTED: ended before it was done';
  if (error instanceof MillraceError) return `millrace: ${error.code}: ${error.message}`;
  return `millrace: FAILED: ${error instanceof Error ? error.message : String(error)}`;
}
