// Build step: the constants of assembly/layout/ as TypeScript, for the host and for the programs
// that inspect a region. Usage: node scripts/gen-layout.mjs (writes src/layout.ts).
//
// The compiler is the only one who knows the values (offsetof, computed masks), so it is asked: a
// generated entry exports every constant and every field offset through a function, and the
// instance tells. This is where @assemblyscript/loader has its place: one thread, a memory of its
// own. The core cannot use it, because its managed runtime must not meet several threads.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { instantiateSync } from '@assemblyscript/loader';
import { at, ROOT } from './lib/paths.mjs';

const FOLDER = 'assembly/layout';
const ENTRY = 'assembly/layout-inspector.ts';
const OUTPUT = ['src', 'layout.ts'];

const CONSTANT = /^(?:@inline )?export const (\w+): (\w+) =/gm;
const CLASS = /^@unmanaged export class (\w+) \{\n((?: {2}\w+: \w+;\n)+)\}/gm;
const FIELD = /^ {2}(\w+): \w+;$/gm;

const camelCase = (name) => name.replace(/-(\w)/g, (_, letter) => letter.toUpperCase());

/** What one layout file declares: { group, file, constants: [{ name, type }], classes }. */
function declarationsOf(fileName) {
  const file = fileName.replace(/\.ts$/, '');
  const text = readFileSync(at(FOLDER, fileName), 'utf8');
  const constants = Array.from(text.matchAll(CONSTANT), ([, name, type]) => ({ name, type }));
  const classes = Array.from(text.matchAll(CLASS), ([, name, body]) => ({
    name, fields: Array.from(body.matchAll(FIELD), ([, field]) => field),
  }));
  return { group: camelCase(file), file, constants, classes };
}

/** AssemblyScript that exports each value as a function without arguments. */
function inspectorSource(files) {
  return files.filter(({ constants, classes }) => constants.length + classes.length > 0)
    .flatMap(({ group, file, constants, classes }) => {
      const names = [...constants, ...classes].map(({ name }) => `${name} as ${group}_${name}`);
      return [
        `import { ${names.join(', ')} } from "./layout/${file}";`,
        ...constants.map(({ name }) =>
          `export function ${group}__${name}(): u64 { return <u64>${group}_${name}; }`),
        ...classes.flatMap(({ name, fields }) => [
          `export function ${group}__${name}__BYTES(): u64 { ` +
            `return offsetof<${group}_${name}>(); }`,
          ...fields.map((field) => `export function ${group}__${name}__${field}(): u64 { ` +
            `return offsetof<${group}_${name}>("${field}"); }`),
        ]),
      ];
    }).join('\n');
}

/** Compiles the source beside the layout files, without writing it to disk, and instantiates it. */
async function inspect(source) {
  const { default: asc } = await import('assemblyscript/asc');
  let binary;
  const read = (name) => {
    try {
      return readFileSync(at(name), 'utf8');
    } catch {
      return null; // The compiler asks for several places before it finds a file.
    }
  };
  const { error } = await asc.main(
    [ENTRY, '--baseDir', ROOT, '--outFile', 'inspector.wasm', '--runtime', 'stub', '-O3',
      '--noAssert', '--use', 'abort=', '--enable', 'threads', '--enable', 'simd'],
    {
      stdout: process.stderr,
      stderr: process.stderr,
      readFile: (name) => (name === ENTRY ? source : read(name)),
      writeFile: (name, contents) => {
        if (name.endsWith('.wasm')) binary = contents;
      },
      listFiles: () => [],
    },
  );
  if (error) throw error;
  return instantiateSync(binary).exports;
}

/** Values by group and name: u64 as bigint, everything else as number, classes as field offsets. */
function valuesOf(files, exported) {
  const layout = {};
  for (const { group, constants, classes } of files) {
    const values = {};
    for (const { name, type } of constants) {
      const value = BigInt.asUintN(64, exported[`${group}__${name}`]());
      values[name] = type === 'u64' ? value : Number(value);
    }
    for (const { name, fields } of classes) {
      values[name] = Object.fromEntries([...fields, 'BYTES'].map((field) =>
        [field, Number(exported[`${group}__${name}__${field}`]())]));
    }
    if (Object.keys(values).length > 0) layout[group] = values;
  }
  return layout;
}

const text = (value) => (typeof value === 'bigint' ? `0x${value.toString(16)}n` : `${value}`);

/** `name: value` lines of a nested object. */
function linesOf(object, indent) {
  return Object.entries(object).flatMap(([name, value]) => (typeof value === 'object'
    ? [`${indent}${name}: {`, ...linesOf(value, `${indent}  `), `${indent}},`]
    : [`${indent}${name}: ${text(value)},`]));
}

/** FNV-1a over the lines: any name or value that differs gives another number. */
function fingerprintOf(lines) {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(lines.join('\n'))) {
    hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  }
  return hash;
}

const files = readdirSync(at(FOLDER)).filter((name) => name.endsWith('.ts')).sort()
  .map(declarationsOf);
const lines = linesOf(valuesOf(files, await inspect(inspectorSource(files))), '  ');
writeFileSync(at(...OUTPUT), [
  '/**',
  ' * Offsets, sizes and masks of the region, by file of assembly/layout/. Generated by',
  ' * scripts/gen-layout.mjs; u64 constants are bigints, classes are the offsets of their fields.',
  ' */',
  'export const LAYOUT = {', ...lines, '} as const;',
  '',
  '/** Hash over all names and values: regions of another layout are refused. */',
  `export const LAYOUT_FINGERPRINT: number = ${fingerprintOf(lines)};`,
  '',
].join('\n'));
