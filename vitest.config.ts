import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** What package.json says of '#host' holds for dist/; the same for files of src/. */
const hostOfSources = {
  name: 'host-of-sources',
  enforce: 'pre' as const,
  resolveId(id: string, importer = ''): string | undefined {
    const isOurs = id === '#host' && importer.startsWith(at('./src/'));
    return isOurs ? at('./src/host/node/index.ts') : undefined;
  },
};

// Tests import the package by its own name where they start workers, because a worker runs the
// compiled files; everything else is imported from src/ and transformed by vitest.
export default defineConfig({
  plugins: [hostOfSources],
  resolve: {
    alias: { 'millrace/ops': at('./dist/ops/index.js'), millrace: at('./dist/index.js') },
  },
  test: {
    include: ['test/**/*.test.ts'],
    pool: 'forks',
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
