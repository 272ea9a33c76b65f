/** `build --ventoy-chain` from the command line: planned, made, kept, upgraded, and what is refused. */
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { compile, lifeboat, lifeboatJson } from "../../support/cli.ts";
import { testKit } from "../../support/kit.ts";
import { fixtureIso, sha256OfFile, suiteFolder } from "../../support/sticks.ts";
import type { MadeRelease } from "../../support/ventoy-release.ts";
import { ventoyRelease, writeSums } from "../../support/ventoy-release.ts";

const folder = await suiteFolder();
let env: Readonly<Record<string, string>> = {};
let release: MadeRelease;
let newer: MadeRelease;

beforeAll(async () => {
  await compile();
  env = { LIFEBOAT_KIT: (await testKit()).folder };
  release = await ventoyRelease({ version: "9.9.8" });
  newer = await ventoyRelease({ version: "9.9.9" });
}, 300_000);

test("planned: where everything lies, and which menu comes first; nothing is written", async () => {
  const image = join(folder, "planned.img");
  const args = ["build", image, "--size", "8G", "--ventoy-chain", release.archive, "--dry-run"];
  const { json } = await lifeboatJson([...args, "--reserve", "1G"], { env });
  expect(json).toMatchObject({
    bootStage: { kind: "grub", ventoyChain: true, secureBoot: true },
    ventoy: { version: "9.9.8", reserveBytes: 2 ** 30 },
    layout: {
      partitions: [
        { number: 1, role: "data", startLba: 2048 },
        { number: 2, role: "ventoy", sectors: 65_536 },
        { number: 3, role: "esp", sectors: 524_288 },
        { number: 4, role: "bios-boot", sectors: 4096 },
      ],
    },
  });
  const { stdout } = await lifeboat([...args, "--scheme", "mbr", "--lang", "zh"], { env });
  expect(stdout).toContain("先启动分区 3 的 lifeboat 菜单，Ventoy 9.9.8 在其后");
  await expect(stat(image)).rejects.toThrow("ENOENT");
});

test("made, filled, looked at, upgraded", async () => {
  const image = join(folder, "救援.img");
  const iso = await fixtureIso("debian-live", join(folder, "isos"));
  const sums = await writeSums(release.archive);
  const args = ["build", image, "--size", "400M", "--ventoy-chain", release.archive];
  const more = ["--ventoy-sums", sums, "--iso", iso, "--label", "TOOLS"];
  const built = await lifeboat([...args, ...more], { env });
  expect(built.stderr).not.toContain("held against no checksum");
  expect(built.stdout).toContain(`is a rescue stick`);
  expect(built.stdout).toContain("with Ventoy 9.9.8 behind its menu");
  expect(built.stdout).toContain(await sha256OfFile(iso));

  const { json } = await lifeboatJson(["inspect", image], { env });
  expect(json).toMatchObject({
    kind: "stick",
    bootStage: { kind: "grub", secureBoot: true },
    ventoy: { version: "9.9.8", secureBoot: true, interrupted: null },
    partitions: [{ label: "TOOLS" }, { label: "VTOYEFI" }, { label: "LIFEBOATEFI" }, {}],
    isos: [{ family: "debian-live" }],
  });
  const other = await fixtureIso("memtest86+", join(folder, "isos"));
  expect((await lifeboat(["add", image, other], { env })).status).toBe(0);
  const options = ["--ventoy", newer.archive, "--yes"];
  expect((await lifeboat(["upgrade", image, ...options], { env })).status).toBe(0);
  const again = await lifeboatJson(["upgrade", image], { env });
  expect(again).toMatchObject({ status: 0, json: { upToDate: true } });
  const verified = await lifeboatJson(["verify", image, "--ventoy", newer.archive], { env });
  expect(verified).toMatchObject({ status: 0, json: { ok: true } });
  const refused = await lifeboatJson(["adopt", image, "--menu", "f6", "--yes"], { env });
  expect(refused).toMatchObject({ status: 3, json: { error: { code: "already-a-stick" } } });
});

describe("refused, with nothing written", () => {
  test.each([
    [["--ventoy", "other.tar.gz"], 2, "usage"],
    [["--menu", "f6"], 2, "usage"],
    [["--fs", "ntfs"], 2, "usage"],
    [["--windows-size", "1G"], 2, "usage"],
    [["--scheme", "mbr", "--reserve", "1G"], 2, "ventoy-chain-reserve"],
    [["--label", "far too long a label"], 2, "bad-label"],
    [["--size", "200M"], 3, "target-too-small"],
  ] as const)("%j", async (more, status, code) => {
    const image = join(folder, "refused.img");
    const args = ["build", image, "--size", "4G", "--ventoy-chain", release.archive, "--yes"];
    const answer = await lifeboatJson([...args, ...more], { env });
    expect(answer).toMatchObject({ status, json: { error: { code } } });
    await expect(stat(image)).rejects.toThrow("ENOENT");
  });

  test("an archive that is none", async () => {
    const image = join(folder, "refused.img");
    const args = ["build", image, "--size", "4G", "--ventoy-chain", import.meta.filename];
    const answer = await lifeboatJson([...args, "--yes"], { env });
    expect(answer).toMatchObject({
      status: 2,
      json: { error: { code: "ventoy-archive-unknown" } },
    });
  });
});
