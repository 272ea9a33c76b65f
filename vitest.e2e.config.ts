import { defineConfig } from "vitest/config";

/**
 * Whole sticks, started in emulated computers, minutes each. Two files at a time: an emulated computer has one processor, and takes
 * one of the machine's.
 */
export default defineConfig({
  test: {
    include: ["test/e2e/**/*.test.ts"],
    setupFiles: ["test/support/environment.ts", "test/support/each-file.ts"],
    testTimeout: 10 * 60_000,
    // Making the live systems, where they aren't in the cache yet.
    hookTimeout: 15 * 60_000,
    maxWorkers: 2,
    // A failed start is looked at, not tried again.
    retry: 0,
  },
});
