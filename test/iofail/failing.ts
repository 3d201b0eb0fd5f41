/**
 * Stands between the core and WASI in the threads of a store: counts all calls, and lets those
 * fail that the orders name. Loaded by them as open's internal option `wasi` says.
 */
import { rmSync } from 'node:fs';
import { WASI_FUNCTIONS } from '../../src/wasi.js';
import type { Wasi, WasiFunction } from '../../src/wasi.js';
import { Orders, fileKind, type CallName } from './orders.js';

/** What the threads are given. */
export interface FailingStart {
  readonly memory: SharedArrayBuffer;
  readonly directory: string;
}

type Args = (number | bigint)[];

const DIRECTORY = 3;

/** Lets the clocks of this thread go ahead by what the orders say. */
export function bendClocks(orders: Orders): () => void {
  const { performance, Date } = globalThis;
  const [now, date] = [performance.now.bind(performance), Date.now.bind(Date)];
  performance.now = () => now() + orders.jump;
  Date.now = () => date() + orders.jump;
  return () => {
    performance.now = now;
    Date.now = date;
  };
}

class Failing {
  private readonly view: DataView;
  private readonly u8: Uint8Array;
  private readonly names = new Map<number, string>([[DIRECTORY, '']]);

  constructor(
    private readonly wasi: Wasi, { buffer }: WebAssembly.Memory, private readonly orders: Orders,
    private readonly directory: string,
  ) {
    this.view = new DataView(buffer);
    this.u8 = new Uint8Array(buffer);
  }

  calls(): Wasi {
    return Object.fromEntries(WASI_FUNCTIONS.map((name) =>
      [name, (...args: Args) => this.call(name, args)])) as Wasi;
  }

  private call(name: CallName, args: Args): number {
    const isPath = name.startsWith('path_');
    const path = isPath ? this.text(args) : this.names.get(Number(args[0])) ?? '';
    const fault = this.orders.take(name, fileKind(path));
    if (fault !== undefined) {
      const { kind, number } = fault;
      if (kind === 'errno' || kind === 'stays') return number;
      if (kind === 'part') return this.inPart(this.wasi[name], args);
      if (kind === 'nothing') return this.said(args, 0);
      if (kind === 'lies') return this.said(args, this.length(args));
      if (kind === 'slow') {
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, number);
      }
      if (kind === 'vanishes') {
        // Other threads may make files meanwhile.
        rmSync(this.directory, { recursive: true, maxRetries: 10, retryDelay: 5 });
        this.orders.vanished();
      }
    }
    const errno = this.wasi[name](...args);
    if (name === 'path_open' && errno === 0) {
      this.names.set(this.view.getUint32(Number(args[8]), true), path);
    }
    return errno;
  }
  private text(args: Args): string {
    const place = pathAt(args);
    const [at, length] = [Number(args[place]), Number(args[place + 1])];
    return Buffer.from(this.u8.slice(at, at + length)).toString('latin1');
  }
  private length(args: Args): number {
    return this.view.getUint32(Number(args[1]) + 4, true);
  }
  /** Says that so many bytes were moved. */
  private said(args: Args, moved: number): number {
    this.view.setUint32(Number(args[4]), moved, true);
    return 0;
  }
  /** Half of the piece, if it has more than a byte. */
  private inPart(call: WasiFunction, args: Args): number {
    const lengthAt = Number(args[1]) + 4;
    const length = this.length(args);
    this.view.setUint32(lengthAt, Math.ceil(length / 2), true);
    const errno = call(...args);
    this.view.setUint32(lengthAt, length, true);
    return errno;
  }
}

/** Where a path's address stands among the arguments: path_open has flags before it. */
function pathAt(args: Args): number {
  return args.length === 9 ? 2 : 1;
}

let isBent = false;

/** Called in every thread that works on files. */
export function wrap(wasi: Wasi, memory: WebAssembly.Memory, data: unknown): Wasi {
  const { memory: words, directory } = data as FailingStart;
  const orders = new Orders(words);
  if (!isBent) bendClocks(orders);
  isBent = true;
  return new Failing(wasi, memory, orders, directory).calls();
}
