import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/unit/**/*.test.ts"],
    setupFiles: [
      "test/support/environment.ts",
      "test/support/each-file.ts",
      "test/support/fixed-seed.ts",
    ],
    // The tests that cut every write take a minute of two idle cores; more where these have other work.
    testTimeout: 180_000,
    hookTimeout: 240_000,
    // Two cores: more workers only take turns, and the tools they start want the other one.
    maxWorkers: 2,
  },
});
