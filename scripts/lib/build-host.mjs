// Build steps for TypeScript: src/ to dist/ with declarations (what is published), and the
// programs of test/, bench/ and examples/ to build/js/ (so that plain Node 20 can run them).
import {
  cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { at, ROOT } from './paths.mjs';
import { runNode } from './run.mjs';
import { filesUnder } from './stale.mjs';

const LAYOUT_GENERATOR = 'scripts/gen-layout.mjs';

/** Puts a finished folder in the place of the old one, so that no reader meets a half of it. */
function replaceFolder(finished, target) {
  const old = `${target}.old`;
  rmSync(at(old), { recursive: true, force: true });
  if (existsSync(at(target))) renameSync(at(target), at(old));
  renameSync(at(finished), at(target));
  rmSync(at(old), { recursive: true, force: true });
}

/** Turns the constants of assembly/layout into src/layout.ts. */
export function generateLayout() {
  if (existsSync(at(LAYOUT_GENERATOR))) runNode([LAYOUT_GENERATOR]);
}

/** Transpiles the files one by one, at the same relative paths below a base. */
async function transpile(entryPoints, outbase, outdir, sourcemap) {
  const { build } = await import('esbuild');
  await build({
    absWorkingDir: ROOT, entryPoints, outbase, outdir, sourcemap,
    format: 'esm', platform: 'node', target: 'node20', sourcesContent: false,
    logLevel: 'warning',
  });
}

/** Compiles src/ to dist/; throws when a type is wrong. bin/ imports the package by its name. */
export async function buildHost() {
  rmSync(at('dist.new'), { recursive: true, force: true });
  const compiler = at('node_modules', 'typescript', 'bin', 'tsc');
  runNode([compiler, '-p', 'tsconfig.build.json', '--outDir', 'dist.new']);
  await transpile(filesUnder('bin'), 'bin', 'dist.new/bin', false);
  replaceFolder('dist.new', 'dist');
}

/** Folders whose TypeScript becomes plain programs under build/js/, at the same relative paths. */
export const PROGRAM_FOLDERS = ['src', 'test', 'bench', 'examples'];

/** Not programs: package files of bench/, and AssemblyScript in fixtures of tests and benches. */
const isOther = (file) =>
  /(^|[/\\])(package(-lock)?\.json|\.npmrc)$|^(test|bench)[/\\].*fixtures[/\\]/.test(file);

const isProgram = (file) =>
  file.endsWith('.ts') && !file.endsWith('.d.ts') && !file.endsWith('.test.ts');

/** The names with `#` mean files of dist/ to the package, and files beside them to the programs. */
function writeImports(target) {
  const { type, imports } = JSON.parse(readFileSync(at('package.json'), 'utf8'));
  const text = JSON.stringify({ type, imports }).replaceAll('./dist/', './');
  writeFileSync(at(target, 'src', 'package.json'), `${text}\n`);
}

/** Transpiles each program file by itself; types are the business of `npm run typecheck`. */
export async function buildPrograms() {
  const target = 'build/js.new';
  rmSync(at(target), { recursive: true, force: true });
  mkdirSync(at(target), { recursive: true });
  const files = PROGRAM_FOLDERS.flatMap(filesUnder).filter((file) => !isOther(file));
  await transpile(files.filter(isProgram), '.', target, true);
  writeImports(target);
  for (const file of files.filter((name) => !name.endsWith('.ts'))) {
    mkdirSync(at(target, dirname(file)), { recursive: true });
    cpSync(at(file), at(target, file));
  }
  replaceFolder(target, 'build/js');
}
