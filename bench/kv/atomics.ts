// Atomic writes of our operations, counted in the shipped wasm with a hook before each of them.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { importsFor } from '../../src/core-abi.js';
import type { CoreExports } from '../../src/core-abi.js';
import { SCAN } from '../../src/core.js';
import { sizesFor } from '../../src/sizes.js';
import {
  ATOMIC_HOOK, CMPXCHG, HOOK_MODULE, RMW, STORE, STORE_HOOK, kindOf,
} from '../../test/mc/access.js';
import { instrumentHooksOnly } from '../../test/mc/instrument.js';
import { ROOT } from '../peers.js';
import { medianOf } from '../statistics.js';
import type { Op } from './engine.js';
import { KEY_BYTES, MANY_KEYS, SCAN_ENTRIES, VALUE_BYTES } from './workload.js';

const KEYS = 2000;
const MEMORY = 16 * 2 ** 20;

class CountedCore {
  readonly #exports: CoreExports;
  readonly #memory: WebAssembly.Memory;
  #writes = 0;

  constructor(wasm: Uint8Array<ArrayBuffer>) {
    const s = sizesFor(MEMORY, 4);
    const pages = s.kib / 64 + 1;
    this.#memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(wasm), {
      ...importsFor(this.#memory),
      [HOOK_MODULE]: {
        [ATOMIC_HOOK]: (access: number) => {
          if ([STORE, RMW, CMPXCHG].includes(kindOf(access))) this.#writes++;
        },
        [STORE_HOOK]: () => {},
      },
    });
    this.#exports = exports as unknown as CoreExports;
    const isFormatted = this.#exports.format(s.kib, s.slots, s.width, s.unitShift, s.frameShift,
      s.ringBytes, s.locks, s.runNodes, s.keyBytes, s.outputBytes, s.identities, s.spins,
      s.journal, s.lingerMs, s.segmentKib);
    if (isFormatted === 0) throw new Error('the region for counting atomics is too small');
  }

  /** Atomic writes of the operation on each key: the median, as a few also open a frame. */
  countOn(operation: (core: CountedCore, key: number) => void): number {
    return medianOf(Array.from({ length: KEYS }, (_, key) => {
      this.#writes = 0;
      operation(this, key);
      return this.#writes;
    }));
  }

  put(key: number): void {
    this.#exports.reserve(KEY_BYTES, VALUE_BYTES);
    if (this.#exports.put(key, 0, KEY_BYTES, VALUE_BYTES) !== 1) throw new Error('no put');
  }

  get(key: number): void {
    if (this.#exports.get(key, 0, KEY_BYTES) === 0) throw new Error('no get');
  }

  scan(key: number): void {
    const at = this.#exports.keyAreaAt(0) >>> 0;
    new DataView(this.#memory.buffer).setUint32(at, key);
    this.#exports.scan(SCAN.HAS_START | SCAN.WITH_START, KEY_BYTES, 0, SCAN_ENTRIES);
  }

  pinned(operation: () => void): void {
    this.#exports.pin();
    operation();
    this.#exports.unpin();
  }
}

/** Atomic writes of one of our operations; a put is one in place, of a key that is there. */
export async function countAtomics(): Promise<Readonly<Record<Op, number>>> {
  const wasm = await readFile(join(ROOT, 'build', 'core.wasm'));
  const core = new CountedCore(instrumentHooksOnly(wasm).wasm);
  for (let key = 0; key < KEYS; key++) core.put(key);
  const get = core.countOn((counted, key) => counted.get(key));
  const scan = core.countOn((counted, key) => counted.pinned(() => counted.scan(key)));
  return {
    get, scan100: scan, scan100View: scan,
    getView: core.countOn((counted, key) => counted.pinned(() => counted.get(key))),
    put: core.countOn((counted, key) => counted.put(key)),
    getMany64: get * MANY_KEYS,
  };
}
