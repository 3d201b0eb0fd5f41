// Where a site is in the sources. binaryen.js cannot read a source map, but wasm-dis prints its
// locations into the text, and the hooked instructions appear there in the order of their numbers.

import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { PLAIN_LOAD } from './access.js';
import type { Build } from './builds.js';
import type { Site } from './instrument.js';

/**
 * "function" or "function file:line" of every site, by id. The line is the one that wants the
 * access, not the one in sync/shared.ts through which all atomic accesses go.
 */
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
/**
 * Files of small inlined functions, which say nothing about who wants the access. Those on log
 * records do: reading one is a step of its own.
 */
const DOOR = /^assembly\/(?:sync\/(?:shared|instance)|layout\/(?!record\.)[\w-]+)\.ts$/;
/** Lines whose expressions have nothing to do with the value of the one above them. */
const STATEMENTS = /^ *\((?:func|block|loop|then|else|if)\b/;
const CALL = /^ *\(call \$("?)([^\s"]+)\1/;

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
    if (at && !DOOR.test(at[1])) latest = `${at[1]}:${at[2]}`;
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
 * operands, because the compiler maps the first byte of an expression, which is an operand's; else
 * the one before the expression that uses it. Doors to memory are inlined everywhere and say
 * nothing.
 */
function locationOf(lines: readonly TextLine[], index: number): string | undefined {
  return annotation(lines, index - 1) ?? amongOperands(lines, index) ?? beforeUser(lines, index);
}

function amongOperands(lines: readonly TextLine[], index: number): string | undefined {
  const { indent } = lines[index];
  for (let i = index + 1; i < lines.length && lines[i].indent > indent; i++) {
    const operand = annotation(lines, i);
    if (operand !== undefined) return operand;
  }
  return undefined;
}

function beforeUser(lines: readonly TextLine[], index: number): string | undefined {
  let { indent } = lines[index];
  for (let i = index - 1; i > 0 && !STATEMENTS.test(lines[i].text); i--) {
    if (lines[i].indent >= indent) continue;
    ({ indent } = lines[i]);
    const user = annotation(lines, i - 1);
    if (user !== undefined) return user;
  }
  return undefined;
}

/** The location that a line of the text annotates, unless it is in a door. */
function annotation(lines: readonly TextLine[], index: number): string | undefined {
  const at = LOCATION.exec(lines[index].text);
  return at && !DOOR.test(at[1]) ? `${at[1]}:${at[2]}` : undefined;
}

function disassemble({ wasmFile, mapFile }: Build): string {
  const binaryenFolder = dirname(createRequire(import.meta.url).resolve('binaryen'));
  const args = [join(binaryenFolder, 'bin', 'wasm-dis'), wasmFile, '--all-features'];
  if (existsSync(mapFile)) args.push('--source-map', mapFile);
  return execFileSync(process.execPath, args, { maxBuffer: 1 << 28, encoding: 'utf8' });
}
