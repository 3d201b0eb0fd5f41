/**
 * Web Locks that a thread holds until it lets go or ends, whichever comes first.
 */

/** Lets go. Calling it again does nothing. */
export type Release = () => void;

function request(name: string, options: LockOptions): Promise<Release | undefined> {
  return new Promise((resolve, reject) => {
    navigator.locks.request(name, options, (lock) => {
      if (lock !== null) return new Promise<void>((release) => resolve(release));
      resolve(undefined);
      return undefined;
    }).catch(reject);
  });
}

/** Takes the lock; undefined when somebody has it. */
export function holdIfFree(name: string): Promise<Release | undefined> {
  return request(name, { ifAvailable: true });
}

/** Takes the lock as soon as nobody has it. */
export async function hold(name: string): Promise<Release> {
  return await request(name, {}) ?? hold(name);
}

/** Takes the lock; undefined when somebody has it and keeps it for so long. */
export async function holdWithin(name: string, milliseconds: number): Promise<Release | undefined> {
  try {
    return await request(name, { signal: AbortSignal.timeout(milliseconds) });
  } catch (error) {
    if (error instanceof DOMException && error.name === 'TimeoutError') return undefined;
    throw error;
  }
}
