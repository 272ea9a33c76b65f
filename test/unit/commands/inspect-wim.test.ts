/** `inspect` of WIM files and of Windows ISOs, and files held against a checksum. */
import { createHash } from "node:crypto";
import { mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { withHeader } from "../windows/wim/support.ts";
import { compile, lifeboat, lifeboatJson } from "../../support/cli.ts";
import { temporaryFolder } from "../../support/tools.ts";
import type { Wims } from "../../support/wims.ts";
import { makeWims, windowsIso } from "../../support/wims.ts";
import { copySparse } from "../../support/copy-sparse.ts";

let wims: Wims;
let folder = "";
beforeAll(async () => {
  await compile();
  folder = await mkdtemp(join(tmpdir(), "lifeboat-wims-"));
  wims = await makeWims(folder);
});
afterAll(async () => rm(folder, { recursive: true, force: true }));

test("a WIM tells its editions, in words and as JSON", async () => {
  const { status, json } = await lifeboatJson(["inspect", wims.paths.windows, "--check"]);
  expect(status).toBe(0);
  expect(json).toMatchObject({
    kind: "wim",
    compression: "lzx",
    chunkSize: 32768,
    solid: false,
    pipable: false,
    encrypted: false,
    bootIndex: 0,
    integrityTable: true,
    integrityChecked: true,
    part: 1,
    parts: { total: 1, missing: [] },
    images: [
      { index: 1, editionId: "Core" },
      {
        index: 2,
        displayName: "Windows 11 Pro",
        editionId: "Professional",
        architecture: "x86_64",
        version: "10.0.26100.1742",
        languages: ["zh-CN"],
        defaultLanguage: "zh-CN",
        files: 6,
      },
    ],
    problems: [],
  });
  const { stdout } = await lifeboat(["inspect", wims.paths.windows, "--lang", "zh"]);
  expect(stdout).toContain("LZX 压缩，块大小 32.0 KiB，含完整性表");
  expect(stdout).toContain(
    "  2  Windows 11 Pro\n       Professional  x86_64  10.0.26100.1742  zh-CN",
  );
});

test("a part of a split WIM tells which parts are beside it and which not", async () => {
  const other = await temporaryFolder();
  const names = (await readdir(folder)).filter((name) => name.endsWith(".swm"));
  for (const name of names) await copySparse(join(folder, name), join(other, name));
  await rm(join(other, "install2.swm"));
  const { json } = await lifeboatJson(["inspect", join(other, "install.swm")]);
  expect(json["parts"]).toMatchObject({ total: names.length, missing: [2] });
  const { stdout } = await lifeboat(["inspect", join(other, "install.swm")]);
  expect(stdout).toContain(`Part 1 of ${names.length} of a split WIM\n  Not beside it: part 2\n`);
});

test("damage is told with status 4 by --check, and in the report without", async () => {
  const path = join(await temporaryFolder(), "damaged.wim");
  const bytes = await readFile(wims.paths.lzx);
  await writeFile(path, Buffer.from(bytes).fill(0, 500, 600));
  const { status, json } = await lifeboatJson(["inspect", path, "--check"]);
  expect({ status, json }).toMatchObject({ status: 4, json: { error: { code: "wim-damaged" } } });
  await writeFile(path, bytes.subarray(0, bytes.length - 500));
  const cut = await lifeboatJson(["inspect", path]);
  const what = expect.stringContaining("cut off: its XML data") as string;
  expect(cut.json["problems"]).toMatchObject([{ id: "wim-truncated", what }, {}]);
  const none = await lifeboatJson(["inspect", join(wims.tree, "startnet.cmd"), "--check"]);
  expect(none).toMatchObject({ status: 2, json: { error: { code: "not-a-wim" } } });
});

test("--check finds what the integrity table doesn't cover, and hashes nothing in vain", async () => {
  const work = await temporaryFolder();
  const lzx = await readFile(wims.paths.lzx);
  const xml = Buffer.from(lzx);
  xml.write("<", xml.indexOf(Buffer.from("NAME", "utf16le")), "utf16le");
  const cases = [
    ["xml.wim", xml, "wim-xml"],
    ["count.wim", withHeader(lzx, { imageCount: 3 }), "wim-image-count"],
  ] as const;
  for (const [name, bytes, code] of cases) {
    await writeFile(join(work, name), bytes);
    const { status, json } = await lifeboatJson(["inspect", join(work, name), "--check"]);
    expect({ status, json }).toMatchObject({ status: 4, json: { error: { code } } });
  }
  const part = await lifeboat(["inspect", wims.paths.split, "--check"]);
  expect(part).toMatchObject({ status: 0 });
  expect(part.stdout).toMatch(/Only part 1 of \d+ was checked/);
  const text = join(wims.tree, "startnet.cmd");
  const other = await lifeboatJson(["inspect", text, "--check", "--sha256", "0".repeat(64)]);
  expect(other).toMatchObject({ status: 2, json: { error: { code: "not-a-wim" } } });
});

test("a Windows ISO shows its editions with scan and inspect", async () => {
  const iso = await windowsIso("windows.iso", { "install.wim": wims.paths.windows }, wims);
  for (const command of ["scan", "inspect"]) {
    const { stdout } = await lifeboat([command, iso]);
    expect(stdout).toContain("2  Windows 11 Pro  Professional  x86_64  10.0.26100.1742  zh-CN");
  }
});

test("a file is held against the sum or the list that its user names; another one ends with status 4", async () => {
  const path = wims.paths.none;
  const sum = createHash("sha256")
    .update(await readFile(path))
    .digest("hex");
  const list = join(await temporaryFolder(), "my sums.txt");
  await writeFile(list, `${sum}  none.wim\n${"0".repeat(64)}  install.esd\n`);
  const { json } = await lifeboatJson(["inspect", path, "--sha256", sum, "--checksums", list]);
  expect(json).toMatchObject({
    kind: "wim",
    sha256: sum,
    checkedAgainst: [
      { algorithm: "sha256", source: "--sha256" },
      { algorithm: "sha256", source: list },
    ],
  });
  await writeFile(list, Buffer.from(`\ufeff${sum}  none.wim\r\n`, "utf16le"));
  expect((await lifeboat(["inspect", path, "--checksums", list])).status).toBe(0);
  await writeFile(list, `${"0".repeat(64)}  install.esd\n`);
  const wrong = await lifeboat(["inspect", wims.paths.solid, "--checksums", list, "--quiet"]);
  expect(wrong.status).toBe(4);
  expect(wrong.stderr).toContain("Download it again");
  const missing = await lifeboatJson(["inspect", path, "--checksums", join(folder, "nothing")]);
  expect(missing).toMatchObject({ status: 2, json: { error: { code: "open-failed" } } });
});
