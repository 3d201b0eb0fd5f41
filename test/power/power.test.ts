/**
 * Loss of power, in the short form of `npm run powerloss`, and the proof that it sees what it looks
 * for.
 */
import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, test } from 'vitest';
import { Images } from './campaign.js';
import { powerBugs } from './planted.js';
import type { Report } from './runs.js';
import { NOTHING, record, type Session } from './session.js';

const root = dirname(createRequire(import.meta.url).resolve('millrace/package.json'));
const compiled = (name: string): string => join(root, 'build', 'js', 'test', 'power', `${name}.js`);
const urlOf = (name: string): string => pathToFileURL(compiled(name)).href;

test('what is left when the power is lost opens, with all that was synced', async () => {
  const { stdout } = await promisify(execFile)(
    process.execPath, [compiled('cli'), '--images', '450', '--json']);
  const { images, wrong, by_mode } = JSON.parse(stdout) as Report;
  expect({ images, wrong }).toEqual({ images: 450, wrong: 0 });
  for (const mode of Object.values(by_mode)) expect(mode.images).toBe(50);
});

describe('a store that forgets something is found out', () => {
  const MOST = 900;
  let session: Session;

  beforeAll(async () => {
    session = await record({
      seed: 7, files: new Map(), facts: NOTHING, operations: 400, kills: false,
      millrace: pathToFileURL(join(root, 'dist', 'index.js')).href,
      recorder: urlOf('recorder'), worker: urlOf('worker'),
    });
  });

  test.each(powerBugs.map((bug) => [bug.name, bug] as const))('%s', async (_, bug) => {
    const numbers = [...Array(MOST).keys()];
    let wrong: string | undefined;
    for await (const outcome of new Images(session, bug).outcomes(numbers)) {
      wrong = outcome.wrong;
      if (wrong !== undefined) break;
    }
    expect(wrong).toBeDefined();
  });
});
