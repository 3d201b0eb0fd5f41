/**
 * Two processes and one directory.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { open } from 'millrace';
import { expect, test } from 'vitest';
import { SMALL, compiled, newDirectory, opened } from './support.js';

/** A process that has the store open, with one write of each level. */
async function holder(directory: string) {
  const child = spawn(process.execPath, [fileURLToPath(compiled('holder')), directory], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const errors: Buffer[] = [];
  child.stderr.on('data', (chunk: Buffer) => errors.push(chunk));
  const [said] = await once(child.stdout, 'data') as [Buffer];
  const end = async (signal: NodeJS.Signals): Promise<string> => {
    child.kill(signal);
    await once(child, 'exit');
    return Buffer.concat(errors).toString();
  };
  return { said: String(said).trim(), end };
}

test('a killed process leaves what was durable, and the directory is free at once', async () => {
  const directory = newDirectory();
  for (let i = 1; i <= 3; i++) {
    const { said, end } = await holder(directory);
    expect(said).toBe(`opened with ${i - 1}`);
    await expect(open(directory)).rejects.toMatchObject({ code: 'LOCKED' });
    // Neither warnings nor errors: node:wasi would print one of its own.
    expect(await end('SIGKILL')).toBe('');
  }
  const store = await opened<string, number>(directory);
  expect(store.get('flushed')).toBe(3);
  expect(store.get('synced')).toBe(3);
  expect(store.check().problems).toEqual([]);
});

test('a process that finds the directory taken is told so', async () => {
  const directory = newDirectory();
  const store = await opened(directory, SMALL);
  const { said, end } = await holder(directory);
  expect(said).toBe('LOCKED');
  await end('SIGKILL');
  await store.close();
});
