/**
 * The files of a store through WASI, as Node implements it.
 */
import type { FileAccess } from '../../journal/files.js';
import type { Wasi } from '../../wasi.js';

/** Where the files of a store are. Can be posted to other threads. */
export interface FilesAt {
  /** Absolute path of the directory. */
  readonly directory: string;
  /** @internal A module whose `wrap` stands between the core and WASI: tests let files fail. */
  readonly wrapper?: { readonly module: string; readonly data: unknown };
}

interface Wrapper {
  wrap(wasi: Wasi, memory: WebAssembly.Memory, data: unknown): Wasi;
}

type Emit = typeof process.emitWarning;

/**
 * Imports node:wasi without the warning that it is experimental, which Node prints once for each
 * thread and which would tell users of this package nothing.
 */
async function importWasi(): Promise<typeof import('node:wasi')> {
  const emit = process.emitWarning;
  const quiet = (warning: string | Error, ...rest: [{ type?: string }?]): void => {
    const type: unknown = rest[0]?.type ?? rest[0];
    if (type === 'ExperimentalWarning' && String(warning).includes('WASI')) return;
    (emit as (...all: unknown[]) => void).call(process, warning, ...rest);
  };
  process.emitWarning = quiet as Emit;
  try {
    return await import('node:wasi');
  } finally {
    process.emitWarning = emit;
  }
}

/** Node leaves the descriptors of a thread's WASI open when the thread ends. */
const DESCRIPTORS = [3, 4, 5, 6, 7];

/** The files, and the end of them: a thread that leaves closes what it has opened. */
export interface OpenFiles extends FileAccess {
  close(): void;
}

/** Loads what is needed to reach the files over any memory, which fails without the directory. */
export async function openFiles({ directory, wrapper }: FilesAt): Promise<OpenFiles> {
  const opened: Wasi[] = [];
  const { WASI } = await importWasi();
  const wrapping = wrapper && await import(wrapper.module) as Wrapper;
  const wasiOn = (memory: WebAssembly.Memory): Wasi => {
    const wasi = new WASI({ version: 'preview1', preopens: { '/': directory } });
    // Any instance would do: WASI wants nothing of it but the memory.
    wasi.initialize({ exports: { memory } });
    const calls = wasi.wasiImport as Wasi;
    opened.push(calls);
    return wrapping?.wrap(calls, memory, wrapper?.data) ?? calls;
  };
  return {
    wasiOn,
    isAlone: false,
    ready: () => Promise.resolve(),
    close: () => opened.forEach(({ fd_close: close }) => DESCRIPTORS.forEach((fd) => close(fd))),
  };
}
