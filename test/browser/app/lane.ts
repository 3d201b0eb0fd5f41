/**
 * A worker that writes without a pause until it is told to stop, or terminated.
 */
import { expose } from 'comlink';
import { attach, ready } from 'millrace';
import type { StoreHandle } from 'millrace';
import { codeOf } from './code-of.js';
import { isDone, KEYS_OF_A_LANE, shallStop } from './board.js';
import type { Board } from './board.js';

/** Long enough that a lane is nearly always somewhere inside of a write. */
const FILLER = 'x'.repeat(2000);

const lane = {
  /** What becomes of an attach before anybody can tell whether this thread lives. */
  attachAtOnce: (handle: StoreHandle): string => codeOf(() => attach(handle)),

  async work(handle: StoreHandle, number: number, board: Board): Promise<void> {
    await ready();
    const store = attach<unknown, unknown>(handle);
    for (let i = 0; !shallStop(board); i++) {
      store.transaction((tx) => {
        tx.put('count', ((tx.get('count') as number | undefined) ?? 0) + 1);
        tx.put(['lane', number, i % KEYS_OF_A_LANE], `${i} ${FILLER}`);
      });
      isDone(board, number);
    }
    await store.close();
  },
};

export type Lane = typeof lane;

expose(lane);
