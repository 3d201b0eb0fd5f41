/**
 * Stands between the core and WASI in the threads of a store and writes down what changes files.
 * Loaded by them as open's internal option `wasi` says.
 */
import type { Wasi, WasiFunction } from '../../src/wasi.js';
import { CALL, Tape } from './tape.js';

type Args = (number | bigint)[];

const NONE: Uint8Array = new Uint8Array();

/** The calls of one WASI object. */
class Recorder {
  private readonly caller: number;
  private readonly u8: Uint8Array;
  private readonly view: DataView;

  constructor(
    private readonly wasi: Wasi, { buffer }: WebAssembly.Memory, private readonly tape: Tape,
  ) {
    this.caller = tape.newCaller();
    this.u8 = new Uint8Array(buffer);
    this.view = new DataView(buffer);
  }

  calls(): Wasi {
    const { wasi } = this;
    return {
      ...wasi,
      path_open: (...args) => this.open(args),
      path_rename: (...args) => this.rename(args),
      path_unlink_file: (...args) =>
        this.simple(CALL.UNLINK, wasi.path_unlink_file, args, 0, this.text(args[1], args[2])),
      fd_pwrite: (...args) => this.write(args),
      fd_close: (...args) => this.simple(CALL.CLOSE, wasi.fd_close, args),
      fd_sync: (...args) => this.simple(CALL.SYNC, wasi.fd_sync, args),
      fd_datasync: (...args) => this.simple(CALL.DATASYNC, wasi.fd_datasync, args),
      fd_filestat_set_size: (...args) =>
        this.simple(CALL.SIZE, wasi.fd_filestat_set_size, args, Number(args[1])),
    };
  }

  private text(at: number | bigint, length: number | bigint): Uint8Array {
    return this.u8.slice(Number(at), Number(at) + Number(length));
  }
  private simple(
    kind: number, call: WasiFunction, args: Args, value = 0, bytes = NONE,
  ): number {
    const at = this.tape.begin(kind, this.caller, Number(args[0]), value, bytes);
    const errno = call(...args);
    this.tape.end(at, errno === 0);
    return errno;
  }
  private open(args: Args): number {
    const name = this.text(args[2], args[3]);
    const at = this.tape.begin(CALL.OPEN, this.caller, 0, Number(args[4]), name);
    const errno = this.wasi.path_open(...args);
    const fd = this.view.getUint32(Number(args[8]), true);
    this.tape.end(at, errno === 0, { fd });
    return errno;
  }
  private rename(args: Args): number {
    const [from, to] = [this.text(args[1], args[2]), this.text(args[4], args[5])];
    const names = new Uint8Array(from.length + 1 + to.length);
    names.set(from);
    names.set(to, from.length + 1);
    return this.simple(CALL.RENAME, this.wasi.path_rename, args, 0, names);
  }
  private write(args: Args): number {
    const iovec = Number(args[1]);
    const bytes = this.text(this.view.getUint32(iovec, true), this.view.getUint32(iovec + 4, true));
    const { tape } = this;
    const at = tape.begin(CALL.WRITE, this.caller, Number(args[0]), Number(args[3]), bytes);
    const errno = this.wasi.fd_pwrite(...args);
    const moved = errno === 0 ? this.view.getUint32(Number(args[4]), true) : 0;
    tape.end(at, errno === 0, { moved });
    return errno;
  }
}

/** Called in every thread that works on files. */
export function wrap(wasi: Wasi, memory: WebAssembly.Memory, data: unknown): Wasi {
  return new Recorder(wasi, memory, new Tape(data as SharedArrayBuffer)).calls();
}
