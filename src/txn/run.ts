/**
 * Running a transaction: the function reads the live map, its reads are validated under all write
 * locks, and it runs again after a conflict. Who keeps losing runs under the store's serial lock.
 * Source: Tu et al., "Speedy Transactions in Multicore In-Memory Databases" (Silo, SOSP 2013).
 */
import { RESULT } from '../core.js';
import { MillraceError } from '../errors.js';
import { IN_TRANSACTION } from '../map/session.js';
import type { Session } from '../map/session.js';
import { levelFor, numbered } from '../map/write.js';
import type { WriteOptions } from '../map/write.js';
import { checkFunction, checkInteger, checkNames, isPromise } from '../options.js';
import { backOff } from './back-off.js';
import { checkOffset, commitWrites } from './commit.js';
import { MapTransaction } from './transaction.js';
import type { Transaction } from './transaction.js';
import { WriteSet } from './write-set.js';

/** Options of a transaction. */
export interface TransactionOptions extends WriteOptions {
  /** How often to try again after a conflict before the serial lock is taken. Default 16. */
  readonly retries?: number;
}

/** The offset of a stream that a transaction carries. */
export interface Carried {
  /** See commitWrites. */
  stage(): void;
  /** Called as soon as it is committed, before anything is waited for. */
  committed(): void;
}

/** The options of a transaction, and what only the package itself may ask for. */
interface Plan extends TransactionOptions {
  readonly retries: number;
  readonly carried: Carried | undefined;
}

const RETRIES_DEFAULT = 16;
const RETRIES_MAX = 1_000_000;

/** The longest pause after a conflict, in milliseconds. */
const PAUSE_MS = 2;

/**
 * Attempts under the serial lock, and the pauses between them. Writers that had begun before it was
 * taken can spoil an attempt, one operation each; the host may have suspended them in the middle,
 * so the pauses grow to more than a time slice.
 */
const SERIAL_ATTEMPTS = 64;
const SERIAL_PAUSE_MS = 50;

/** What one attempt has come to. */
interface Committed<T> {
  readonly isCommitted: true;
  readonly result: T;
  readonly hasWritten: boolean;
}
type Outcome<T> = Committed<T> | { readonly isCommitted: false };

const CONFLICT = { isCommitted: false } as const;

/** Validates reads only. Too many of them cannot be validated at all. */
function readsHold<K, V>(session: Session<K, V>, stageOffset?: () => void): boolean {
  if (stageOffset === undefined) session.beginTransaction();
  else session.beginWrite();
  const { core } = session;
  stageOffset?.();
  const result = core.commitReads();
  checkOffset(result);
  if (result === RESULT.TOO_LARGE) throw new MillraceError('TXN_TOO_LARGE');
  return result === RESULT.OK;
}

/** Calls the function with its reads captured; afterwards the transaction is closed. */
function call<K, V, T>(
  session: Session<K, V>, fn: (tx: Transaction<K, V>) => T, writes: WriteSet,
): T {
  const tx = new MapTransaction(session, writes);
  session.state |= IN_TRANSACTION;
  session.core.startCapture();
  try {
    return fn(tx);
  } finally {
    session.core.stopCapture();
    session.state &= ~IN_TRANSACTION;
    tx.end();
  }
}

function attempt<K, V, T>(
  session: Session<K, V>, fn: (tx: Transaction<K, V>) => T, plan: Plan,
): Outcome<T> {
  const writes = new WriteSet();
  let result: T;
  try {
    result = call(session, fn, writes);
  } catch (error) {
    // Reads of different moments can make a function fail that is right on any real state.
    if (session.core.commitReads() === RESULT.CONFLICT) return CONFLICT;
    throw error;
  }
  if (isPromise(result)) throw new MillraceError('TX_ASYNC');
  const hasWritten = writes.size > 0 || plan.carried !== undefined;
  const isCommitted = writes.size > 0
    ? commit(session, writes, plan)
    : readsHold(session, plan.carried?.stage);
  return isCommitted ? { isCommitted, result, hasWritten } : CONFLICT;
}

/** The function may have closed the store, so that is asked again. */
function commit<K, V>(
  session: Session<K, V>, writes: WriteSet, plan: Plan,
): boolean {
  session.beginWrite();
  return numbered(session, plan, () =>
    commitWrites(session.core, writes, true, plan.carried?.stage));
}

function attemptSerially<K, V, T>(
  session: Session<K, V>, fn: (tx: Transaction<K, V>) => T, plan: Plan,
): Committed<T> {
  session.core.enterSerial();
  try {
    for (let i = 0; i < SERIAL_ATTEMPTS; i++) {
      const outcome = attempt(session, fn, plan);
      if (outcome.isCommitted) return outcome;
      backOff(i, SERIAL_PAUSE_MS);
    }
  } finally {
    session.core.leaveSerial();
  }
  throw new MillraceError('TX_CONFLICT');
}

/**
 * Runs fn until its reads and writes happen as if at one moment; returns what it returns. fn may
 * run several times, so it should do nothing but use its transaction.
 * @param carried What the commit carries beside the writes.
 * @throws What fn throws; then nothing has happened.
 * @throws TypeError when a transaction of this store is running already.
 * @throws MillraceError TX_ASYNC, TX_CONFLICT, TXN_TOO_LARGE, FULL or CLOSED; nothing has happened.
 */
export function transaction<K, V, T>(
  session: Session<K, V>, fn: (tx: Transaction<K, V>) => T, options?: TransactionOptions,
  carried?: Carried,
): T {
  checkFunction(fn, 'The function given to transaction');
  const given = checkNames(options, ['retries', 'sequence', 'durability'], 'transaction');
  const { retries = RETRIES_DEFAULT } = given;
  checkInteger(retries, 0, RETRIES_MAX, 'retries');
  if ((session.state & IN_TRANSACTION) !== 0) {
    throw new TypeError('A transaction must not run inside another one of the same store');
  }
  session.beginTransaction();
  const level = levelFor(session, given);
  const { result, hasWritten } = untilCommitted(session, fn, { ...given, retries, carried });
  carried?.committed();
  if (hasWritten) session.flushing.wait(level);
  return result;
}

function untilCommitted<K, V, T>(
  session: Session<K, V>, fn: (tx: Transaction<K, V>) => T, plan: Plan,
): Committed<T> {
  for (let i = 0; i <= plan.retries; i++) {
    const outcome = attempt(session, fn, plan);
    if (outcome.isCommitted) return outcome;
    backOff(i, PAUSE_MS);
  }
  return attemptSerially(session, fn, plan);
}
