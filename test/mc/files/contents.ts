// Byte strings by number: equal bytes have equal numbers, so disks are small values.

export class Contents {
  readonly empty: number;
  private readonly bytes: Uint8Array[] = [];
  private readonly ids = new Map<string, number>();

  constructor() {
    this.empty = this.add(new Uint8Array(0));
  }

  /** The number of these bytes, which must not change any more. O(bytes). */
  add(bytes: Uint8Array): number {
    const key = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
    const known = this.ids.get(key);
    if (known !== undefined) return known;
    this.bytes.push(bytes);
    this.ids.set(key, this.bytes.length - 1);
    return this.bytes.length - 1;
  }

  at(id: number): Uint8Array {
    return this.bytes[id];
  }

  /** `id` with other bytes at `offset`; zeros fill what lies between. */
  written(id: number, offset: number, data: number): number {
    const [old, added] = [this.at(id), this.at(data)];
    const next = new Uint8Array(Math.max(old.length, offset + added.length));
    next.set(old);
    next.set(added, offset);
    return this.add(next);
  }

  /** `id` cut off or filled up with zeros. */
  resized(id: number, bytes: number): number {
    const next = new Uint8Array(bytes);
    next.set(this.at(id).subarray(0, bytes));
    return this.add(next);
  }
}
