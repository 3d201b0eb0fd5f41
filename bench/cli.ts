// npm run bench -- kv | durable | stream | open | edit-shadow | fences: figures against other
// stores, and of our own parts.
import { parseArgs } from 'node:util';
import { gatesOf as durableGatesOf } from './durable/rows.js';
import { runDurable } from './durable/run.js';
import { durableText } from './durable/text.js';
import { fencesText, runFences } from './fences/run.js';
import { runKv } from './kv/run.js';
import { gatesOf } from './kv/rows.js';
import { kvText } from './kv/text.js';
import { editShadowText, runEditShadow } from './micro/edit-shadow.js';
import { gatesOf as openGatesOf } from './open/rows.js';
import { runOpen } from './open/run.js';
import { openText } from './open/text.js';
import { gatesOf as streamGatesOf } from './stream/rows.js';
import { runStream } from './stream/run.js';
import { streamText } from './stream/text.js';

const USAGE = `npm run bench -- kv [--json] [--keys N] [--quick] [--gate]
npm run bench -- durable [--json] [--keys N] [--quick] [--gate]
npm run bench -- stream [--json] [--quick] [--gate]
npm run bench -- open [--json] [--quick] [--gate]
npm run bench -- edit-shadow [--json] [--quick]
npm run bench -- fences [--json] [--keys N] [--quick]

kv           our store against lmdb-js, better-sqlite3, classic-level, Map and our bare core
durable      puts that reach the disk, against lmdb-js, better-sqlite3 and classic-level
stream       messages between threads: our streams against what Node gives
open         opening stores of several sizes; what checkpoints cost writers
edit-shadow  a leaf insert through an edit shadow against a redo record written by hand
fences       our core without its fences against the same core with them
--json       one JSON array on stdout
--keys N     keys in every store, default 1000000; at least 1000
--quick      fewer keys and rounds: for a look, not for figures
--gate       exit code 1 when a gate is missed`;

const FAILED = 1;
const MISUSED = 2;
const KEYS_MIN = 1000;

interface Options {
  readonly json: boolean;
  readonly quick: boolean;
  readonly gate: boolean;
  readonly keys: number;
}

class Misuse extends Error {}

function readOptions(args: readonly string[]): Options & { readonly bench: string } {
  const { values, positionals } = parseArgs({
    args: [...args], allowPositionals: true,
    options: {
      json: { type: 'boolean', default: false }, quick: { type: 'boolean', default: false },
      gate: { type: 'boolean', default: false }, keys: { type: 'string' },
    },
  });
  const keys = Number(values.keys ?? (values.quick ? 100_000 : 1_000_000));
  if (!Number.isSafeInteger(keys) || keys < KEYS_MIN) {
    throw new Misuse(`--keys takes a number from ${KEYS_MIN}`);
  }
  if (positionals.length !== 1) throw new Misuse('name one bench');
  return { ...values, keys, bench: positionals[0] };
}

/** Prints the result and returns the exit code. */
async function kv({ json, quick, gate, keys }: Options): Promise<number> {
  const rows = await runKv({
    keys, perRound: quick ? 10_000 : 50_000, rounds: quick ? 7 : 21,
    tell: (step) => console.error(step),
  });
  console.log(json ? JSON.stringify(rows) : kvText(rows));
  return gate && gatesOf(rows).some(({ holds }) => !holds) ? FAILED : 0;
}

async function durable({ json, quick, gate, keys }: Options): Promise<number> {
  const rows = await runDurable({
    keys, loadRounds: quick ? 3 : 5, present: quick ? 20_000 : 200_000,
    perRound: quick ? 10_000 : 100_000, rounds: quick ? 3 : 7,
    tell: (step) => console.error(step),
  });
  console.log(json ? JSON.stringify(rows) : durableText(rows));
  return gate && durableGatesOf(rows).some(({ holds }) => !holds) ? FAILED : 0;
}

async function stream({ json, quick, gate }: Options): Promise<number> {
  const rows = await runStream({
    rounds: quick ? 3 : 15, share: quick ? 0.2 : 1, stamps: quick ? 200 : 3000,
    tell: (step) => console.error(step),
  });
  console.log(json ? JSON.stringify(rows) : streamText(rows));
  return gate && streamGatesOf(rows).some(({ holds }) => !holds) ? FAILED : 0;
}

async function opens({ json, quick, gate }: Options): Promise<number> {
  const sizes = quick
    ? [{ steps: 1, rounds: 3 }, { steps: 10, rounds: 3 }]
    : [{ steps: 1, rounds: 9 }, { steps: 10, rounds: 7 }, { steps: 100, rounds: 5 }];
  const rows = await runOpen({
    sizes, putRounds: quick ? 3 : 9, puts: quick ? 200_000 : 600_000,
    tell: (step) => console.error(step),
  });
  console.log(json ? JSON.stringify(rows) : openText(rows));
  return gate && openGatesOf(rows).some(({ holds }) => !holds) ? FAILED : 0;
}

async function editShadow({ json, quick }: Options): Promise<number> {
  const rows = await runEditShadow(quick ? 20 : 200);
  console.log(json ? JSON.stringify(rows) : editShadowText(rows));
  return 0;
}

async function fences({ json, quick, keys }: Options): Promise<number> {
  const rows = await runFences({
    keys, perRound: quick ? 2000 : 5000, rounds: quick ? 21 : 201,
    tell: (step) => console.error(step),
  });
  console.log(json ? JSON.stringify(rows) : fencesText(rows));
  return 0;
}

async function main(args: readonly string[]): Promise<number> {
  try {
    const options = readOptions(args);
    if (options.bench === 'kv') return await kv(options);
    if (options.bench === 'durable') return await durable(options);
    if (options.bench === 'stream') return await stream(options);
    if (options.bench === 'open') return await opens(options);
    if (options.bench === 'edit-shadow') return await editShadow(options);
    if (options.bench === 'fences') return await fences(options);
    throw new Misuse(`there is no bench '${options.bench}'`);
  } catch (error) {
    const isMisuse = error instanceof Misuse || (error instanceof TypeError && 'code' in error);
    console.error(isMisuse ? `${error.message}\n\n${USAGE}` : error);
    return isMisuse ? MISUSED : FAILED;
  }
}

process.exitCode = await main(process.argv.slice(2));
