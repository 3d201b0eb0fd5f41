/**
 * npm run powerloss: records running stores, cuts their power in any moment, and opens what an
 * honest medium may have kept.
 */
import { misuse, readOptions, wholeNumber } from '../command-line.js';
import { replay, runCampaign } from './runs.js';

const USAGE = `npm run powerloss -- [--images N] [--seed N] [--json] [--replay SEED.SESSION.IMAGE]
Records what running stores ask of their files, and opens N images (default 2000) of what a loss of
power may have left. What is wrong is told with a --replay that opens the image again.`;

const values = readOptions(USAGE, {
  images: { type: 'string', default: '2000' },
  seed: { type: 'string', default: '1' },
  replay: { type: 'string' },
  json: { type: 'boolean', default: false },
});
const write = values.json ? process.stderr : process.stdout;
const print = (line: string): void => { write.write(`${line}\n`); };

async function again(what: string): Promise<void> {
  const numbers = /^(\d+)\.(\d+)\.(\d+)$/.exec(what)?.slice(1).map(Number);
  if (numbers === undefined) misuse(USAGE, '--replay takes three numbers with dots between them');
  const [seed, session, image] = numbers;
  const { mode, moment, wrong } = await replay(seed, session, image);
  print(`${mode} at call ${moment}: ${wrong ?? 'right'}`);
  if (wrong !== undefined) process.exitCode = 1;
}

async function campaign(): Promise<void> {
  const report = await runCampaign({
    images: wholeNumber(USAGE, 'images', values.images, 1),
    seed: wholeNumber(USAGE, 'seed', values.seed, 0),
    print,
  });
  print(`${report.images} images of ${report.sessions} sessions (${report.calls} calls, ` +
    `${report.checkpoints} checkpoints), ${report.wrong} wrong, ${report.seconds.toFixed(1)} s`);
  for (const [mode, { images, wrong }] of Object.entries(report.by_mode)) {
    print(`  ${mode}: ${images} images, ${wrong} wrong`);
  }
  if (report.wrong > 0) process.exitCode = 1;
  if (values.json) process.stdout.write(`${JSON.stringify(report)}\n`);
}

await (values.replay === undefined ? campaign() : again(values.replay));
