/**
 * Little-endian reads over the raw bytes of a region. A read outside of it gives zero, so that an
 * inspection of a damaged region can follow any address it finds and never throws.
 */
import { lowSumWithout } from '../xxh64.js';

export class Region {
  private readonly view: DataView;
  readonly bytes: number;

  constructor(memory: ArrayBufferLike) {
    this.view = new DataView(memory);
    this.bytes = memory.byteLength;
  }

  /** Whether [address, address + bytes) lies in the region. */
  holds(address: number, bytes: number): boolean {
    return address >= 0 && bytes >= 0 && address + bytes <= this.bytes;
  }

  u8(address: number): number {
    return this.holds(address, 1) ? this.view.getUint8(address) : 0;
  }

  u16(address: number): number {
    return this.holds(address, 2) ? this.view.getUint16(address, true) : 0;
  }

  u32(address: number): number {
    return this.holds(address, 4) ? this.view.getUint32(address, true) : 0;
  }

  u64(address: number): bigint {
    return this.holds(address, 8) ? this.view.getBigUint64(address, true) : 0n;
  }

  /** The checksum of a log record; the sum stands in the second word and does not count. */
  recordSum(address: number, bytes: number): number {
    return this.holds(address, bytes)
      ? lowSumWithout(this.view, address, bytes, address + 8)
      : 0;
  }

  /** Eight bytes of a key as the tree compares them. */
  slice(address: number): bigint {
    return this.holds(address, 8) ? this.view.getBigUint64(address, false) : 0n;
  }
}
