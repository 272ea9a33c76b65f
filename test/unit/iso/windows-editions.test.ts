/** The editions on Windows' installation media. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openFile } from "../../../src/block/file.ts";
import { inspectIso, loadRecipes } from "../../../src/iso/index.ts";
import type { Wims } from "../../support/wims.ts";
import { makeWims, windowsIso } from "../../support/wims.ts";
import { temporaryFolder } from "../../support/tools.ts";
import { wimOfXml } from "../windows/wim/support.ts";

const set = await loadRecipes(fileURLToPath(new URL("../../../grub/recipes", import.meta.url)));
let wims: Wims;
let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "lifeboat-wims-"));
  wims = await makeWims(folder);
});
afterAll(async () => rm(folder, { recursive: true, force: true }));

async function inspect(files: Readonly<Record<string, string>>) {
  const path = await windowsIso("windows.iso", files, wims);
  const range = await openFile(path);
  const report = await inspectIso(range, basename(path), set);
  await range.close();
  return report;
}

test("are those of its install image, and the architecture is theirs", async () => {
  const report = await inspect({ "install.wim": wims.paths.windows });
  expect(report).toMatchObject({ family: "windows", arch: ["x86_64"] });
  expect(report.editions).toMatchObject([
    { index: 1, editionId: "Core" },
    {
      file: "/sources/install.wim",
      index: 2,
      name: "Windows 11 Pro",
      editionId: "Professional",
      architecture: "x86_64",
      version: "10.0.26100.1742",
      languages: ["zh-CN"],
    },
  ]);
  expect(report.problems.map(({ id }) => id)).toEqual(["unsupported"]);
});

test("are found in an ESD, and in a split image, whose missing part is told", async () => {
  const esd = await inspect({ "INSTALL.ESD": wims.paths.solid });
  expect(esd.editions?.map(({ file }) => basename(file).toLowerCase())).toEqual(["install.esd"]);
  const split = await inspect({ "install.swm": wims.paths.split });
  expect(split.editions).toHaveLength(2);
  const problem = split.problems.find(({ id }) => id === "windows-part-missing");
  expect(problem?.text.en).toContain("2 (install2.swm)");
  const second = join(folder, "install2.swm");
  const third = join(folder, "install3.swm");
  const whole = { "install.swm": wims.paths.split, "install2.swm": second, "install3.swm": third };
  expect((await inspect(whole)).problems.map(({ id }) => id)).toEqual(["unsupported"]);
});

test("an encrypted ESD is told to be one", async () => {
  const esd = join(await temporaryFolder(), "encrypted.esd");
  await writeFile(esd, wimOfXml('<WIM><ESD><ENCRYPTED/></ESD><IMAGE INDEX="1"/></WIM>'));
  const { problems } = await inspect({ "install.esd": esd });
  const text = { en: expect.stringMatching(/install\.esd is encrypted/i) as string };
  expect(problems).toMatchObject([{ id: "unsupported" }, { id: "windows-image-encrypted", text }]);
});

test("are none where the install image is broken, and that is said", async () => {
  const report = await inspect({ "install.wim": join(wims.tree, "startnet.cmd") });
  expect(report.editions).toBeUndefined();
  expect(report.problems.map(({ id, severity }) => [id, severity])).toEqual([
    ["unsupported", "warning"],
    ["windows-image-unreadable", "warning"],
  ]);
});
