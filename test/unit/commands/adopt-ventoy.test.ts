/** `lifeboat adopt --ventoy` as a user or a script starts it: a path with blanks and Chinese, the plan, no answer, --yes, and back. */
import { mkdtemp } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { compile, lifeboat, lifeboatJson } from "../../support/cli.ts";
import { smallKit } from "../../support/small-kit.ts";
import { sha256OfFile, suiteFolder } from "../../support/sticks.ts";
import { lifeboatStick } from "../../support/ventoy-adopt.ts";
import type { MadeRelease } from "../../support/ventoy-release.ts";
import { ventoyRelease } from "../../support/ventoy-release.ts";

const folder = await suiteFolder();
let release: MadeRelease;
let image = "";
let env: Record<string, string> = {};

beforeAll(async () => {
  await compile();
  const kit = await smallKit(join(folder, "kit"), "one");
  env = { LIFEBOAT_KIT: kit.folder };
  release = await ventoyRelease();
  image = join(await mkdtemp(join(folder, "a folder, 带空格 ")), "stick 棒.img");
  await lifeboatStick(image, kit, { scheme: "mbr" });
}, 240_000);

test("the plan, what is refused, --yes, and back", async () => {
  const before = await sha256OfFile(image);
  const args = ["adopt", image, "--ventoy", release.archive];
  const dry = await lifeboatJson([...args, "--dry-run"], { env });
  expect(dry).toMatchObject({
    status: 0,
    json: {
      target: { path: image },
      bootStage: { kind: "ventoy", versions: { ventoy: "9.9.9" }, secureBoot: true },
      layout: { scheme: "mbr", partitions: [{ role: "data" }, { role: "esp", sectors: 65_536 }] },
      lost: [],
      interrupted: null,
    },
  });
  const asked = await lifeboat([...args, "--lang", "zh"], { env });
  expect(asked.status).toBe(3);
  expect(asked.stderr).toMatch(/未确认；未向 .*stick 棒\.img 写入任何内容/);
  const wrong = await lifeboatJson(
    ["adopt", image, "--ventoy", join(folder, "kit", "kit.json"), "--yes"],
    { env },
  );
  expect(wrong).toMatchObject({ status: 2, json: { error: { code: "ventoy-archive-unknown" } } });
  const alone = await lifeboatJson(["adopt", image, "--ventoy-sums", "x"], { env });
  expect(alone).toMatchObject({ status: 2, json: { error: { code: "without-ventoy" } } });
  const upgrade = await lifeboat(["upgrade", image, "--ventoy", release.archive], { env });
  expect(upgrade.stderr).toMatch(/lifeboat adopt .* --ventoy/);
  expect(await sha256OfFile(image)).toBe(before);

  const { status, json } = await lifeboatJson([...args, "--yes", "--no-secure-boot"], { env });
  const savedTo = expect.stringContaining(image) as string;
  expect({ status, json }).toMatchObject({
    status: 0,
    json: { bootStage: { secureBoot: false }, savedTo, ventoyJsonTo: null },
  });
  const verified = await lifeboat(["verify", image, "--ventoy", release.archive], { env });
  expect(verified.status).toBe(0);
  const inspected = await lifeboatJson(["inspect", image], { env });
  expect(inspected.json).toMatchObject({
    bootStage: { kind: "ventoy", versions: { ventoy: "9.9.9" }, secureBoot: false },
    interrupted: null,
  });
  const again = await lifeboatJson([...args, "--yes"], { env });
  expect(again).toMatchObject({ status: 3, json: { error: { code: "already-a-ventoy-stick" } } });
  const file = (json as { savedTo: string }).savedTo;
  expect((await lifeboat(["restore-boot", image, file, "--yes"], { env })).status).toBe(0);
  expect(await sha256OfFile(image)).toBe(before);
}, 240_000);
