import { defineConfig } from 'vitest/config';

/** The named tiers: `vitest run --project unit` and so on; `npm test` runs them all. */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/*/**/*.test.ts', 'test/*.test.ts'],
          exclude: ['test/cli/**', 'test/cluster/**'],
        },
      },
      { test: { name: 'cli', include: ['test/cli/**/*.test.ts'], testTimeout: 30_000 } },
      {
        test: {
          name: 'cluster',
          include: ['test/cluster/**/*.test.ts'],
          globalSetup: 'test/cluster/support/shared-cluster.ts',
          fileParallelism: false,
          testTimeout: 180_000,
          hookTimeout: 180_000,
        },
      },
    ],
  },
});
