// The package's command line, as a process of its own.

import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { open } from 'millrace';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const { bin } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
  bin: { millrace: string };
};
const PROGRAM = join(ROOT, bin.millrace);

const parent = mkdtempSync(join(tmpdir(), 'millrace-cli-'));
const store = join(parent, 'store');

afterAll(() => rmSync(parent, { recursive: true }));

function millrace(args: readonly string[], input = '') {
  const { status, stdout, stderr } = spawnSync(process.execPath, [PROGRAM, ...args], {
    encoding: 'utf8', input,
  });
  return { status, stdout, stderr };
}

const said = (stdout: string, status = 0) => ({ status, stdout, stderr: '' });

describe('a store', () => {
  beforeAll(() => {
    expect(millrace(['put', store, '["user",7]', '{"name":"Ada"}', '--create'])).toEqual(said(''));
    expect(millrace(['put', store, '7', 'seven', '--json'])).toEqual(said('{"put":1}\n'));
    expect(millrace(['put', store, '7', '70', '--text'])).toEqual(said(''));
    expect(millrace(['put', store, '{"$bigint":"-12345678901234567890"}', '-'], '[1,2]'))
      .toEqual(said(''));
  });

  test('gives back what was put', () => {
    expect(millrace(['get', store, '["user",7]'])).toEqual(said('{"name":"Ada"}\n'));
    expect(millrace(['get', store, '7', '--json']))
      .toEqual(said('{"found":true,"value":"seven"}\n'));
    expect(millrace(['get', store, '"7"'])).toEqual(said('"70"\n'));
    expect(millrace(['get', store, '7', '--text', '--value-encoding', 'utf8']))
      .toEqual(said('"70"\n'));
  });

  test('says what is not there', () => {
    expect(millrace(['get', store, '--', '-5'])).toEqual(said('', 1));
    expect(millrace(['get', store, '8', '--json'])).toEqual(said('{"found":false}\n', 1));
    expect(millrace(['del', store, '8', '--json'])).toEqual(said('{"deleted":0}\n', 1));
  });

  test('is scanned in order, and what it prints can be put again', () => {
    const lines = ['{"$bigint":"-12345678901234567890"}\t[1,2]', '7\t"seven"', '"7"\t"70"',
      '["user",7]\t{"name":"Ada"}', ''];
    expect(millrace(['scan', store])).toEqual(said(lines.join('\n')));
    expect(millrace(['scan', store, '--gte', '7', '--lt', '["user"]', '--keys']))
      .toEqual(said('7\n"7"\n'));
    expect(millrace(['scan', store, '--reverse', '--limit', '1', '--json']))
      .toEqual(said('[["user",7],{"name":"Ada"}]\n'));
    expect(millrace(['scan', store, '--prefix', '["user"]', '--value-encoding', 'binary']))
      .toEqual(said('["user",7]\t7b226e616d65223a22416461227d\n'));
    expect(millrace(['scan', store, '--limit', '0'])).toEqual(said(''));
  });

  test('loses what is deleted', () => {
    expect(millrace(['put', store, 'gone', '1'])).toEqual(said(''));
    expect(millrace(['del', store, 'gone', '--json'])).toEqual(said('{"deleted":1}\n'));
    expect(millrace(['get', store, 'gone'])).toEqual(said('', 1));
  });

  test('is inspected', () => {
    const { status, stdout } = millrace(['check', store, '--json']);
    expect(JSON.parse(stdout)).toMatchObject({ ok: true, problems: [], keys: 4 });
    expect(status).toBe(0);
    expect(millrace(['check', store]).stdout).toMatch(/^4 keys, .*\nnothing is wrong\n$/);
  });

  test('has its files and sizes told', () => {
    const { status, stdout } = millrace(['stat', store, '--json']);
    const { bytes, files, journal } = JSON.parse(stdout) as {
      bytes: { region: number }; files: { name: string; bytes: number }[]; journal: object;
    };
    expect(bytes.region).toBe(2 ** 30);
    expect(journal).toMatchObject({ isPoisoned: false });
    expect(files.find(({ name }) => name === 'image')!.bytes)
      .toBe(statSync(join(store, 'image')).size);
    expect(status).toBe(0);
    expect(millrace(['stat', store]).stdout).toMatch(/^region: 1,073,741,824 bytes, /);
  });
});

describe('streams', () => {
  const streams = join(parent, 'streams');

  beforeAll(async () => {
    const filled = await open(streams);
    const words = filled.createStream('words', { partitions: 2 });
    words.subscribe({ group: 'readers' }).close();
    for (const [i, word] of ['one', 'two', 'three', '"four"'].entries()) {
      words.push(Buffer.from(word), { partition: i % 2 });
    }
    filled.createStream('rows', { rowBytes: 4 }).push(new Uint8Array([1, 2, 3, 255]));
    await filled.close();
  });

  test('are shown without moving a group', () => {
    const lines = ['0\t0\t"one"', '0\t1\t"three"', '1\t0\t"two"', '1\t1\t"\\"four\\""', ''];
    expect(millrace(['tail', streams, 'words'])).toEqual(said(lines.join('\n')));
    expect(millrace(['tail', streams, 'words', '--from', 'latest', '--limit', '1']))
      .toEqual(said(`${lines[1]}\n${lines[3]}\n`));
    expect(millrace(['tail', streams, 'words', '--from', '1', '--partition', '0', '--json']))
      .toEqual(said('{"partition":0,"offset":1,"text":"three"}\n'));
    expect(millrace(['tail', streams, 'rows'])).toEqual(said('0\t0\t010203ff\n'));
    expect(millrace(['stat', streams]).stdout)
      .toMatch(/\nstream words: 2 partitions, 4 messages, readers 4 behind\n/);
    expect(JSON.parse(millrace(['stat', streams, '--json']).stdout)).toMatchObject({ streams: [
      { name: 'rows', partitions: 1, rowBytes: 4, appended: 1, lag: {} },
      { name: 'words', partitions: 2, rowBytes: 0, appended: 4, lag: { readers: 4 } },
    ] });
  });

  test('that are not there are said to be missing', () => {
    const { status, stderr } = millrace(['tail', streams, 'letters']);
    expect(stderr).toMatch(/^millrace: STREAM_NOT_FOUND: .*\n$/);
    expect(status).toBe(1);
    expect(millrace(['tail', streams, 'words', '--partition', '2'])).toMatchObject({ status: 2 });
  });
});

describe('encodings', () => {
  test('binary keys and values are hexadecimal digits', () => {
    const bytes = join(parent, 'bytes');
    const binary = ['--key-encoding', 'binary', '--value-encoding', 'binary'];
    expect(millrace(['put', bytes, '00ff', '-', '--create', ...binary], '\n'))
      .toEqual(said(''));
    expect(millrace(['scan', bytes, ...binary])).toEqual(said('00ff\t0a\n'));
    expect(millrace(['scan', bytes, '--json', ...binary])).toEqual(said('["00ff","0a"]\n'));
    expect(millrace(['get', bytes, '0', ...binary])).toMatchObject({ status: 2, stdout: '' });
  });

  test('another encoding than the one that was used is refused', () => {
    const { status, stderr } = millrace(['scan', store, '--key-encoding', 'utf8']);
    expect(stderr).toMatch(/^millrace: ENCODING: .*\n$/);
    expect(status).toBe(5);
  });
});

describe('a directory that cannot be used', () => {
  test('is not there: no store is made by looking', () => {
    const nowhere = join(parent, 'nowhere');
    for (const command of [['stat'], ['check'], ['scan'], ['get', 'a'], ['put', 'a', '1']]) {
      const [name, ...rest] = command;
      const { status, stderr } = millrace([name, nowhere, ...rest]);
      expect(stderr).toMatch(/^millrace: IO_ERROR: .*ENOENT.*\n$/);
      expect(status).toBe(4);
    }
  });

  test('is open elsewhere', async () => {
    const held = await open(store, { createIfMissing: false });
    try {
      const { status, stderr } = millrace(['get', store, '7']);
      expect(stderr).toMatch(/^millrace: LOCKED: .*\n$/);
      expect(status).toBe(3);
    } finally {
      await held.close();
    }
  });

  test('is damaged', () => {
    const damaged = join(parent, 'damaged');
    expect(millrace(['put', damaged, 'a', '1', '--create'])).toEqual(said(''));
    const image = readFileSync(join(damaged, 'image'));
    image[image.length >> 1] ^= 1;
    writeFileSync(join(damaged, 'image'), image);
    const flipped = millrace(['check', damaged]);
    expect(flipped.stderr).toMatch(/^millrace: CORRUPT: The file image .*\n$/);
    expect(flipped.status).toBe(4);
    truncateSync(join(damaged, 'image'), 10);
    expect(millrace(['check', damaged])).toMatchObject({ status: 4, stdout: '' });
  });
});

describe('operations', () => {
  const at = (name: string): string => join(parent, name);

  test('back a store up, and restore it', () => {
    millrace(['put', at('one'), '1', '"value"', '--create']);
    const made = millrace(['backup', at('one'), at('copy'), '--json']);
    expect(JSON.parse(made.stdout)).toMatchObject({ segment: 1 });
    expect(millrace(['backup', at('one'), at('copy')]).status).toBe(4);
    expect(millrace(['restore', at('copy'), at('two')]).stdout).toMatch(/^1 keys, /);
    expect(millrace(['restore', at('copy'), at('two')]).status).toBe(4);
    expect(millrace(['get', at('two'), '1'])).toEqual(said('"value"\n'));
    expect(millrace(['compact', at('two')])).toEqual(said('0 frames cleaned\n'));
    expect(millrace(['check', at('two'), '--full']).stdout).toMatch(/nothing is wrong\n$/);
  });

  test('export and import', () => {
    for (const key of ['1', '2', '3']) millrace(['put', at('from'), key, key, '--create']);
    const { stdout } = millrace(['export', at('from'), '--gte', '2']);
    expect(stdout.split('\n').slice(1, -2)).toEqual(['{"key":2,"value":2}', '{"key":3,"value":3}']);
    expect(millrace(['export', at('from'), at('file')])).toEqual(said(''));
    expect(millrace(['export', at('from'), at('file')]).status).toBe(5);
    expect(millrace(['import', at('to'), at('file'), '--create']))
      .toEqual(said('3 entries, 0 messages\n'));
    expect(millrace(['import', at('to'), '--json'], stdout).stdout).toMatch(/"entries":2/);
    const broken = millrace(['import', at('to')], `${stdout.split('\n')[0]}\n{"key":1\n`);
    expect(broken.status).toBe(5);
    expect(broken.stderr).toBe('millrace: ENCODING: Line 2: The line is no JSON.\n');
    expect(millrace(['export', at('from'), '--stream', 'none']).status).toBe(1);
  });

  test('end early by a signal, with a code of their own', async () => {
    const child = spawn(process.execPath, [PROGRAM, 'import', at('waiting'), '--create']);
    const ended = new Promise((resolve) => child.once('exit', resolve));
    const { stdout: empty } = millrace(['export', at('one'), '--lt', '0']);
    const value = 'v'.repeat(50);
    const lines = Array.from({ length: 20_000 }, (_, key) => JSON.stringify({ key, value }));
    child.stdin.write([empty.split('\n')[0], ...lines, ''].join('\n'));
    // More than a pipe takes: the import has begun when some of it is gone.
    await new Promise((resolve) => child.stdin.once('drain', resolve));
    child.kill('SIGINT');
    expect(await ended).toBe(6);
    expect(millrace(['check', at('waiting')]).status).toBe(0);
  });

  test('salvage says what is lost', () => {
    millrace(['put', at('hurt'), '1', '"value"', '--create']);
    expect(millrace(['salvage', at('hurt')])).toMatchObject({ status: 0 });
    truncateSync(join(at('hurt'), 'image'), 10);
    const found = millrace(['salvage', at('hurt'), at('rescued'), '--report', at('report')]);
    expect(found.status).toBe(1);
    expect(found.stdout).toMatch(/^image at byte 0: its header is damaged\n/);
    const report: unknown = JSON.parse(readFileSync(at('report'), 'utf8'));
    expect(report).toMatchObject({ reachable: 0, loose: 1 });
    expect(millrace(['get', at('rescued'), '1'])).toEqual(said('"value"\n'));
  });
});

describe('the command line', () => {
  test('explains itself', () => {
    const { status, stdout, stderr } = millrace(['--help']);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const names = Array.from(stdout.matchAll(/^ {2}(\w+) DIR/gm), ([, name]) => name);
    expect(names.length).toBe(13);
    for (const name of names) {
      const help = millrace([name, '--help']);
      expect(help.stdout).toContain(`usage: millrace ${name} DIR`);
      expect(help.stdout).toContain('exit codes: 0 done');
      expect(help).toMatchObject({ status: 0, stderr: '' });
    }
  });

  test.each([
    [[], 'name a command'],
    [['drop', 'x'], "there is no command 'drop'"],
    [['get', 'x'], 'millrace get DIR KEY'],
    [['get', 'x', 'y', 'z'], 'millrace get DIR KEY'],
    [['stat', ''], 'DIR is the path of a directory'],
    [['get', 'x', '{}'], 'an object is no key: {}'],
    [['get', 'x', '{"$bytes":"0"}'], 'bytes are pairs of hexadecimal digits, not "0"'],
    [['scan', 'x', '--limit', 'ten'], "--limit takes a whole number from 0 on, not 'ten'"],
    [['scan', 'x', '--key-encoding', 'ebcdic'], '--key-encoding must be one of ordered, utf8'],
    [['tail', 'x', 'y', '--from', 'now'], "--from takes earliest, latest or a number"],
    [['scan', 'x', '--fast'], "Unknown option '--fast'"],
  ])('%j is misuse', (args, message) => {
    const { status, stdout, stderr } = millrace(args);
    expect(stderr.startsWith(`millrace: USAGE: ${message}`)).toBe(true);
    expect(stderr.split('\n').length).toBe(2);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  });

  test('a reader that has had enough is no failure', () => {
    const command = `"${process.execPath}" "${PROGRAM}" scan "${store}" | true`;
    const { stderr } = spawnSync('sh', ['-c', command], { encoding: 'utf8' });
    expect(stderr).toBe('');
  });
});
