import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const root = dirname(createRequire(import.meta.url).resolve('../../package.json'));

test('calls go through Comlink, data through the store', async () => {
  const program = join(root, 'build', 'js', 'examples', 'comlink', 'main.js');
  const { stdout } = await promisify(execFile)(process.execPath, [program, 'b a b']);
  expect(stdout).toBe('3 words\n  1 a\n  2 b\n');
});
