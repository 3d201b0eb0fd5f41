/**
 * The directory of a store through Node's own calls, for the little that is asked before WASI is
 * there.
 */
import { open, readdir, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { StoreFiles } from '../../journal/files.js';

export function filesIn(directory: string): StoreFiles {
  return {
    names: () => readdir(directory),
    async read(name, offset, bytes) {
      const file = await open(join(directory, name));
      try {
        const { buffer, bytesRead } = await file.read(new Uint8Array(bytes), 0, bytes, offset);
        return buffer.subarray(0, bytesRead);
      } finally {
        await file.close();
      }
    },
    remove: (name) => unlink(join(directory, name)),
  };
}
