/**
 * The part of WASI preview1 that the core asks for. Only journal workers, and the worker that opens
 * the files, have it from their host; everybody else gets functions that refuse.
 */

/** The module's name in the core's imports. */
export const WASI_MODULE = 'wasi_snapshot_preview1';

/** What the core calls. */
export const WASI_FUNCTIONS = [
  'path_open', 'path_rename', 'path_unlink_file', 'fd_close', 'fd_pread', 'fd_pwrite',
  'fd_datasync', 'fd_sync', 'fd_filestat_get', 'fd_filestat_set_size',
] as const;

/** One of them: pointers and lengths are numbers, offsets bigints; the result is an errno. */
export type WasiFunction = (...args: (number | bigint)[]) => number;

/** What a host gives an instance that works on files. File descriptor 3 is the directory. */
export type Wasi = Readonly<Record<(typeof WASI_FUNCTIONS)[number], WasiFunction>>;

/** WASI's errno for a function that is not there. */
const ENOSYS = 52;

/** The imports of an instance that must not touch files. */
export function noFiles(): Wasi {
  return Object.fromEntries(WASI_FUNCTIONS.map((name) => [name, () => ENOSYS])) as Wasi;
}
