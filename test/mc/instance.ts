// One instance of the rewritten wasm with its Asyncify stack, which lies outside the region, and
// its mutable globals, which are part of the state of its thread.

import type { Program } from './machine-types.js';
import type { WasmValue } from './scenario.js';

/** Asyncify's header: two words, the end of the used part and the limit. */
const HEADER_BYTES = 8;

type Export = (...args: WasmValue[]) => WasmValue | undefined;

export class Instance {
  private readonly exports: WebAssembly.Exports;
  private readonly globals: readonly WebAssembly.Global[];
  private lastGlobals: readonly WasmValue[];
  private readonly beginUnwind: Export;
  private readonly endUnwind: Export;
  private readonly beginRewind: Export;
  private readonly endRewind: Export;

  constructor(
    program: Program,
    imports: WebAssembly.Imports,
    private readonly words: Int32Array,
    private readonly stackAt: number,
    private readonly stackBytes: number,
  ) {
    this.exports = new WebAssembly.Instance(program.module, imports).exports;
    this.beginUnwind = this.function('asyncify_start_unwind');
    this.endUnwind = this.function('asyncify_stop_unwind');
    this.beginRewind = this.function('asyncify_start_rewind');
    this.endRewind = this.function('asyncify_stop_rewind');
    this.globals = program.globals.map((name) => this.exports[name] as WebAssembly.Global);
    this.lastGlobals = this.globals.map((global) => global.value as WasmValue);
  }

  invoke(fn: string, args: readonly WasmValue[]): WasmValue | undefined {
    return this.function(fn)(...args);
  }

  startUnwind(): void {
    this.words[this.stackAt >> 2] = this.stackAt + HEADER_BYTES;
    this.words[(this.stackAt >> 2) + 1] = this.stackAt + this.stackBytes;
    this.beginUnwind(this.stackAt);
  }

  /** Ends the unwinding and returns a copy of the saved frames. */
  stopUnwind(): Int32Array {
    this.endUnwind();
    const from = (this.stackAt + HEADER_BYTES) >> 2;
    // Not slice, which is slow on shared memory.
    const frames = new Int32Array((this.words[this.stackAt >> 2] >> 2) - from);
    for (let i = 0; i < frames.length; i++) frames[i] = this.words[from + i];
    return frames;
  }

  startRewind(frames: Int32Array): void {
    const from = (this.stackAt + HEADER_BYTES) >> 2;
    for (let i = 0; i < frames.length; i++) this.words[from + i] = frames[i];
    this.words[this.stackAt >> 2] = (from + frames.length) << 2;
    this.words[(this.stackAt >> 2) + 1] = this.stackAt + this.stackBytes;
    this.beginRewind(this.stackAt);
  }

  stopRewind(): void {
    this.endRewind();
  }

  /** The mutable globals; the same array as before when nothing changed. */
  readGlobals(): readonly WasmValue[] {
    const { globals, lastGlobals } = this;
    for (let i = 0; i < globals.length; i++) {
      if (globals[i].value === lastGlobals[i]) continue;
      this.lastGlobals = globals.map((global) => global.value as WasmValue);
      break;
    }
    return this.lastGlobals;
  }

  writeGlobals(values: readonly WasmValue[]): void {
    if (values === this.lastGlobals) return;
    values.forEach((value, i) => { this.globals[i].value = value; });
    this.lastGlobals = values;
  }

  private function(name: string): Export {
    const found = this.exports[name];
    if (typeof found !== 'function') throw new TypeError(`the wasm has no export ${name}`);
    return found as Export;
  }
}
