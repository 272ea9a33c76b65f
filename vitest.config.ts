import { defineConfig } from "vitest/config";

const SCREENS = "test/unit/tui/**/*.test.ts";

export default defineConfig({
  test: {
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
    projects: [
      // Screens don't come up behind other files in the same process.
      { extends: true, test: { name: "screens", include: [SCREENS] } },
      // The others share the modules of their worker: to load all of them for each file takes minutes. What a file changes of its
      // environment is undone behind it (each-file.ts).
      {
        extends: true,
        test: {
          name: "unit",
          include: ["test/unit/**/*.test.ts"],
          exclude: [SCREENS],
          isolate: false,
        },
      },
    ],
  },
});
