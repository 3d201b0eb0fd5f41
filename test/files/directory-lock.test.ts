/**
 * The lock of a directory: one holder at a time, and never one that is gone.
 */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { lockDirectory } from '../../src/host/node/directory-lock.js';

const ROOT = dirname(createRequire(import.meta.url).resolve('millrace/package.json'));
const MODULE = join(ROOT, 'dist', 'host', 'node', 'directory-lock.js');

/** Takes the lock in a process of its own and says what came of it. */
const HOLDER = `
  import(process.argv[1]).then(({ lockDirectory }) => lockDirectory(...process.argv.slice(2)))
    .then(() => console.log('held'), (error) => console.log(error.code));
  setInterval(() => undefined, 1000);
`;

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'millrace-lock-'));
});

afterEach(() => {
  rmSync(directory, { recursive: true });
});

/** A process that tries to take the lock, and its word on it. */
async function holder(platform: NodeJS.Platform) {
  const child = spawn(process.execPath, ['-e', HOLDER, MODULE, directory, platform], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [said] = await once(child.stdout, 'data') as [Buffer];
  const end = async (): Promise<void> => {
    child.kill('SIGKILL');
    await once(child, 'exit');
  };
  return { said: String(said).trim(), end };
}

// Linux has names for sockets; elsewhere they are files, which works here, too.
describe.each(['linux', 'darwin'] as const)('a lock as on %s', (platform) => {
  const lock = () => lockDirectory(directory, platform);

  test('is refused to a second holder in this process until it is given back', async () => {
    const release = await lock();
    await expect(lock()).rejects.toMatchObject({ name: 'MillraceError', code: 'LOCKED' });
    await expect(lock()).rejects.toThrow(directory);
    release();
    (await lock())();
  });

  test('is refused to another process, and the other way round', async () => {
    const release = await lock();
    const refused = await holder(platform);
    expect(refused.said).toBe('LOCKED');
    await refused.end();
    release();
    const other = await holder(platform);
    expect(other.said).toBe('held');
    await expect(lock()).rejects.toMatchObject({ code: 'LOCKED' });
    await other.end();
  });

  test('is free as soon as its holder was killed, every time', async () => {
    for (let i = 0; i < 3; i++) {
      const { said, end } = await holder(platform);
      expect(said).toBe('held');
      await end();
    }
    (await lock())();
  });

  test('goes to one of many who ask at once', async () => {
    const results = await Promise.allSettled(Array.from({ length: 8 }, lock));
    const held = results.flatMap((result) => (result.status === 'fulfilled' ? [result] : []));
    expect(held).toHaveLength(1);
    held[0].value();
  });

  test('does not keep its process alive', () => {
    const script = HOLDER.replace(/setInterval.*/, '');
    const said = execFileSync(process.execPath, ['-e', script, MODULE, directory, platform]);
    expect(String(said).trim()).toBe('held');
  });
});

test('socket files of the dead and of the refused do not pile up', async () => {
  for (let i = 0; i < 5; i++) (await lockDirectory(directory, 'darwin'))();
  const release = await lockDirectory(directory, 'darwin');
  await expect(lockDirectory(directory, 'darwin')).rejects.toMatchObject({ code: 'LOCKED' });
  release();
  expect(readdirSync(directory)).toEqual(['lock.6']);
});

test('a directory that is not there cannot be locked', async () => {
  await expect(lockDirectory(join(directory, 'no')))
    .rejects.toMatchObject({ code: 'IO_ERROR', cause: { code: 'ENOENT' } });
});

test('a path that is too long for a socket file is said to be so', async () => {
  const long = join(directory, 'x'.repeat(100));
  mkdirSync(long);
  await expect(lockDirectory(long, 'darwin')).rejects.toMatchObject({ code: 'IO_ERROR' });
  expect(readdirSync(long)).toEqual([]);
});
