// The stores that we compare with, as they are installed in bench/node_modules, and the small part
// of their interfaces that the bench uses.
import { createRequire } from 'node:module';
import { join, dirname } from 'node:path';

/** Root of the repository, wherever the compiled bench runs. */
export const ROOT = dirname(createRequire(import.meta.url).resolve('millrace/package.json'));

const requirePeer = createRequire(join(ROOT, 'bench', 'package.json'));

export interface LmdbDatabase<V> {
  getBinary(key: Buffer): Buffer | undefined;
  /** A buffer that the next call reuses. */
  getBinaryFast(key: Buffer): Buffer | undefined;
  put(key: Buffer, value: Buffer): Promise<boolean>;
  getRange(options: { start: Buffer; limit: number }): Iterable<{ key: Buffer; value: V }>;
  readonly lastSize: number;
  /** Resolves when everything that was put is committed and synced. */
  readonly flushed: PromiseLike<unknown>;
}

export interface LmdbRoot {
  openDB<V>(options: { name: string } & Record<string, unknown>): LmdbDatabase<V>;
  close(): Promise<void>;
}

export interface Lmdb {
  open(options: { path: string } & Record<string, unknown>): LmdbRoot;
}

export interface SqliteStatement {
  run(...values: unknown[]): unknown;
  get(...values: unknown[]): unknown;
  all(...values: unknown[]): unknown[];
  /** Results are the first column only. */
  pluck(): SqliteStatement;
  /** Results are arrays instead of objects. */
  raw(): SqliteStatement;
}

export interface SqliteDatabase {
  exec(sql: string): unknown;
  prepare(sql: string): SqliteStatement;
  transaction<A extends unknown[]>(fn: (...values: A) => void): (...values: A) => void;
  close(): unknown;
}

export interface LevelDatabase {
  open(): Promise<void>;
  close(): Promise<void>;
  getSync(key: Buffer): Buffer | undefined;
  put(key: Buffer, value: Buffer, options: { sync: boolean }): Promise<void>;
  batch(
    operations: { type: 'put'; key: Buffer; value: Buffer }[], options?: { sync: boolean },
  ): Promise<void>;
  iterator(range: { gte: Buffer; limit: number }): { all(): Promise<[Buffer, Buffer][]> };
}

export function lmdb(): Lmdb {
  return requirePeer('lmdb') as Lmdb;
}

export function sqlite(): new (location: string) => SqliteDatabase {
  return requirePeer('better-sqlite3') as new (location: string) => SqliteDatabase;
}

export function level(): new (
  location: string, options: Record<string, unknown>,
) => LevelDatabase {
  const { ClassicLevel } = requirePeer('classic-level') as {
    ClassicLevel: ReturnType<typeof level>;
  };
  return ClassicLevel;
}
