// The stream bench: one producer's thread and three consumers', the same for all engines.
import { open } from 'millrace';
import { CASES, nameOf } from './engine.js';
import { ENGINES } from './engines/all.js';
import { Threads, measure } from './measure.js';
import type { Effort } from './measure.js';
import { rowsOf } from './rows.js';
import type { Row } from './rows.js';

export interface StreamBenchOptions extends Effort {
  /** Called before each step that takes a while. */
  readonly tell: (step: string) => void;
}

/** Measures every engine in every case. @throws Error when messages are lost or changed. */
export async function runStream({ tell, ...effort }: StreamBenchOptions): Promise<Row[]> {
  const store = await open<string, unknown>(':memory:');
  for (const kase of CASES) {
    for (const engine of ENGINES) engine.prepare?.(store, kase);
  }
  const threads = new Threads(store);
  try {
    const rows: Row[] = [];
    for (const kase of CASES) {
      tell(`measuring ${nameOf(kase)}`);
      rows.push(...rowsOf(kase, await measure(threads, ENGINES, kase, effort)));
    }
    return rows;
  } finally {
    await threads.end();
    await store.close();
  }
}
