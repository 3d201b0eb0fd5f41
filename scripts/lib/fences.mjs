// The last pass over a core: each call of the stub import becomes `atomic.fence`. It runs after the
// optimiser, inside of asc, so that names and source map stay true. As a file for asc's option
// --transform it is also used by those who compile the core themselves (test/mc/builds.ts).
//
// Only Binaryen's inlining is run, and only for the stub: it becomes a function whose body is the
// fence, and bodies of that size are inlined, no others. (asc has a call `atomic.fence`, but what
// it compiles to is wrong.)

const STUB_MODULE = 'env';
const STUB_NAME = 'fence';

/** More than the body of the stub, less than any function that the optimiser has left. */
const STUB_SIZE = 1;

/** `atomic.fence` as it stands in a binary: opcode, and a byte for an order. */
const FENCE = Buffer.from([0xfe, 0x03, 0x00]);

function stubOf(module, binaryen) {
  for (let i = 0; i < module.getNumFunctions(); i++) {
    const info = binaryen.getFunctionInfo(module.getFunctionByIndex(i));
    if (info.module === STUB_MODULE && info.base === STUB_NAME) return info.name;
  }
  return undefined;
}

/** Puts fences in place of the calls; the stub itself is gone afterwards. */
function placeFences(module, binaryen) {
  const stub = stubOf(module, binaryen);
  if (stub === undefined) return;
  module.removeFunction(stub);
  module.addFunction(stub, binaryen.none, binaryen.none, [], module.atomic.fence());
  const limits = ['AlwaysInlineMaxSize', 'FlexibleInlineMaxSize', 'OneCallerInlineMaxSize'];
  const before = limits.map((name) => binaryen[`get${name}`]());
  [STUB_SIZE, 0, 0].forEach((size, i) => binaryen[`set${limits[i]}`](size));
  module.runPasses(['inlining']);
  // They belong to the process, and asc may have more to compile.
  before.forEach((size, i) => binaryen[`set${limits[i]}`](size));
}

/** A transform of asc: its one chance to see the module comes before the optimiser. */
export default class FencePass {
  afterCompile(module) {
    const { binaryen } = this;
    const emitBinary = module.emitBinary.bind(module);
    module.emitBinary = (...args) => {
      placeFences(module, binaryen);
      return emitBinary(...args);
    };
  }
}

/**
 * Where the fences of a binary stand: offsets of their first bytes, ascending. Throws unless there
 * are as many as expected: one was lost or copied, or the bytes of one stand there by chance.
 */
export function fencesIn(bytes, expected) {
  const offsets = [];
  for (let at = bytes.indexOf(FENCE); at >= 0; at = bytes.indexOf(FENCE, at + 1)) offsets.push(at);
  if (offsets.length === expected) return offsets;
  throw new Error(`the core has ${offsets.length} fences and should have ${expected}: ` +
    'see docs/weak-memory.md');
}
