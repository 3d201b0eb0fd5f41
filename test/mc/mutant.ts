// Planted builds, made fast. All mutants of a build are its unoptimised code with a few functions
// changed, so only these are optimised and rewritten; the rest comes finished out of a template.
// Functions are optimised one by one and none is inlined: that is the difference to `instrument`.

import { createHash } from 'node:crypto';
import { WASI_MODULE } from '../../src/wasi.js';
import { HOOK_MODULE } from './access.js';
import { cached } from './cache.js';
import {
  Expression, binaryen, supportedFeatures, type FunctionInfo, type WasmModule,
} from './expressions.js';
import {
  addHooks, asyncifyPasses, instrumentHooksOnly, ownBytes, type Instrumented, type Site,
} from './instrument.js';
import { ModuleText } from './module-text.js';

/** Module name of the imports that stand for functions which are left out. */
const ELSEWHERE = 'elsewhere';

/** Functions of a module that was optimised and rewritten; the others are imports. */
interface Rewritten {
  readonly module: WasmModule;
  readonly sites: readonly Site[];
  readonly globals: readonly string[];
}

/**
 * Optimises and rewrites some functions of a module, numbering their sites behind `before`. The
 * caller disposes of the module.
 */
function rewrite(
  original: Uint8Array, text: ModuleText, chosen: ReadonlySet<string>, before: readonly Site[],
): Rewritten {
  const module = binaryen.readBinary(original);
  module.setFeatures(supportedFeatures());
  const suspending = [`${HOOK_MODULE}.atomic`, 'env.wait', `${WASI_MODULE}.*`];
  functionsOf(module).forEach(({ name, params, results }, i) => {
    if (chosen.has(name)) return;
    module.removeFunction(name);
    module.addFunctionImport(name, ELSEWHERE, String(i), params, results);
    if (text.suspends(name)) suspending.push(`${ELSEWHERE}.${i}`);
  });
  optimizeAll(module);
  const { sites, globals } = addHooks(module, false, before);
  asyncifyPasses(module, suspending.join(','));
  optimizeAll(module);
  return { module, sites, globals };
}

/** Functions with a body. */
function functionsOf(module: WasmModule): FunctionInfo[] {
  const count = module.getNumFunctions();
  return Array.from({ length: count }, (_, i) =>
    binaryen.getFunctionInfo(module.getFunctionByIndex(i))).filter((info) => !info.module);
}

function optimizeAll(module: WasmModule): void {
  binaryen.setOptimizeLevel(3);
  binaryen.setShrinkLevel(0);
  for (const { name } of functionsOf(module)) module.optimizeFunction(name);
}

/** An unoptimised build, finished, from which its mutants are made. */
export class Template {
  private readonly text: ModuleText;
  private readonly finished: Uint8Array;
  private readonly sites: readonly Site[];
  private readonly globals: readonly string[];
  /** Names of all globals in their order, before they were written and read. */
  private readonly named: readonly string[];

  /** Takes seconds the first time; kept on disk by the content. */
  constructor(readonly original: Uint8Array) {
    binaryen.setDebugInfo(true);
    this.text = new ModuleText(original);
    const hooked = instrumentHooksOnly(original).wasm;
    const key = createHash('sha256').update(original).update(hooked).digest('hex');
    const made = cached(`${key.slice(0, 32)}.template`, () => {
      const { module, sites, globals } = rewrite(original, this.text, this.text.names, []);
      try {
        const wasm = Buffer.from(module.emitBinary()).toString('base64');
        return Buffer.from(JSON.stringify({ wasm, sites, globals, named: globalsOf(module) }));
      } finally {
        module.dispose();
      }
    });
    const { wasm, sites, globals, named } = JSON.parse(Buffer.from(made).toString()) as
      { wasm: string; sites: Site[]; globals: string[]; named: string[] };
    this.finished = Buffer.from(wasm, 'base64');
    this.sites = sites;
    this.globals = globals;
    this.named = named;
  }

  /**
   * The rewritten module of a mutant. O(size of the module), and some milliseconds for each
   * function that differs; more than functions makes a template of its own.
   */
  instrument(mutant: Uint8Array): Instrumented {
    const text = new ModuleText(mutant);
    const changed = text.changedFrom(this.text);
    if (changed.size === 0 && text.rest === this.text.rest) return this.whole();
    if (text.rest !== this.text.rest || this.hasTable) return new Template(mutant).whole();
    return this.splice(mutant, text, changed);
  }

  /** The template itself with every other of its functions taken out and put in as a mutant's. */
  respliced(): Instrumented {
    if (this.hasTable) return this.whole();
    const chosen = [...this.text.names].filter((_, i) => i % 2 === 0);
    return this.splice(this.original, this.text, new Set(chosen));
  }

  /** A function that a table names cannot be left out. */
  private get hasTable(): boolean {
    return this.text.rest.includes('(elem ');
  }

  private splice(
    mutant: Uint8Array, text: ModuleText, changed: ReadonlySet<string>,
  ): Instrumented {
    const { module: part, sites } = rewrite(mutant, text, changed, this.sites);
    const whole = binaryen.readBinary(this.finished);
    try {
      whole.setFeatures(supportedFeatures());
      const rename = this.renaming(whole, part);
      for (const name of changed) {
        renameIn(binaryen._BinaryenFunctionGetBody(part.getFunction(name)), rename);
        replaceFunction(whole, part, name, this.text.names.has(name));
      }
      if (!whole.validate()) throw new Error('the mutant is not valid');
      return { wasm: ownBytes(whole.emitBinary()), sites, globals: this.globals };
    } finally {
      whole.dispose();
      part.dispose();
    }
  }

  private whole(): Instrumented {
    return { wasm: ownBytes(this.finished), sites: this.sites, globals: this.globals };
  }

  private renaming(whole: WasmModule, part: WasmModule): Renaming {
    const globals = globalsOf(whole);
    const imports = importsOf(whole);
    return {
      globals: new Map(this.named.map((name, i) => [name, globals[i]])),
      imports: new Map([...importsOf(part)].flatMap(([key, name]) => {
        const to = imports.get(key);
        return to === undefined ? [] : [[name, to] as const];
      })),
    };
  }
}

/** Names that a function of the part has to use in the whole: those that binaryen made up. */
interface Renaming {
  readonly globals: ReadonlyMap<string, string>;
  readonly imports: ReadonlyMap<string, string>;
}

function globalsOf(module: WasmModule): string[] {
  const count = module.getNumGlobals();
  return Array.from({ length: count }, (_, i) =>
    binaryen.getGlobalInfo(module.getGlobalByIndex(i)).name);
}

/** Internal names of the imported functions by module and name. */
function importsOf(module: WasmModule): Map<string, string> {
  const found = new Map<string, string>();
  for (let i = 0; i < module.getNumFunctions(); i++) {
    const { name, module: from, base } = binaryen.getFunctionInfo(module.getFunctionByIndex(i));
    if (from) found.set(`${from}.${base}`, name);
  }
  return found;
}

function renameIn(ref: number, names: Renaming): void {
  const expression = new Expression(ref, 'a mutant');
  if (expression.name === 'Call') {
    const to = names.imports.get(expression.text('Target'));
    if (to !== undefined) expression.writeText('Target', to);
  }
  if (expression.name === 'GlobalGet' || expression.name === 'GlobalSet') {
    const to = names.globals.get(expression.text('Name'));
    if (to !== undefined) expression.writeText('Name', to);
  }
  for (const child of expression.childRefs()) renameIn(child, names);
}

/** Puts a function of one module into another, in the place of the one of its name. */
function replaceFunction(to: WasmModule, from: WasmModule, name: string, known: boolean): void {
  const fn = from.getFunction(name);
  const { params, results } = binaryen.getFunctionInfo(fn);
  const vars = Array.from({ length: binaryen._BinaryenFunctionGetNumVars(fn) }, (_, i) =>
    binaryen._BinaryenFunctionGetVar(fn, i));
  const body = binaryen._BinaryenExpressionCopy(binaryen._BinaryenFunctionGetBody(fn), to.ptr);
  if (known) to.removeFunction(name);
  to.addFunction(name, params, results, vars, body);
}
