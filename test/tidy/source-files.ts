/**
 * The project's source files, for the tests that read them instead of running them.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A file: its path relative to the root, with forward slashes, and its text. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

const FOLDERS = ['assembly', 'src', 'bin', 'test', 'bench', 'examples', 'scripts', 'docs', '.ci'];
const GENERATED = new Set(['src/core-wasm.ts', 'src/layout.ts']);

function pathsUnder(root: string, folder: string): string[] {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return entry.name === 'node_modules' ? [] : pathsUnder(root, path);
    return GENERATED.has(path) ? [] : [path];
  });
}

/** All source and documentation files below root that people write. */
export function sourceFiles(root: string): SourceFile[] {
  const top = readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isFile()).map((entry) => entry.name);
  return [...top, ...FOLDERS.flatMap((folder) => pathsUnder(root, folder))]
    .filter((path) => /\.(ts|mjs|js|json|md|html|css)$|^\.ci\/run$/.test(path))
    .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));
}

export const isCode = ({ path }: SourceFile): boolean => /\.(ts|mjs|js)$/.test(path);
export const isCore = ({ path }: SourceFile): boolean => path.startsWith('assembly/');

/** AssemblyScript: the core, and the modules that tests compile with parts of it. */
export const isAssemblyScript = (file: SourceFile): boolean =>
  isCore(file) || /^(test|bench)\/.*fixtures\/.*\.ts$/.test(file.path);
