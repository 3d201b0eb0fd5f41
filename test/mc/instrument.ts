// Rewrites a finished wasm: a hook before every atomic access and before every plain store, all
// operands evaluated first; then Asyncify, so that a thread can be suspended inside a hook.

import { createHash } from 'node:crypto';
import { WASI_MODULE } from '../../src/wasi.js';
import {
  ATOMIC_HOOK, CMPXCHG, HOOK_MODULE, LOAD, LOAD_HOOK, NOTIFY, PLAIN, PLAIN_LOAD, RMW, STORE,
  STORE_HOOK, WAIT, packAccess,
} from './access.js';
import {
  COPY_HELPER, FILL_HELPER, LOAD_IMPORT_NAME, STORE_IMPORT_NAME, addBulkHelpers,
} from './bulk.js';
import {
  Expression, binaryen, laneBytes, simdLoadBytes, supportedFeatures, type WasmModule,
} from './expressions.js';
import { cached } from './cache.js';

/** One hooked place of the module; `ordinal` counts the hooked places of its function. */
export interface Site {
  readonly id: number;
  readonly fn: string;
  readonly ordinal: number;
  readonly kind: number;
}

export interface Instrumented {
  /** The rewritten module: with Asyncify from `instrument`, without from `instrumentHooksOnly`. */
  readonly wasm: Uint8Array<ArrayBuffer>;
  readonly sites: readonly Site[];
  /** Names under which the mutable globals are exported, so that they can be saved. */
  readonly globals: readonly string[];
}

const ATOMIC_IMPORT_NAME = '$mc.atomic';
/** Hooks of accesses that are no scheduling points. */
const IMPORT_NAMES = new Map<number, string>(
  [[PLAIN, STORE_IMPORT_NAME], [PLAIN_LOAD, LOAD_IMPORT_NAME]],
);
const ASYNCIFY_IMPORTS = `${HOOK_MODULE}.${ATOMIC_HOOK},env.wait,${WASI_MODULE}.*`;

/** Rewrites one function body; sites are numbered in pre-order, as wasm-dis prints them. */
class FunctionRewriter {
  private ordinal = 0;

  constructor(
    private readonly module: WasmModule,
    private readonly fn: number,
    private readonly name: string,
    private readonly waitImports: ReadonlySet<string>,
    private readonly notifyImports: ReadonlySet<string>,
    private readonly sites: Site[],
    private readonly loads: boolean,
  ) {}

  run(): void {
    const body = binaryen._BinaryenFunctionGetBody(this.fn);
    const rewritten = this.walk(body);
    if (rewritten !== body) binaryen._BinaryenFunctionSetBody(this.fn, rewritten);
  }

  private walk(ref: number): number {
    const expression = new Expression(ref, this.name);
    const kind = this.classify(expression);
    const site = kind < 0 ? -1 : this.newSite(kind);
    this.walkChildren(expression);
    if (kind < 0) return ref;
    return this.hook(expression, kind, site);
  }

  private walkChildren(expression: Expression): void {
    for (const property of expression.children) {
      if (property.startsWith('*')) {
        const list = property.slice(1);
        const count = expression.read(`Num${list}`);
        for (let i = 0; i < count; i++) {
          const child = expression.readAt(list, i);
          const rewritten = this.walk(child);
          if (rewritten !== child) expression.writeAt(list, i, rewritten);
        }
        continue;
      }
      const child = expression.read(property);
      if (child === 0) continue;
      const rewritten = this.walk(child);
      if (rewritten !== child) expression.write(property, rewritten);
    }
  }

  /** The access kind of an expression, or -1 when it is not hooked. */
  private classify(expression: Expression): number {
    const plainLoad = this.loads ? PLAIN_LOAD : -1;
    switch (expression.name) {
      case 'Load': return expression.flag('isAtomic') ? LOAD : plainLoad;
      case 'SIMDLoad': return plainLoad;
      case 'Store': return expression.flag('isAtomic') ? STORE : PLAIN;
      case 'AtomicRMW': return RMW;
      case 'AtomicCmpxchg': return CMPXCHG;
      case 'SIMDLoadStoreLane': return expression.flag('isStore') ? PLAIN : plainLoad;
      case 'MemoryCopy': return PLAIN;
      case 'MemoryFill': return PLAIN;
      case 'Call': {
        const target = expression.text('Target');
        if (this.waitImports.has(target)) return WAIT;
        return this.notifyImports.has(target) ? NOTIFY : -1;
      }
      default: return -1;
    }
  }

  private newSite(kind: number): number {
    const id = this.sites.length;
    this.sites.push({ id, fn: this.name, ordinal: this.ordinal++, kind });
    return id;
  }

  private hook(expression: Expression, kind: number, site: number): number {
    switch (expression.name) {
      case 'MemoryCopy':
        return this.callHelper(COPY_HELPER, expression, ['Dest', 'Source', 'Size'], site);
      case 'MemoryFill':
        return this.callHelper(FILL_HELPER, expression, ['Dest', 'Value', 'Size'], site);
      case 'Call':
        this.hookCall(expression, kind, site);
        return expression.ref;
      case 'Load':
      case 'SIMDLoad':
        this.hookLast(expression, 'Ptr', this.access(expression, kind), site);
        return expression.ref;
      case 'AtomicCmpxchg':
        this.hookLast(expression, 'Replacement', this.access(expression, kind), site);
        return expression.ref;
      case 'SIMDLoadStoreLane':
        this.hookLast(expression, 'Vec', this.access(expression, kind), site);
        return expression.ref;
      default:
        this.hookLast(expression, 'Value', this.access(expression, kind), site);
        return expression.ref;
    }
  }

  private access(expression: Expression, kind: number): number {
    switch (expression.name) {
      case 'SIMDLoadStoreLane': return packAccess(kind, laneBytes(expression.read('Op')));
      case 'SIMDLoad': return packAccess(kind, simdLoadBytes(expression.read('Op')));
      default: return packAccess(kind, expression.read('Bytes'));
    }
  }

  private callHelper(
    helper: string, expression: Expression, operands: readonly string[], site: number,
  ): number {
    const values = operands.map((operand) => expression.read(operand));
    return this.module.call(helper, [...values, this.module.i32.const(site)], binaryen.none);
  }

  /** Makes the last operand carry the hook, so that every operand is evaluated before it. */
  private hookLast(expression: Expression, last: string, access: number, site: number): void {
    const { module } = this;
    const pointer = binaryen._BinaryenFunctionAddVar(this.fn, binaryen.i32);
    const offset = expression.read('Offset');
    const base = module.local.get(pointer, binaryen.i32);
    const address = offset === 0 ? base : module.i32.add(base, module.i32.const(offset));
    if (last === 'Ptr') {
      const value = expression.read('Ptr');
      expression.write('Ptr', this.withHook(value, pointer, access, address, site));
      return;
    }
    expression.write('Ptr', module.local.tee(pointer, expression.read('Ptr'), binaryen.i32));
    const value = expression.read(last);
    const type = expression.name === 'Store'
      ? expression.read('ValueType')
      : binaryen.getExpressionType(value);
    const local = binaryen._BinaryenFunctionAddVar(this.fn, type);
    expression.write(last, this.withHook(value, local, access, address, site, type));
  }

  /** Calls of env.wait and env.notify: the first operand is the address. */
  private hookCall(expression: Expression, kind: number, site: number): void {
    const { module } = this;
    const last = expression.read('NumOperands') - 1;
    const pointer = binaryen._BinaryenFunctionAddVar(this.fn, binaryen.i32);
    const address = module.local.get(pointer, binaryen.i32);
    const access = packAccess(kind, 4);
    const first = expression.readAt('Operands', 0);
    if (last === 0) {
      expression.writeAt('Operands', 0, this.withHook(first, pointer, access, address, site));
      return;
    }
    expression.writeAt('Operands', 0, module.local.tee(pointer, first, binaryen.i32));
    const value = expression.readAt('Operands', last);
    const type = binaryen.getExpressionType(value);
    const local = binaryen._BinaryenFunctionAddVar(this.fn, type);
    expression.writeAt('Operands', last,
      this.withHook(value, local, access, address, site, type));
  }

  /** `{ local = value; hook(access, address, site); local }` */
  private withHook(
    value: number, local: number, access: number, address: number, site: number,
    type: number = binaryen.i32,
  ): number {
    const { module } = this;
    const name = IMPORT_NAMES.get(access & 15) ?? ATOMIC_IMPORT_NAME;
    const operands = [module.i32.const(access), address, module.i32.const(site)];
    return module.block(null, [
      module.local.set(local, value),
      module.call(name, operands, binaryen.none),
      module.local.get(local, type),
    ], type);
  }
}

/** Internal names of an import: one for each file that declares it, unless they were merged. */
function importNames(module: WasmModule, base: string): Set<string> {
  const names = new Set<string>();
  for (let i = 0; i < module.getNumFunctions(); i++) {
    const info = binaryen.getFunctionInfo(module.getFunctionByIndex(i));
    if (info.module === 'env' && info.base === base) names.add(info.name);
  }
  return names;
}

function exportGlobals(module: WasmModule): string[] {
  const names: string[] = [];
  for (let i = 0; i < module.getNumGlobals(); i++) {
    const info = binaryen.getGlobalInfo(module.getGlobalByIndex(i));
    if (!info.mutable || info.module) continue;
    const name = `mc.global${names.length}`;
    module.addGlobalExport(info.name, name);
    names.push(name);
  }
  return names;
}

/** Adds the hooks to a module that was just read; its sites are numbered behind `before`. */
export function addHooks(
  module: WasmModule, loads: boolean, before: readonly Site[] = [],
): { sites: Site[]; globals: string[] } {
  module.setFeatures(supportedFeatures());
  const { i32, none } = binaryen;
  const waitImports = importNames(module, 'wait');
  const notifyImports = importNames(module, 'notify');
  const functions: number[] = [];
  for (let i = 0; i < module.getNumFunctions(); i++) {
    const fn = module.getFunctionByIndex(i);
    if (!binaryen.getFunctionInfo(fn).module) functions.push(fn);
  }
  const hookParams = binaryen.createType([i32, i32, i32]);
  module.addFunctionImport(ATOMIC_IMPORT_NAME, HOOK_MODULE, ATOMIC_HOOK, hookParams, none);
  module.addFunctionImport(STORE_IMPORT_NAME, HOOK_MODULE, STORE_HOOK, hookParams, none);
  if (loads) module.addFunctionImport(LOAD_IMPORT_NAME, HOOK_MODULE, LOAD_HOOK, hookParams, none);
  const sites = before.slice();
  for (const fn of functions) {
    const { name } = binaryen.getFunctionInfo(fn);
    new FunctionRewriter(module, fn, name, waitImports, notifyImports, sites, loads).run();
  }
  addBulkHelpers(module, loads);
  const globals = exportGlobals(module);
  if (!module.validate()) throw new Error('the module with hooks is not valid');
  return { sites, globals };
}

/**
 * The module with hooks and nothing else: for the crash runner and for counting atomics.
 * Imports `mc.atomic` and `mc.store`, both `(access, address, site)`, and `mc.load` with `loads`;
 * see access.ts.
 */
export function instrumentHooksOnly(original: Uint8Array, loads = false): Instrumented {
  const module = binaryen.readBinary(original);
  try {
    const { sites, globals } = addHooks(module, loads);
    return { wasm: ownBytes(module.emitBinary()), sites, globals };
  } finally {
    module.dispose();
  }
}

/**
 * The module with hooks and Asyncify, and with hooks alone; with `loads` plain loads have hooks,
 * too. The slow half is cached by the content of its input.
 */
export function instrument(
  original: Uint8Array, loads = false,
): Instrumented & { readonly hooked: Uint8Array<ArrayBuffer> } {
  binaryen.setDebugInfo(true);
  const hooked = instrumentHooksOnly(original, loads);
  const key = createHash('sha256').update(hooked.wasm).update(ASYNCIFY_IMPORTS).digest('hex');
  const wasm = cached(`${key.slice(0, 32)}.wasm`, () => asyncify(hooked.wasm));
  return { ...hooked, wasm: ownBytes(wasm), hooked: hooked.wasm };
}

function asyncify(hooked: Uint8Array): Uint8Array<ArrayBuffer> {
  const module = binaryen.readBinary(hooked);
  try {
    module.setFeatures(supportedFeatures());
    asyncifyPasses(module, ASYNCIFY_IMPORTS);
    module.optimize();
    if (!module.validate()) throw new Error('the module is not valid after Asyncify');
    return ownBytes(module.emitBinary());
  } finally {
    module.dispose();
  }
}

/** Asyncify, for calls of these imports; what it makes has to be optimised. */
export function asyncifyPasses(module: WasmModule, imports: string): void {
  binaryen.setOptimizeLevel(2);
  binaryen.setShrinkLevel(0);
  binaryen.setDebugInfo(true);
  binaryen.setPassArgument('asyncify-imports', imports);
  try {
    module.runPasses(['flatten', 'asyncify']);
  } finally {
    binaryen.clearPassArguments();
  }
}

/** A copy over an ArrayBuffer, which is what WebAssembly.Module asks for. */
export function ownBytes(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(bytes);
}
