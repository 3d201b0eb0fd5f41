/**
 * Errors as they can leave a worker: by their code.
 */
import { MillraceError } from 'millrace';

/** The code of what the function throws. */
export function codeOf(run: () => unknown): string {
  try {
    run();
    return 'nothing';
  } catch (error) {
    return error instanceof MillraceError ? error.code : String(error);
  }
}

/** The code of what the promise rejects with. */
export async function codeOfPromise(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
    return 'nothing';
  } catch (error) {
    return codeOf(() => { throw error; });
  }
}
