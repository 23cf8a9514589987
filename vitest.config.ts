import { defineConfig } from 'vitest/config';

const withABroker = 'test/cluster/**';
const withTheProgram = 'test/cli/**';
const withALyingBroker = 'test/truth/**';
const forLong = 'test/long/**';

/** The named tiers: `vitest run --project unit` and so on; `npm test` runs all but `long`. */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: [withABroker, withTheProgram, withALyingBroker, forLong],
        },
      },
      { test: { name: 'truth', include: [`${withALyingBroker}/*.test.ts`] } },
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
      { test: { name: 'long', include: [`${forLong}/*.test.ts`], testTimeout: 1_200_000 } },
    ],
  },
});
