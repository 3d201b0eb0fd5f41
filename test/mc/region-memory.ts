// The shared memory of a machine as scenarios see it: reads, and writes that are tracked.

import { Region } from './region.js';
import type { ScratchRange } from './scenario.js';

export class RegionMemory {
  readonly memory: WebAssembly.Memory;
  /** Views of the memory. Read only: changes go through `store32`, `store64` and `storeBytes`. */
  readonly u8: Uint8Array;
  readonly i32: Int32Array;
  readonly i64: BigInt64Array;
  readonly region: Region;
  /** Called for every write through the methods below. */
  protected onWrite: ((address: number, bytes: number) => void) | null = null;

  /** `scratch` by thread, as the scenario declares it. */
  constructor(
    pages: number, regionBytes: number, scratch: readonly (readonly ScratchRange[])[],
  ) {
    this.memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
    this.u8 = new Uint8Array(this.memory.buffer);
    this.i32 = new Int32Array(this.memory.buffer);
    this.i64 = new BigInt64Array(this.memory.buffer);
    this.region = new Region(this.i32, regionBytes, scratch);
  }

  /** The aligned 32-bit word that holds this address, signed. */
  load32(address: number): number {
    return this.i32[address >>> 2];
  }

  /** The aligned 64-bit word that holds this address, signed. */
  load64(address: number): bigint {
    return this.i64[address >>> 3];
  }

  store32(address: number, value: number): void {
    this.region.touch(address, 4);
    this.i32[address >>> 2] = value;
    this.onWrite?.(address, 4);
  }

  store64(address: number, value: bigint): void {
    this.region.touch(address, 8);
    this.i64[address >>> 3] = value;
    this.onWrite?.(address, 8);
  }

  storeBytes(address: number, bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.region.touch(address, bytes.length);
    this.u8.set(bytes, address);
    this.onWrite?.(address, bytes.length);
  }
}
