// memory.copy and memory.fill as loops of hooked stores of eight bytes (single bytes for the rest),
// so that a thread can die in the middle of a block move.

import { binaryen, type WasmModule } from './expressions.js';
import { PLAIN, PLAIN_LOAD, packAccess } from './access.js';

export const COPY_HELPER = '$mc.copy';
export const FILL_HELPER = '$mc.fill';
/** Internal name of the imported store hook. */
export const STORE_IMPORT_NAME = '$mc.store';
/** Internal name of the imported load hook. */
export const LOAD_IMPORT_NAME = '$mc.load';

/** Locals of both helpers: parameters dest, source or value, size, site; then the index. */
const DEST = 0;
const SOURCE = 1;
const SIZE = 2;
const SITE = 3;
const INDEX = 4;

class HelperBuilder {
  constructor(private readonly module: WasmModule, private readonly loads: boolean) {}

  get(local: number): number {
    return this.module.local.get(local, binaryen.i32);
  }

  at(base: number): number {
    return this.module.i32.add(this.get(base), this.get(INDEX));
  }

  hook(bytes: number): number {
    const packed = this.module.i32.const(packAccess(PLAIN, bytes));
    const operands = [packed, this.at(DEST), this.get(SITE)];
    return this.module.call(STORE_IMPORT_NAME, operands, binaryen.none);
  }

  /** Nothing, unless loads are reported. */
  hookLoad(bytes: number): number[] {
    if (!this.loads) return [];
    const packed = this.module.i32.const(packAccess(PLAIN_LOAD, bytes));
    const operands = [packed, this.at(SOURCE), this.get(SITE)];
    return [this.module.call(LOAD_IMPORT_NAME, operands, binaryen.none)];
  }

  copyStep(bytes: 1 | 8): number {
    const { module } = this;
    const move = bytes === 8
      ? module.i64.store(0, 1, this.at(DEST), module.i64.load(0, 1, this.at(SOURCE)))
      : module.i32.store8(0, 1, this.at(DEST), module.i32.load8_u(0, 1, this.at(SOURCE)));
    return module.block(null, [...this.hookLoad(bytes), this.hook(bytes), move]);
  }

  fillStep(bytes: 1 | 8): number {
    const { module } = this;
    const byte = module.i32.and(this.get(SOURCE), module.i32.const(255));
    const ones = module.i64.const(0x0101010101010101n);
    const pattern = module.i64.mul(module.i64.extend_u(byte), ones);
    const put = bytes === 8
      ? module.i64.store(0, 1, this.at(DEST), pattern)
      : module.i32.store8(0, 1, this.at(DEST), this.get(SOURCE));
    return module.block(null, [this.hook(bytes), put]);
  }

  /** `for (; index + bytes <= size; index += bytes) step` */
  upward(label: string, bytes: number, step: number): number {
    const { i32 } = this.module;
    const next = i32.add(this.get(INDEX), i32.const(bytes));
    const more = i32.le_u(i32.add(this.get(INDEX), i32.const(bytes)), this.get(SIZE));
    return this.module.loop(label, this.module.if(more, this.module.block(null, [
      step, this.module.local.set(INDEX, next), this.module.br(label),
    ])));
  }

  /** `while (index >= bytes and the rest is due) { index -= bytes; step }`, from the end down. */
  downward(label: string, bytes: number, step: number): number {
    const { i32 } = this.module;
    const next = i32.sub(this.get(INDEX), i32.const(bytes));
    // Single bytes go first, until a multiple of eight is left.
    const due = bytes === 1
      ? i32.and(this.get(INDEX), i32.const(7))
      : i32.ge_u(this.get(INDEX), i32.const(8));
    return this.module.loop(label, this.module.if(due, this.module.block(null, [
      this.module.local.set(INDEX, next), step, this.module.br(label),
    ])));
  }
}

/**
 * Adds the two helpers, each `(dest, source or value, size, site)`. Moving in chunks of eight keeps
 * the meaning of memory.copy for overlapping ranges, because every chunk is read before it is
 * written and the direction is chosen away from the bytes still to be read.
 */
export function addBulkHelpers(module: WasmModule, loads: boolean): void {
  const { i32, none } = binaryen;
  const params = binaryen.createType([i32, i32, i32, i32]);
  const copy = new HelperBuilder(module, loads);
  const ascending = module.block(null, [
    copy.upward('words', 8, copy.copyStep(8)),
    copy.upward('bytes', 1, copy.copyStep(1)),
  ]);
  const descending = module.block(null, [
    module.local.set(INDEX, copy.get(SIZE)),
    copy.downward('lowBytes', 1, copy.copyStep(1)),
    copy.downward('lowWords', 8, copy.copyStep(8)),
  ]);
  const towardsLower = module.i32.le_u(copy.get(DEST), copy.get(SOURCE));
  const copyBody = module.if(towardsLower, ascending, descending);
  module.addFunction(COPY_HELPER, params, none, [i32], copyBody);

  const fill = new HelperBuilder(module, false);
  const fillBody = module.block(null, [
    fill.upward('words', 8, fill.fillStep(8)),
    fill.upward('bytes', 1, fill.fillStep(1)),
  ]);
  module.addFunction(FILL_HELPER, params, none, [i32], fillBody);
}
