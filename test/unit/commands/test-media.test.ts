/** The command, from its arguments to its exit status, on image files. */
import { execa } from "execa";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { packageRoot } from "../../../src/system/places.ts";
import { compile, lifeboat, lifeboatJson, startLifeboat } from "../../support/cli.ts";
import { testKit } from "../../support/kit.ts";
import { judge, temporaryFolder } from "../../support/tools.ts";

const MIB = 1024 * 1024;
const SIZE = 24 * MIB;

beforeAll(compile, 300_000);

/** Half of it a user's data, which must be the same afterwards. */
async function image(): Promise<{ path: string; before: Buffer }> {
  const path = join(await temporaryFolder(), "a stick.img");
  const before = Buffer.alloc(SIZE);
  for (let at = 0; at < SIZE / 2; at += 4) before.writeUInt32LE(at ^ 0x5a5a5a5a, at);
  await writeFile(path, before);
  return { path, before };
}

/** A medium that forgets what lies beyond: the kernel refuses this process to write there. */
async function withLimit(bytes: number, args: readonly string[], env: Record<string, string> = {}) {
  // A write beyond the limit is an error where its signal has a listener, and else the end of the process.
  const listener = join(await temporaryFolder(), "listener.cjs");
  await writeFile(listener, 'process.on("SIGXFSZ", () => {});');
  const program = [process.execPath, "--require", listener, join(packageRoot(), "lifeboat")];
  const script = `ulimit -f ${bytes / 1024}; exec "$@"`;
  const all = ["-c", script, "bash", ...program, ...args];
  return execa("bash", all, { reject: false, stdin: "ignore", env });
}

const number = expect.any(Number) as number;

test("a sound one: the document, status 0, and nothing changed", async () => {
  const { path, before } = await image();
  const { status, json, stderr } = await lifeboatJson(["test-media", path]);
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  expect(json).toMatchObject({
    ok: true,
    target: path,
    mode: "quick",
    size: SIZE,
    capacity: SIZE,
    speed: {
      sequentialReadBytesPerSecond: number,
      sequentialWriteBytesPerSecond: number,
      randomRead4kOpsPerSecond: number,
      randomWrite4kOpsPerSecond: number,
    },
    badRanges: [],
    notPutBack: [],
    findings: [{ level: "warning", code: "image-file" }],
  });
  expect(["genuine", "slow"]).toContain(json["verdict"]);
  expect((await readFile(path)).equals(before)).toBe(true);
});

test("a fake: status 4, its capacity to the byte, and nothing changed", async () => {
  const { path, before } = await image();
  const real = 9 * MIB;
  const { exitCode, stdout } = await withLimit(real, ["test-media", path, "--quick", "--json"]);
  expect(exitCode).toBe(4);
  expect(JSON.parse(stdout)).toMatchObject({
    ok: false,
    capacity: real,
    verdict: "fake",
    fitFor: [],
    findings: [{ level: "error", code: "loses-data" }, { code: "image-file" }],
  });
  expect((await readFile(path)).equals(before)).toBe(true);
  const said = await withLimit(real, ["test-media", path, "--quiet"]);
  expect(said.stdout).toMatch(/fake: it says 24\.0 MiB and holds 9\.00 MiB/);
});

describe("--full", () => {
  test("asks first, and without a terminal is refused", async () => {
    const { path, before } = await image();
    const { status, json } = await lifeboatJson(["test-media", path, "--full"]);
    expect(status).toBe(3);
    expect(json).toMatchObject({ error: { code: "not-confirmed" } });
    expect((await readFile(path)).equals(before)).toBe(true);
  });

  test("says that the contents are gone", async () => {
    const { path, before } = await image();
    const { status, stdout } = await lifeboat(["test-media", path, "--full", "--yes"]);
    expect(status).toBe(0);
    expect(stdout).toMatch(/it holds all of its 24\.0 MiB/);
    expect(stdout).toMatch(/Its contents and its partition table are gone/);
    expect((await readFile(path)).equals(before)).toBe(false);
  });

  test("unmasks a fake", async () => {
    const { path } = await image();
    const args = ["test-media", path, "--full", "--yes", "--json"];
    const { exitCode, stdout } = await withLimit(9 * MIB, args);
    expect(exitCode).toBe(4);
    expect(JSON.parse(stdout)).toMatchObject({ capacity: 9 * MIB, verdict: "fake" });
  });
});

test("Ctrl-C: status 130, and nothing changed", async () => {
  const { path, before } = await image();
  // Large enough that the signal comes in time.
  const size = 128 * MIB;
  await judge("truncate", ["-s", String(size), path]);
  const child = startLifeboat(["test-media", path]);
  await new Promise<void>((resolve) => {
    child.stderr.on("data", (text: Buffer) => {
      // The first test blocks, which tell how fast it is, were written before.
      if (text.toString().includes("Reading what is there")) resolve();
    });
  });
  child.kill("SIGINT");
  const { exitCode, stderr } = await child;
  expect(exitCode).toBe(130);
  expect(stderr).toMatch(/Cancelled; everything is back in its place/);
  const whole = `${path}.before`;
  await writeFile(whole, before);
  await judge("truncate", ["-s", String(size), whole]);
  await judge("cmp", [path, whole]);
}, 120_000);

describe("is refused", () => {
  test.each([
    [["--quick", "--full"], 2, "usage"],
    [["--expect-serial", "123"], 3, "serial-differs"],
  ])("with %j", async (options, expected, code) => {
    const { path } = await image();
    const { status, json } = await lifeboatJson(["test-media", path, ...options]);
    expect(status).toBe(expected);
    expect(json).toMatchObject({ error: { code } });
  });

  test("where there is nothing, or too little", async () => {
    const path = join(await temporaryFolder(), "none.img");
    expect(await lifeboatJson(["test-media", path])).toMatchObject({
      status: 2,
      json: { error: { code: "no-target" } },
    });
    await writeFile(path, Buffer.alloc(4096));
    expect(await lifeboatJson(["test-media", path])).toMatchObject({
      status: 2,
      json: { error: { code: "media-too-small" } },
    });
  });
});

describe("build --test-media", () => {
  test("stops on a fake, before anything of the stick is written", async () => {
    const env = { LIFEBOAT_KIT: (await testKit()).folder };
    const path = join(await temporaryFolder(), "stick.img");
    await judge("truncate", ["-s", "384M", path]);
    const args = ["build", path, "--test-media", "--yes", "--json"];
    const { exitCode, stdout } = await withLimit(64 * MIB, args, env);
    expect(exitCode).toBe(4);
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: "bad-medium" } });
    // Zeroes, all of it.
    await judge("cmp", ["-n", String(384 * MIB), path, "/dev/zero"]);
  }, 120_000);
});
