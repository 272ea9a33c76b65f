import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { start } from "../../../src/system/start.ts";
import { judge, temporaryFolder } from "../../support/tools.ts";

/** A zombie counts as gone: it runs nothing any more. */
async function runs(pid: number): Promise<boolean> {
  const state = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => undefined);
  return state !== undefined && !/\) [ZX] /.test(state);
}

async function gone(pid: number): Promise<void> {
  await expect.poll(async () => runs(pid), { timeout: 10_000 }).toBe(false);
}

test("a child's output arrives while it runs, and its end tells exit code and last words", async () => {
  let heard = "";
  const child = await start("sh", ["-c", "echo one; echo two >&2; exit 7"], {
    onStdout: (text) => (heard += text),
  });
  expect(await child.ended).toEqual({ exitCode: 7, stderr: "two\n" });
  expect(heard).toBe("one\n");
});

test("stop ends it, and one that doesn't listen is ended by force", async () => {
  const willing = await start("sleep", ["600"]);
  await willing.stop();
  await gone(willing.pid);

  let ready: (() => void) | undefined;
  const trapped = new Promise<void>((resolve) => (ready = resolve));
  const stubborn = await start(
    "sh",
    ["-c", "trap '' TERM; echo ready; while :; do sleep 0.1; done"],
    { onStdout: () => ready?.() },
  );
  await trapped;
  expect((await stubborn.stop()).exitCode).toBeUndefined();
  await gone(stubborn.pid);
});

test("stop after the end is no error", async () => {
  const child = await start("true", []);
  await child.ended;
  expect(await child.stop()).toEqual({ exitCode: 0, stderr: "" });
});

test("an aborted signal ends it, and one aborted before starts nothing", async () => {
  const controller = new AbortController();
  const child = await start("sleep", ["600"], { signal: controller.signal });
  controller.abort();
  expect((await child.ended).exitCode).toBeUndefined();
  await gone(child.pid);
  await expect(start("sleep", ["600"], { signal: controller.signal })).rejects.toThrow(/abort/i);
});

test("a missing program is named with its package", async () => {
  await expect(start("lifeboat-has-no-such-program", [])).rejects.toMatchObject({
    code: "tool-missing",
    kind: "missing",
  });
});

test.each(["exit", "SIGINT", "SIGTERM"])(
  "the child doesn't outlive the program that started it (%s)",
  async (how) => {
    const folder = await temporaryFolder();
    const pidFile = join(folder, "pid");
    const script = fileURLToPath(new URL("start.parent.ts", import.meta.url));
    // A signal ends the parent without an exit code, which `run` reports as -1.
    await judge("npx", ["tsx", script, how, pidFile], { accept: [0, -1, 130, 143] });
    const pid = Number(await readFile(pidFile, "utf8"));
    expect(pid).toBeGreaterThan(0);
    await gone(pid);
  },
);

test("children see a clean environment with what they are given", async () => {
  let heard = "";
  process.env["LIFEBOAT_TEST_SECRET"] = "x";
  const child = await start("env", [], {
    env: { GIVEN: "yes" },
    onStdout: (text) => (heard += text),
  });
  await child.ended;
  delete process.env["LIFEBOAT_TEST_SECRET"];
  expect(heard).toContain("GIVEN=yes");
  expect(heard).not.toContain("LIFEBOAT_TEST_SECRET");
});
