import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/unit/**/*.test.ts"],
    setupFiles: ["test/support/environment.ts", "test/support/fixed-seed.ts"],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // Two cores: more workers only take turns, and the tools they start want the other one.
    maxWorkers: 2,
  },
});
