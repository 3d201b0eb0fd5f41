// Where a site is in the sources. binaryen.js cannot read a source map, but wasm-dis prints its
// locations into the text, and the hooked instructions appear there in the order of their numbers.

import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { PLAIN_LOAD } from './access.js';
import type { Build } from './builds.js';
import type { Site } from './instrument.js';

/** "function" or "function file:line" of every site, by id. */
export function locateSites(build: Build, sites: readonly Site[]): string[] {
  const withLoads = sites.some(({ kind }) => kind === PLAIN_LOAD);
  const lines = readLocations(build, withLoads ? HOOKED_WITH_LOADS : HOOKED);
  return sites.map(({ fn, ordinal }) => {
    const location = lines.get(`${fn}#${ordinal}`);
    return location === undefined ? shortName(fn) : `${shortName(fn)} ${location}`;
  });
}

/** The last part of a name such as `assembly/mtx/commit/commit`. */
export function shortName(fn: string): string {
  return fn.slice(fn.lastIndexOf('/') + 1);
}

const FUNCTION = /^ *\(func \$("?)([^\s"]+)\1/;
const IMPORT = /^ *\(import "env" "(?:wait|notify)" \(func \$("?)([^\s"]+)\1/;
const LOCATION = /^ *;;@ (\S+):(\d+):\d+/;
const HOOKED =
  /^ *\((?:i(?:32|64)\.atomic\.|(?:i32|i64|f32|f64|v128)\.store|memory\.(?:copy|fill))/;
const HOOKED_WITH_LOADS = new RegExp(
  `${HOOKED.source}|^ *\\((?:i32|i64|f32|f64|v128)\\.load`,
);
const CALL = /^ *\(call \$("?)([^\s"]+)\1/;

/** What stands there is one access to a word that somebody else has named. */
const DOORS: ReadonlySet<string> =
  new Set(['assembly/sync/shared.ts', 'assembly/mtx/words.ts']);

/** One line of the disassembly. */
interface TextLine {
  readonly text: string;
  readonly indent: number;
}

function readLocations(build: Build, hooks: RegExp): Map<string, string> {
  const found = new Map<string, string>();
  const hookedCalls = new Set<string>();
  const lines: TextLine[] = disassemble(build).split('\n').map((text) => ({
    text, indent: text.length - text.trimStart().length,
  }));
  let fn = '';
  let latest = '';
  let ordinal = 0;
  lines.forEach(({ text }, index) => {
    const imported = IMPORT.exec(text);
    if (imported) hookedCalls.add(imported[2]);
    const start = FUNCTION.exec(text);
    if (start) {
      fn = start[2];
      latest = '';
      ordinal = 0;
    }
    const at = LOCATION.exec(text);
    if (at) latest = `${at[1]}:${at[2]}`;
    const called = CALL.exec(text);
    if (!hooks.test(text) && !(called && hookedCalls.has(called[2]))) return;
    const location = locationOf(lines, index) ?? latest;
    if (location !== '') found.set(`${fn}#${ordinal}`, location);
    ordinal++;
  });
  return found;
}

/**
 * The location of one instruction: the annotation right before it, else the first one among its
 * operands, because the compiler maps the first byte of an expression, which is an operand's. Doors
 * to memory are inlined everywhere and say nothing; the operand tells who went through.
 */
function locationOf(lines: readonly TextLine[], index: number): string | undefined {
  const own = LOCATION.exec(lines[index - 1].text);
  if (own && !DOORS.has(own[1])) return `${own[1]}:${own[2]}`;
  const { indent } = lines[index];
  for (let i = index + 1; i < lines.length && lines[i].indent > indent; i++) {
    const at = LOCATION.exec(lines[i].text);
    if (at && !DOORS.has(at[1])) return `${at[1]}:${at[2]}`;
  }
  return own ? `${own[1]}:${own[2]}` : undefined;
}

function disassemble({ wasmFile, mapFile }: Build): string {
  const binaryenFolder = dirname(createRequire(import.meta.url).resolve('binaryen'));
  const args = [join(binaryenFolder, 'bin', 'wasm-dis'), wasmFile, '--all-features'];
  if (existsSync(mapFile)) args.push('--source-map', mapFile);
  return execFileSync(process.execPath, args, { maxBuffer: 1 << 28, encoding: 'utf8' });
}
