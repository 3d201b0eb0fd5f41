// The source function of every site, found through the source map. Names outlive edits that move
// lines, and they are right for code that the compiler has moved into its callers.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Build } from './builds.js';
import type { Site } from './instrument.js';
import { locateSites } from './sites.js';

export interface SourcePlace {
  /** Relative to the repository root. */
  readonly file: string;
  readonly line: number;
  /** The function that the line stands in; the wasm function if the source does not tell. */
  readonly fn: string;
  /** The line itself. */
  readonly text: string;
}

const FUNCTION = /^\s*(?:@\w+\s+)*(?:export\s+)?function\s+(\w+)/;
const LOCATED = /^(\S+)(?: (\S+):(\d+))?$/;

/**
 * Functions that are compiled into all their callers and say nothing about them: the place is then
 * named after the wasm function that it ended up in.
 */
const DOORS: ReadonlySet<string> = new Set(['readWord']);
const known = new WeakMap<readonly Site[], readonly SourcePlace[]>();

/** The place of every site, by id. The first call for a program disassembles it: seconds. */
export function sourcePlaces(build: Build, sites: readonly Site[]): readonly SourcePlace[] {
  const places = known.get(sites) ?? findPlaces(build, sites);
  known.set(sites, places);
  return places;
}

function findPlaces(build: Build, sites: readonly Site[]): SourcePlace[] {
  const lines = new Map<string, readonly string[]>();
  return locateSites(build, sites).map((located, id) => {
    const [, wasmFunction = located, file = '', number = '0'] = LOCATED.exec(located) ?? [];
    let source = lines.get(file);
    if (source === undefined) {
      const path = join(build.folder, file);
      source = file !== '' && existsSync(path) ? readFileSync(path, 'utf8').split('\n') : [];
      lines.set(file, source);
    }
    const line = Number(number);
    const fn = functionAt(source, line) ?? wasmFunction;
    if (DOORS.has(fn)) return { ...ownerOf(sites[id].fn), line, text: source[line - 1] ?? '' };
    return { file, line, fn, text: source[line - 1] ?? '' };
  });
}

/** File and function of a wasm function such as `assembly/tree/room/reserve`. */
function ownerOf(name: string): { file: string; fn: string } {
  const cut = name.lastIndexOf('/');
  return { file: `${name.slice(0, cut)}.ts`, fn: name.slice(cut + 1) };
}

function functionAt(source: readonly string[], line: number): string | undefined {
  for (let at = line; at > 0; at--) {
    const match = FUNCTION.exec(source[at - 1] ?? '');
    if (match) return match[1];
  }
  return undefined;
}
