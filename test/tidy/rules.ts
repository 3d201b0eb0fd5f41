/**
 * The house rules that a program can check. Each rule takes one file and returns its complaints.
 */
import { posix } from 'node:path';
import ts from 'typescript';
import { isAssemblyScript, isCode, isCore } from './source-files.js';
import type { SourceFile } from './source-files.js';

export type Rule = (file: SourceFile) => string[];

const MAX_FILE_LINES = 800;
const MAX_FUNCTION_LINES = 70;
const MAX_COLUMNS = 100;

/** The core's layers from the lowest to the highest; imports point down only. */
const LAYERS = ['layout', 'sync', 'mtx', 'alloc', 'journal', 'log', 'tree', 'stream', 'index'];

/** The layers that may use raw loads and stores. */
const RAW_LAYERS = ['layout', 'sync', 'mtx'];

const lineCount = (text: string): number => text.trimEnd().split('\n').length;

/** Complaints about each line of code that matches, as `line: what`. */
const linesWith = (what: string, pattern: RegExp, applies = isCode): Rule => (file) => {
  if (!applies(file)) return [];
  const lines = file.text.split('\n');
  return lines.flatMap((line, i) => (pattern.test(line) ? [`${i + 1}: ${what}`] : []));
};

const layerOf = (path: string): string => path.split('/')[1].replace(/\.ts$/, '');

const outsideLayers = (layers: string[]) => (file: SourceFile): boolean =>
  isCore(file) && !layers.includes(layerOf(file.path));

const fileLength: Rule = (file) => {
  const lines = lineCount(file.text);
  return isCode(file) && lines > MAX_FILE_LINES ? [`${lines} lines`] : [];
};

const lineLength: Rule = linesWith(
  `longer than ${MAX_COLUMNS} columns`, new RegExp(`.{${MAX_COLUMNS + 1}}`),
);

const ascii: Rule = linesWith('not ASCII', /[^\t -~]/);

const unfinished: Rule = linesWith('unfinished', /\b(TO[D]O|FIX[M]E|X[X]X|HA[C]K)\b/);

const silenced: Rule = linesWith(
  'a silenced check', /@ts-(ignore|nocheck|expect-error)|(eslint|oxlint)-disable/,
);

const rawAccess: Rule = linesWith(
  'raw load or store', /\b(load|store)<|\bv128\.(load|store)/, outsideLayers(RAW_LAYERS),
);

const atomicAccess: Rule = linesWith('atomic access', /\batomic\./, outsideLayers(['sync']));

const machinePath: Rule = linesWith(
  'a path of one machine', /(^|[^\w.)/-])\/(home|Users|root|work|tmp|var|opt)\/\w/, () => true,
);

/** The files that a file imports, relative to the root; packages are left out. */
function importsOf({ path, text }: SourceFile): string[] {
  const found = text.matchAll(/\bfrom\s+['"](\.[^'"]+)['"]/g);
  return Array.from(found, ([, target]) => posix.join(posix.dirname(path), target));
}

const layering: Rule = (file) => {
  if (!isCore(file)) return [];
  const reachable = LAYERS.slice(0, LAYERS.indexOf(layerOf(file.path)) + 1);
  return importsOf(file)
    .filter((path) => !isCore({ path, text: '' }) || !reachable.includes(layerOf(path)))
    .map((path) => `imports ${path}, which is not below it`);
};

const examplesUsePublicApi: Rule = (file) => {
  if (!file.path.startsWith('examples/')) return [];
  return importsOf(file).filter((target) => !target.startsWith('examples/'))
    .map((target) => `imports ${target}; an example uses the package by its name`);
};

const testsExpect: Rule = ({ path, text }) =>
  path.endsWith('.test.ts') && !/\bexpect\(/.test(text) ? ['a test without expect'] : [];

/** True for the callback of describe, which is a group of tests and not a function to read. */
const isGroup = (node: ts.Node): boolean =>
  ts.isCallExpression(node.parent) && /^describe\b/.test(node.parent.expression.getText());

function complaintsAbout(node: ts.Node, source: ts.SourceFile, file: SourceFile): string[] {
  const lineOf = (at: number): number => source.getLineAndCharacterOfPosition(at).line + 1;
  const first = lineOf(node.getStart(source));
  const length = lineOf(node.end) - first + 1;
  const found: string[] = [];
  if (ts.isFunctionLike(node) && length > MAX_FUNCTION_LINES && !isGroup(node)) {
    found.push(`${first}: a function of ${length} lines`);
  }
  if (node.kind === ts.SyntaxKind.AnyKeyword && !isAssemblyScript(file)) {
    found.push(`${first}: any`);
  }
  ts.forEachChild(node, (child) => {
    found.push(...complaintsAbout(child, source, file));
  });
  return found;
}

const functionsAndTypes: Rule = (file) => {
  if (!isCode(file)) return [];
  const source = ts.createSourceFile(file.path, file.text, ts.ScriptTarget.Latest, true);
  return complaintsAbout(source, source, file);
};

/** Every rule by name. */
export const RULES: Readonly<Record<string, Rule>> = {
  fileLength, lineLength, ascii, unfinished, silenced, rawAccess, atomicAccess, machinePath,
  layering, examplesUsePublicApi, testsExpect, functionsAndTypes,
};

/** The middle number of lines of the files that ship; 0 when there are none. */
export function medianLines(files: SourceFile[]): number {
  const lengths = files
    .filter((file) => isCode(file) && /^(assembly|src)\//.test(file.path))
    .map(({ text }) => lineCount(text))
    .sort((a, b) => a - b);
  return lengths[lengths.length >> 1] ?? 0;
}
