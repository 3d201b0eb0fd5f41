// Runs the compiled campaign, as npm run ops does.

import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { BackupsReport } from './backups.js';
import type { SalvagesReport } from './salvages.js';

const ROOT = dirname(createRequire(import.meta.url).resolve('millrace/package.json'));

/** What it prints with --json. Rejects when it prints none. */
export function runOps(args: readonly string[]): Promise<BackupsReport & SalvagesReport> {
  const program = join(ROOT, 'build', 'js', 'test', 'ops', 'cli.js');
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [program, ...args, '--json'], (error, out, text) => {
      if (out !== '') resolve(JSON.parse(out) as BackupsReport & SalvagesReport);
      else reject(new Error(text, { cause: error }));
    });
  });
}
