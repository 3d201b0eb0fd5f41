/**
 * Random walks through many lives of one store: each is opened lazily, written to while it is being
 * loaded, and killed.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { live, sorted } from './lazy-walker.js';
import { compiled, newDirectory, opened } from './support.js';

const LIVES = 6;

async function liveAndDie(directory: string, seed: number, life: number): Promise<void> {
  const path = fileURLToPath(compiled('lazy-walker'));
  const child = spawn(process.execPath, [path, directory, String(seed), String(life)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exit = once(child, 'exit');
  const said = await Promise.race([once(child.stdout, 'data'), exit]);
  expect(String(said[0])).toBe('lived\n');
  child.kill('SIGKILL');
  await exit;
}

test.each([1, 2])('walk %d', async (seed) => {
  const directory = newDirectory();
  const model = new Map<string, string>();
  for (let life = 0; life < LIVES; life++) {
    await liveAndDie(directory, seed, life);
    live(seed, life, model);
  }
  const store = await opened<string, string>(directory);
  expect([...store.entries()]).toEqual(sorted(model));
  await store.loaded();
  expect(store.check().problems).toEqual([]);
});
