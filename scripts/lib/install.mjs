// Installed packages: is node_modules what package-lock.json asks for, and `npm ci` when it is not.
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import { at } from './paths.mjs';
import { run, runNode, say } from './run.mjs';

const lockHash = (folder) =>
  createHash('sha256').update(readFileSync(at(folder, 'package-lock.json'))).digest('hex');

const stampOf = (folder) => at(folder, 'node_modules', '.installed-lock');

/**
 * True when the folder's node_modules is missing or older than its package-lock.json. A newer
 * time on an unchanged lock file (a checkout, a copy) does not count: its hash was recorded.
 */
export function needsInstall(folder) {
  const installed = at(folder, 'node_modules', '.package-lock.json');
  if (!existsSync(installed)) return true;
  const stamp = stampOf(folder);
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lockHash(folder)) return false;
  return statSync(at(folder, 'package-lock.json')).mtimeMs > statSync(installed).mtimeMs;
}

/** Runs `npm ci` in the folder, as npm would be called from a shell there. */
export function install(folder) {
  say(`installing packages${folder === '.' ? '' : ` of ${folder}`} (npm ci)`);
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) =>
    !/^npm_(package|lifecycle|config_local_prefix|config_prefix$)/.test(name)));
  const cli = process.env.npm_execpath ?? '';
  const options = { cwd: at(folder), env };
  if (basename(cli) === 'npm-cli.js') runNode([cli, 'ci'], options);
  else run('npm', ['ci'], options);
  writeFileSync(stampOf(folder), lockHash(folder));
}
