import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

// Tests import the package by its own name where they start workers, because a worker runs the
// compiled files; everything else is imported from src/ and transformed by vitest.
export default defineConfig({
  resolve: {
    alias: { millrace: fileURLToPath(new URL('./dist/index.js', import.meta.url)) },
  },
  test: {
    include: ['test/**/*.test.ts'],
    pool: 'forks',
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
