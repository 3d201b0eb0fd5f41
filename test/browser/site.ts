/**
 * A site for browser tests: the bundled programs of app/, served with the headers that let the
 * threads of a page share memory.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { createRequire } from 'node:module';
import { build } from 'esbuild';

const ROOT = dirname(createRequire(import.meta.url).resolve('millrace/package.json'));
const APP = join(ROOT, 'test/browser/app');

const ISOLATION = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};
const PAGE = '<!doctype html><title>Millrace</title><link rel="icon" href="data:,">' +
  '<script type="module" src="page.js"></script>';

/** The same page without the headers. */
const PLAIN = '/plain';

export interface Site {
  /** Of the page; ends with a slash. */
  readonly address: string;
  close(): void;
}

/** Workers that the package starts itself: files of their own beside the bundle. */
const SERVICE_THREADS = ['supervisor-worker', 'open-worker', 'journal-worker'];

/** Bundles as an application would: by the package's name, for browsers. Scripts by their path. */
async function bundle(): Promise<Map<string, string>> {
  const { outputFiles } = await build({
    absWorkingDir: ROOT,
    entryPoints: {
      page: join(APP, 'page.ts'),
      home: join(APP, 'home.ts'),
      lane: join(APP, 'lane.ts'),
      flow: join(APP, 'flow.ts'),
      ...Object.fromEntries(SERVICE_THREADS.map((name) =>
        [name, join(ROOT, 'dist/host/browser', `${name}.js`)])),
    },
    outdir: '/',
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    // The paths of the project are for its own tests; these programs use the published files.
    tsconfigRaw: {},
    logLevel: 'warning',
  });
  return new Map(outputFiles.map(({ path, text }) => [path, text]));
}

/** Serves the page and its scripts on a free port of this machine. */
export async function serve(): Promise<Site> {
  const scripts = await bundle();
  const server = createServer(({ url = '/' }, response) => {
    const script = scripts.get(url);
    const type = script === undefined ? 'text/html' : 'text/javascript';
    const isFound = url === '/' || url === PLAIN || script !== undefined;
    const isolation = url === PLAIN ? {} : ISOLATION;
    response.writeHead(isFound ? 200 : 404, { ...isolation, 'Content-Type': type });
    response.end(script ?? PAGE);
  });
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  const { port } = server.address() as AddressInfo;
  return { address: `http://127.0.0.1:${port}/`, close: () => server.close() };
}
