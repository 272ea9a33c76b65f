import { defineConfig } from "vitest/config";

/** Whole sticks, started in emulated computers: minutes each, and one at a time, since each takes all cores. */
export default defineConfig({
  test: {
    include: ["test/e2e/**/*.test.ts"],
    testTimeout: 10 * 60_000,
    // Making the live systems, where they aren't in the cache yet.
    hookTimeout: 15 * 60_000,
    fileParallelism: false,
    maxWorkers: 1,
    // A failed start is looked at, not tried again.
    retry: 0,
  },
});
