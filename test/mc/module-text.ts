// A wasm module as text, cut into its functions: which of them differ between two modules, and
// which of them a thread may be suspended in.

import { WASI_MODULE } from '../../src/wasi.js';
import { binaryen } from './expressions.js';

const FUNCTION = /^ \(func \$("?)([^\s"]+)\1/;
const IMPORT = /^ \(import "(\w+)" "(\w+)" \(func \$("?)([^\s"]+)\3/;
const CALL = /\(call \$("?)([^\s")]+)\1/g;
const SUSPENDS = /\.atomic\.|memory\.atomic|call_indirect/;

export class ModuleText {
  /** Everything but functions. */
  readonly rest: string;
  private readonly functions = new Map<string, string>();
  private readonly suspending = new Set<string>();

  constructor(wasm: Uint8Array) {
    const module = binaryen.readBinary(wasm);
    let text: string;
    try {
      text = module.emitText();
    } finally {
      module.dispose();
    }
    const rest: string[] = [];
    let name: string | null = null;
    let body: string[] = [];
    for (const line of text.split('\n')) {
      if (line.startsWith(' (')) {
        if (name !== null) this.functions.set(name, body.join('\n'));
        name = FUNCTION.exec(line)?.[2] ?? null;
        body = [];
        const imported = IMPORT.exec(line);
        if (imported && isHooked(imported[1], imported[2])) this.suspending.add(imported[4]);
      }
      if (name === null) rest.push(line);
      else body.push(line);
    }
    if (name !== null) this.functions.set(name, body.join('\n'));
    this.rest = rest.join('\n');
    this.spreadSuspending();
  }

  get names(): ReadonlySet<string> {
    return new Set(this.functions.keys());
  }

  suspends(name: string): boolean {
    return this.suspending.has(name);
  }

  /** Functions whose text differs, that are new, or whose callees now suspend or do no more. */
  changedFrom(before: ModuleText): Set<string> {
    const changed = new Set<string>();
    for (const [name, text] of this.functions) {
      const same = text === before.functions.get(name) &&
        this.suspends(name) === before.suspends(name) &&
        calleesOf(text).every((callee) => this.suspends(callee) === before.suspends(callee));
      if (!same) changed.add(name);
    }
    return changed;
  }

  /** Who calls somebody who suspends does so, too. */
  private spreadSuspending(): void {
    const callers = new Map<string, string[]>();
    const queue: string[] = [...this.suspending];
    for (const [name, text] of this.functions) {
      for (const callee of calleesOf(text)) {
        const list = callers.get(callee);
        if (list === undefined) callers.set(callee, [name]);
        else list.push(name);
      }
      if (SUSPENDS.test(text)) queue.push(name);
    }
    for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
      this.suspending.add(name);
      for (const caller of callers.get(name) ?? []) {
        if (!this.suspending.has(caller)) queue.push(caller);
      }
    }
  }
}

/** Whether a thread may be suspended at calls of this import. */
function isHooked(module: string, base: string): boolean {
  return module === WASI_MODULE || (module === 'env' && (base === 'wait' || base === 'notify'));
}

function calleesOf(text: string): string[] {
  return [...text.matchAll(CALL)].map((match) => match[2]);
}
