/**
 * The worker that opens the store in a directory and is ended then: making or loading a region may
 * take seconds, for which nothing else should stand still.
 */
import type { StoreFiles } from '../../journal/files.js';
import { toPlain } from '../../journal/plain-error.js';
import { restore } from '../../journal/restore.js';
import type { Watch } from '../../journal/restore.js';
import type { OpenNews, OpenOutcome, OpenStart } from './directory.js';
import { OpfsPool } from './opfs.js';
import type { Pool } from './pool.js';
import { wasiOver } from './wasi.js';

const filesOf = (pool: Pool): StoreFiles => ({
  names: async () => pool.names(),
  async read(name, offset, bytes) {
    const target = new Uint8Array(bytes);
    return target.subarray(0, pool.find(name)?.read(target, offset) ?? 0);
  },
  async remove(name) {
    const file = pool.find(name);
    if (file !== undefined) pool.remove(file);
  },
});

async function outcome({ module, files, wanted }: OpenStart): Promise<OpenOutcome> {
  try {
    const pool = await OpfsPool.open(files.directory);
    try {
      const wasiOn = (memory: WebAssembly.Memory) => wasiOver(pool, memory);
      const watch: Watch = (loading) => postMessage({ loading } satisfies OpenNews);
      return { opened: await restore(module, filesOf(pool), wasiOn, wanted, watch) };
    } finally {
      pool.close();
    }
  } catch (error) {
    return { failed: toPlain(error) };
  }
}

addEventListener('message', ({ data }: MessageEvent<OpenStart>) => {
  void outcome(data).then((said) => postMessage(said));
});
