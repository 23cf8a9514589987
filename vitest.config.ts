import { defineConfig } from 'vitest/config';

const withABroker = 'test/cluster/**';
const withTheProgram = 'test/cli/**';

/** The named tiers: `vitest run --project unit` and so on; `npm test` runs them all. */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: [withABroker, withTheProgram],
        },
      },
      { test: { name: 'cli', include: [`${withTheProgram}/*.test.ts`], testTimeout: 30_000 } },
      {
        test: {
          name: 'cluster',
          include: [`${withABroker}/*.test.ts`],
          globalSetup: 'test/cluster/support/shared-cluster.ts',
          fileParallelism: false,
          testTimeout: 180_000,
          hookTimeout: 180_000,
        },
      },
    ],
  },
});
