// The browser for test/browser: Debian's package, installed when it is missing and this process may
// install. Without one its tests are skipped, and say how to get it.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { say } from './run.mjs';

const PROGRAM = '/usr/bin/chromium';
const LONGEST_MS = 300_000;

/** One call of apt-get with its output on stderr; whether it succeeded. */
function aptGet(...args) {
  const { status } = spawnSync('apt-get', args, {
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    stdio: ['ignore', 2, 2],
    timeout: LONGEST_MS,
  });
  return status === 0;
}

const mayInstall = () => existsSync('/usr/bin/apt-get') && process.getuid?.() === 0;

/** Makes sure that there is a Chromium if that is possible here; never fails. */
export function installChromium() {
  if (existsSync(PROGRAM) || !mayInstall()) return;
  say('installing chromium for the browser tests (apt-get)');
  const install = ['install', '--yes', '--no-install-recommends', 'chromium'];
  // Package lists may be missing or old.
  if (!aptGet(...install) && aptGet('update')) aptGet(...install);
}
