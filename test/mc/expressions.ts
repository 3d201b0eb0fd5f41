// What the rewriter needs from binaryen.js: a small typed face of its raw API, the list of
// features the rewritten module may use, and the children of every expression it may meet.

import binaryenModule from 'binaryen';

type Accessor = (expression: number, ...rest: never[]) => unknown;
export type ExpressionClass = Readonly<Record<string, Accessor | undefined>>;

export interface FunctionInfo {
  name: string;
  params: number;
  results: number;
  module: string | null;
  base: string | null;
}

/** The calls of binaryen.js that are used here; its own typings leave out the raw ones. */
interface Binaryen {
  readonly ExpressionIds: Readonly<Record<string, number>>;
  readonly Features: Readonly<Record<string, number>>;
  readonly Store8LaneVec128: number;
  readonly Store16LaneVec128: number;
  readonly Store32LaneVec128: number;
  readonly Store64LaneVec128: number;
  readonly Load8LaneVec128: number;
  readonly Load16LaneVec128: number;
  readonly Load32LaneVec128: number;
  readonly Load64LaneVec128: number;
  readonly Load8SplatVec128: number;
  readonly Load16SplatVec128: number;
  readonly Load32SplatVec128: number;
  readonly Load32ZeroVec128: number;
  readonly none: number;
  readonly i32: number;
  readonly i64: number;
  readonly unreachable: number;
  createType(types: readonly number[]): number;
  getExpressionId(expression: number): number;
  getExpressionType(expression: number): number;
  getFunctionInfo(fn: number): FunctionInfo;
  getGlobalInfo(global: number): { name: string; module: string | null; mutable: boolean };
  readBinary(bytes: Uint8Array): WasmModule;
  setOptimizeLevel(level: number): void;
  setShrinkLevel(level: number): void;
  setDebugInfo(on: boolean): void;
  setPassArgument(key: string, value: string): void;
  clearPassArguments(): void;
  _BinaryenFunctionAddVar(fn: number, type: number): number;
  _BinaryenFunctionGetBody(fn: number): number;
  _BinaryenFunctionSetBody(fn: number, body: number): void;
  _BinaryenFunctionGetNumVars(fn: number): number;
  _BinaryenFunctionGetVar(fn: number, index: number): number;
  /** A copy of an expression in the module with this `ptr`. */
  _BinaryenExpressionCopy(expression: number, ptr: number): number;
}

interface NumberOps {
  const(value: number): number;
  add(left: number, right: number): number;
  sub(left: number, right: number): number;
  and(left: number, right: number): number;
  mul(left: number, right: number): number;
  le_u(left: number, right: number): number;
  ge_u(left: number, right: number): number;
  eqz(value: number): number;
  load(offset: number, align: number, ptr: number): number;
  store(offset: number, align: number, ptr: number, value: number): number;
  load8_u(offset: number, align: number, ptr: number): number;
  store8(offset: number, align: number, ptr: number, value: number): number;
}

export interface WasmModule {
  readonly ptr: number;
  readonly i32: NumberOps;
  readonly i64: Pick<NumberOps, 'load' | 'store' | 'mul'> & {
    const(value: bigint): number;
    extend_u(value: number): number;
  };
  readonly local: {
    get(index: number, type: number): number;
    set(index: number, value: number): number;
    tee(index: number, value: number, type: number): number;
  };
  block(label: string | null, children: readonly number[], type?: number): number;
  if(condition: number, ifTrue: number, ifFalse?: number): number;
  loop(label: string, body: number): number;
  br(label: string, condition?: number): number;
  call(name: string, operands: readonly number[], type: number): number;
  addFunction(
    name: string, params: number, results: number, vars: readonly number[], body: number,
  ): number;
  addFunctionImport(
    name: string, module: string, base: string, params: number, results: number,
  ): void;
  addGlobalExport(internal: string, external: string): void;
  getFunction(name: string): number;
  removeFunction(name: string): void;
  optimizeFunction(name: string): void;
  getNumFunctions(): number;
  getFunctionByIndex(index: number): number;
  getNumGlobals(): number;
  getGlobalByIndex(index: number): number;
  setFeatures(features: number): void;
  runPasses(passes: readonly string[]): void;
  optimize(): void;
  validate(): number | boolean;
  emitBinary(): Uint8Array;
  emitText(): string;
  dispose(): void;
}

export const binaryen = binaryenModule as unknown as Binaryen;

/**
 * The features a rewritten module may use. They are listed one by one because
 * `Features.All` makes binaryen emit encodings that Node 20 cannot parse.
 */
export function supportedFeatures(): number {
  const names = [
    'Atomics', 'BulkMemory', 'BulkMemoryOpt', 'SIMD128', 'MutableGlobals', 'SignExt',
    'NontrappingFPToInt', 'CallIndirectOverlong',
  ];
  let features = 0;
  for (const name of names) features |= binaryen.Features[name];
  return features;
}

/** Bytes that a lane's load or store moves; its alignment is only a hint and may be smaller. */
export function laneBytes(op: number): number {
  switch (op) {
    case binaryen.Load8LaneVec128:
    case binaryen.Store8LaneVec128: return 1;
    case binaryen.Load16LaneVec128:
    case binaryen.Store16LaneVec128: return 2;
    case binaryen.Load32LaneVec128:
    case binaryen.Store32LaneVec128: return 4;
    case binaryen.Load64LaneVec128:
    case binaryen.Store64LaneVec128: return 8;
    default: throw new Error(`not an access of one lane: operation ${op}`);
  }
}

/** Bytes that a vector load reads which fills its lanes from less than a vector. */
export function simdLoadBytes(op: number): number {
  switch (op) {
    case binaryen.Load8SplatVec128: return 1;
    case binaryen.Load16SplatVec128: return 2;
    case binaryen.Load32SplatVec128:
    case binaryen.Load32ZeroVec128: return 4;
    default: return 8;
  }
}

/** Children in evaluation order; a leading `*` marks a list (`*Operands`). */
const CHILDREN: Readonly<Record<string, readonly string[]>> = {
  Block: ['*Children'],
  If: ['Condition', 'IfTrue', 'IfFalse'],
  Loop: ['Body'],
  Break: ['Value', 'Condition'],
  Switch: ['Value', 'Condition'],
  Call: ['*Operands'],
  CallIndirect: ['*Operands', 'Target'],
  LocalGet: [],
  LocalSet: ['Value'],
  GlobalGet: [],
  GlobalSet: ['Value'],
  Load: ['Ptr'],
  Store: ['Ptr', 'Value'],
  Const: [],
  Unary: ['Value'],
  Binary: ['Left', 'Right'],
  Select: ['IfTrue', 'IfFalse', 'Condition'],
  Drop: ['Value'],
  Return: ['Value'],
  MemorySize: [],
  MemoryGrow: ['Delta'],
  Nop: [],
  Unreachable: [],
  AtomicRMW: ['Ptr', 'Value'],
  AtomicCmpxchg: ['Ptr', 'Expected', 'Replacement'],
  AtomicFence: [],
  MemoryCopy: ['Dest', 'Source', 'Size'],
  MemoryFill: ['Dest', 'Value', 'Size'],
  SIMDExtract: ['Vec'],
  SIMDReplace: ['Vec', 'Value'],
  SIMDShuffle: ['Left', 'Right'],
  SIMDTernary: ['A', 'B', 'C'],
  SIMDShift: ['Vec', 'Shift'],
  SIMDLoad: ['Ptr'],
  SIMDLoadStoreLane: ['Ptr', 'Vec'],
};

const nameById = new Map<number, string>();
for (const [name, id] of Object.entries(binaryen.ExpressionIds)) nameById.set(id, name);

/** One expression with typed access to its properties by name. */
export class Expression {
  readonly name: string;
  private readonly accessors: ExpressionClass;

  /** Throws an Error when the rewriter does not know this kind of expression. */
  constructor(readonly ref: number, where: string) {
    const id = binaryen.getExpressionId(ref);
    this.name = nameById.get(id) ?? `#${id}`;
    if (!(this.name in CHILDREN)) {
      throw new Error(`cannot instrument expression ${this.name} in ${where}`);
    }
    this.accessors = (binaryen as unknown as Record<string, ExpressionClass>)[
      this.name
    ] as ExpressionClass;
  }

  get children(): readonly string[] {
    return CHILDREN[this.name];
  }

  read(property: string): number {
    return Number(this.invoke(`get${property}`));
  }

  text(property: string): string {
    return String(this.invoke(`get${property}`));
  }

  flag(property: string): boolean {
    return Boolean(this.invoke(property));
  }

  write(property: string, value: number): void {
    this.invoke(`set${property}`, value);
  }

  writeText(property: string, value: string): void {
    this.invoke(`set${property}`, value);
  }

  /** The children that are there. */
  childRefs(): number[] {
    return this.children.flatMap((property) => {
      if (!property.startsWith('*')) return [this.read(property)];
      const list = property.slice(1);
      return Array.from({ length: this.read(`Num${list}`) }, (_, i) => this.readAt(list, i));
    }).filter((child) => child !== 0);
  }

  readAt(list: string, index: number): number {
    return Number(this.invoke(`get${singular(list)}At`, index));
  }

  writeAt(list: string, index: number, value: number): void {
    this.invoke(`set${singular(list)}At`, index, value);
  }

  private invoke(method: string, ...rest: (number | string)[]): unknown {
    const accessor = this.accessors[method];
    if (accessor === undefined) throw new Error(`binaryen: no ${this.name}.${method}`);
    return accessor.call(this.accessors, this.ref, ...(rest as never[]));
  }
}

function singular(list: string): string {
  return list === 'Children' ? 'Child' : 'Operand';
}
