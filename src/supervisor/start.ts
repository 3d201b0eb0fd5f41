/**
 * Starting the supervisors of a store: two, so that one can die, and a new one for each that does.
 */
import { SupervisorThreads } from '#host';
import type { Supervised } from '#host';
import type { Grant } from './answer.js';

/** What the thread that opened a store can do with its supervisors. */
export interface Supervisors {
  /**
   * Lets them end as soon as nobody is attached. Resolves when they have ended, or at once when
   * others are still attached.
   * @param opener the slot of this thread, if it had one, which it does not use any more
   */
  stop(opener?: Grant): Promise<void>;
}

/**
 * Starts the supervisors of a region that was just made or loaded. They do not keep the process
 * from ending.
 *
 * @throws MillraceError SUPERVISOR_LOST when a thread cannot be started
 */
export async function startSupervisors(store: Supervised): Promise<Supervisors> {
  const threads = new SupervisorThreads(store);
  await threads.start();
  return threads;
}
