/**
 * `npm test`: everything that has to hold before a change lands. Types, lint, format, the direction of imports, unit and
 * integration tests with the real tools as judges, and whole sticks started in QEMU. Each part runs even where one before it
 * failed; the last line counts them all.
 *
 *   npm test                  everything
 *   npm test -- --no-boot     without the QEMU boots
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ensurePackages, prepareCheckout, root, step, stop } from "./setup.mjs";
import { TEST_PACKAGES } from "./packages.mjs";
import { folderInMemory } from "./test-folder.mjs";

const withBoots = !process.argv.includes("--no-boot");

prepareCheckout();
const missing = ensurePackages(TEST_PACKAGES);
if (missing.length > 0)
  stop("The tests hold lifeboat against these programs and can't do without them.");

const memory = folderInMemory();
if (memory !== undefined) process.env.TMPDIR = memory.folder;

const counts = { passed: 0, failed: 0, skipped: 0 };
const bin = (name) => join(root, "node_modules", ".bin", name);

check("types", bin("tsc"), ["--noEmit"]);
check("lint", bin("oxlint"), ["--type-aware", "--deny-warnings", "src", "test", "scripts"]);
check("format", bin("oxfmt"), ["--check", "src", "test", "scripts"]);
check("direction of imports", bin("depcruise"), ["src", "--config", ".dependency-cruiser.cjs"]);
suite("unit and integration tests", ["run"]);
if (withBoots) {
  check("kit", process.execPath, [join(root, "lifeboat"), "kit", "build", "--quiet"]);
  suite("boots in QEMU", ["run", "--config", "vitest.e2e.config.ts"]);
}

memory?.remove();
const skipped = counts.skipped > 0 ? `, ${counts.skipped} skipped` : "";
console.log(`${counts.passed} passed, ${counts.failed} failed${skipped}`);
process.exitCode = counts.failed > 0 ? 1 : 0;

/** One check, one count. */
function check(name, program, args) {
  step(name);
  const { status } = spawnSync(program, args, {
    cwd: root,
    stdio: ["ignore", "inherit", "inherit"],
  });
  counts[status === 0 ? "passed" : "failed"]++;
}

/** A vitest run; every test counts. */
function suite(name, args) {
  step(name);
  const folder = mkdtempSync(join(tmpdir(), "lifeboat-results-"));
  const output = join(folder, "results.json");
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${output}`];
  const { status } = spawnSync(bin("vitest"), [...args, ...reporters], {
    cwd: root,
    stdio: ["ignore", "inherit", "inherit"],
  });
  try {
    const results = JSON.parse(readFileSync(output, "utf8"));
    counts.passed += results.numPassedTests;
    counts.failed += results.numFailedTests;
    counts.skipped += results.numPendingTests + results.numTodoTests;
    // A file that can't be loaded has no tests to count, and must not pass for that.
    if (status !== 0 && results.numFailedTests === 0) counts.failed++;
  } catch {
    counts.failed++;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
