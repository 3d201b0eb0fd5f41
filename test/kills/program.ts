/**
 * Runs the compiled programs of this folder, as `npm run` does, for the tests.
 */
import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';

const root = dirname(createRequire(import.meta.url).resolve('millrace/package.json'));

/** The compiled file of this folder with that name. */
export function compiled(name: string): URL {
  return pathToFileURL(join(root, 'build', 'js', 'test', 'kills', `${name}.js`));
}

/** What a program prints with --json. Rejects, with what it printed, when it fails. */
export function report<T>(name: string, ...args: string[]): Promise<T> {
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [compiled(name).pathname, ...args, '--json'], (error, out, text) => {
      if (error === null) resolve(JSON.parse(out) as T);
      else reject(new Error(`${name} ${args.join(' ')} failed: ${text}${out}`, { cause: error }));
    });
  });
}
