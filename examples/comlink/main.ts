// A store beside Comlink: calls go through Comlink, data does not. The worker counts words into the
// shared map; the main thread reads the result without a message.
//
//   node build/js/examples/comlink/main.js [TEXT]

import { Worker } from 'node:worker_threads';
import * as Comlink from 'comlink';
import nodeEndpoint from 'comlink/dist/esm/node-adapter.mjs';
import { open } from 'millrace';
import type { Counter } from './worker.js';

const TEXT = process.argv[2] ?? 'the mill grinds what the race brings to the mill';

const store = await open<string, number>(':memory:');
const worker = new Worker(new URL('./worker.js', import.meta.url));
const counter = Comlink.wrap<Counter>(nodeEndpoint(worker));

await counter.attach(store.handle);
const words = await counter.count(TEXT);
console.log(`${words} words`);
for (const [word, times] of store.entries()) console.log(`${String(times).padStart(3)} ${word}`);

await worker.terminate();
await store.close();
