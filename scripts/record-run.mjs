// node scripts/record-run.mjs NAME [ARGUMENTS]: runs `npm run NAME -- ARGUMENTS --json` and keeps
// what it printed under docs/runs/, with date, commit and machine. For runs that are made once.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { at } from './lib/paths.mjs';

const [name, ...rest] = process.argv.slice(2);
if (name === undefined) {
  process.stderr.write('node scripts/record-run.mjs NAME [ARGUMENTS]\n');
  process.exit(2);
}
const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim();
const date = new Date().toISOString().slice(0, 10);
const { status, stdout } = spawnSync('npm', ['run', '--silent', name, '--', ...rest, '--json'], {
  encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'],
});
const [major, minor] = process.versions.node.split('.');
const system = `${process.platform[0].toUpperCase()}${process.platform.slice(1)} ${process.arch}`;
const machine = `${availableParallelism()} cores, Node ${major}.${minor}, ${system}`;
const command = ['npm', 'run', name, '--', ...rest].join(' ');
const run = { date, commit, machine, command, report: JSON.parse(stdout) };
mkdirSync(at('docs/runs'), { recursive: true });
const words = rest.map((word) => word.replace(/^--/, '')).filter((word) => word !== '');
const file = `docs/runs/${[date, name, ...words].join('-')}.json`;
writeFileSync(at(file), `${JSON.stringify(run, undefined, 2)}\n`);
process.stderr.write(`${file}\n`);
process.exit(status ?? 1);
