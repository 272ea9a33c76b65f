/**
 * What docs/how-to shows is what the program does: each page's commands are carried out, one after the other, in a folder of their
 * own, and what they print is held against what the page quotes.
 */
import { cp, mkdir, readFile, readdir, rename, symlink, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { packageRoot } from "../../../src/system/places.ts";
import { compile } from "../../support/cli.ts";
import { isAsShown, shownCommands, shownFiles } from "../../support/console-page.ts";
import { foreignStick } from "../../support/foreign-sticks.ts";
import { testKit } from "../../support/kit.ts";
import { fixtureIso, suiteFolder } from "../../support/sticks.ts";
import { judge } from "../../support/tools.ts";
import { ventoyRelease, writeSums } from "../../support/ventoy-release.ts";

const PAGES = join(packageRoot(), "docs", "how-to");
const ISOS = ["debian-live", "gparted", "kali", "memtest86+", "systemrescue", "ubuntu"];
/** Made by the tests, and not Ventoy's: the pages name the versions. */
const RELEASES = ["1.1.16", "1.1.17"];
const names = (await readdir(PAGES)).filter((name) => name.endsWith(".md")).toSorted();
const folder = await suiteFolder();

beforeAll(async () => {
  await compile();
  await mkdir(join(folder, "bin"));
  await mkdir(join(folder, "isos"));
  for (const family of ISOS) {
    await rename(await fixtureIso(family, folder), join(folder, "isos", `${family}.iso`));
  }
  await mkdir(join(folder, "releases"));
  const archives = RELEASES.map(async (version) => {
    const { archive } = await ventoyRelease({ version });
    const copy = join(folder, "releases", basename(archive));
    await cp(archive, copy);
    return copy;
  });
  await writeSums(...(await Promise.all(archives)));
  await symlink(join(packageRoot(), "lifeboat"), join(folder, "bin", "lifeboat"));
});

/** What a technician has at hand: a folder of ISOs, releases of Ventoy with their sums, and a stick of Ventoy's. */
async function workshop(name: string): Promise<string> {
  const place = join(folder, name);
  const isos = join(place, "isos");
  await cp(join(folder, "releases"), place, { recursive: true });
  await cp(join(folder, "isos"), isos, { recursive: true });
  const files = { "/gparted.iso": await readFile(join(isos, "gparted.iso")) };
  await foreignStick(join(place, "ventoy.img"), {
    scheme: "mbr",
    fileSystem: "exfat",
    ventoy: true,
    sizeMib: 1024,
    files,
  });
  return place;
}

describe.concurrent.each(names)("docs/how-to/%s", (name) => {
  test("each command prints what the page says", async () => {
    const page = await readFile(join(PAGES, name), "utf8");
    const shown = shownCommands(page);
    expect(shown).not.toHaveLength(0);
    const cwd = await workshop(name);
    for (const [file, text] of shownFiles(page)) await writeFile(join(cwd, file), text);
    const kit = await testKit();
    const env = {
      PATH: `${join(folder, "bin")}:${process.env["PATH"] ?? ""}`,
      LIFEBOAT_KIT: kit.folder,
      XDG_STATE_HOME: join(cwd, "state"),
      LC_ALL: "",
      LC_MESSAGES: "",
      LANGUAGE: "",
      LANG: name.endsWith(".zh-CN.md") ? "zh_CN.UTF-8" : "C.UTF-8",
    };
    const differing: string[] = [];
    for (const { line, command, output } of shown) {
      const words = Object.entries(env).map(([key, value]) => `${key}=${value}`);
      const args = [...words, "sh", "-c", `exec 2>&1; ${command}`];
      const accept = Array.from({ length: 256 }, (_, status) => status);
      const printed = await judge("env", args, { accept, cwd, input: "" });
      if (!isAsShown(output, printed)) differing.push(`${name}:${line} $ ${command}\n${printed}`);
    }
    expect(differing.join("\n")).toBe("");
  }, 300_000);
});
