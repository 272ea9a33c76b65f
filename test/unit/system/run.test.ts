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

test("output is told while the program runs, characters whole, and any exit code may be accepted", async () => {
  const pieces: string[] = [];
  const script =
    "printf '\\344\\270'; sleep 0.2; printf '\\255 50%%'; sleep 0.2; printf done; exit 9";
  const result = await run("sh", ["-c", script], {
    accept: "any",
    onOutput: (text) => pieces.push(text),
  });
  expect(result).toEqual({ exitCode: 9, stdout: "中 50%done", stderr: "" });
  expect(pieces.filter((piece) => piece !== "")).toEqual(["中 50%", "done"]);
  const killed = run("sh", ["-c", "kill -TERM $$"], { accept: "any" });
  await expect(killed).rejects.toMatchObject({ code: "tool-failed" });
});
