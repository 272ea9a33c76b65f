import { expect, test } from "vitest";
import { run } from "../../../src/system/run.ts";

const OWN_GROUP = 'test "$(ps -o pgid= -p $$ | tr -d " ")" = $$';

test("a program that Ctrl-C ended was cancelled, not broken", async () => {
  await expect(run("sh", ["-c", "kill -INT $$"])).rejects.toMatchObject({ kind: "cancelled" });
  await expect(run("sh", ["-c", "exit 7"])).rejects.toMatchObject({ code: "tool-failed" });
});

test("one that must not be interrupted is out of the terminal's reach", async () => {
  const { exitCode } = await run("sh", ["-c", OWN_GROUP], { uninterrupted: true });
  expect(exitCode).toBe(0);
  expect((await run("sh", ["-c", OWN_GROUP], { accept: [0, 1] })).exitCode).toBe(1);
});

test("a program that isn't there is named with its package", async () => {
  await expect(run("debugfs-of-nowhere", [])).rejects.toMatchObject({
    code: "tool-missing",
    kind: "missing",
  });
});

test("its output is told as it comes, characters whole", async () => {
  const pieces: string[] = [];
  const script = "printf '\\344\\270'; sleep 0.2; printf '\\255x'";
  const { stdout } = await run("sh", ["-c", script], { onOutput: (text) => pieces.push(text) });
  expect(stdout).toBe("中x");
  expect(pieces.join("")).toBe("中x");
  expect(pieces.length).toBeGreaterThan(1);
});

test("with every exit code accepted, only a program that was killed has failed", async () => {
  expect((await run("sh", ["-c", "exit 77"], { accept: "any" })).exitCode).toBe(77);
  await expect(run("sh", ["-c", "kill -KILL $$"], { accept: "any" })).rejects.toMatchObject({
    code: "tool-failed",
  });
});
