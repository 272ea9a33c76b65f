/** The package that `npm pack` makes, installed by npm in an empty folder: outside the checkout, without its development packages. */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { beforeAll, expect, test } from "vitest";
import { packageRoot } from "../../../src/system/places.ts";
import { compile } from "../../support/cli.ts";
import type { Packaged } from "../../support/packaged.ts";
import { expectBuilds, expectScans, expectStarts, version } from "../../support/packaged.ts";
import { suiteFolder } from "../../support/sticks.ts";

let files: string[] = [];
let installed: Packaged;

beforeAll(async () => {
  await compile();
  const folder = join(await suiteFolder(), "a folder 文件夹");
  await mkdir(folder);
  // What it would run first compiles the checkout, under the feet of other tests.
  const pack = ["pack", "--ignore-scripts", "--json", "--pack-destination", folder];
  const { stdout } = await execa("npm", pack, { cwd: packageRoot() });
  const packed = JSON.parse(stdout) as [{ filename: string; files: { path: string }[] }];
  files = packed[0].files.map(({ path }) => path);
  // The packages that it needs are those of the checkout, and mostly in npm's cache.
  const install = ["install", "--omit=dev", "--prefer-offline", "--no-audit", "--no-fund"];
  await execa("npm", [...install, `./${packed[0].filename}`], { cwd: folder });
  const { PATH = "", HOME = "" } = process.env;
  const program = join(folder, "node_modules", ".bin", "lifeboat");
  installed = { program, env: { PATH, HOME, COLUMNS: "80" }, folder };
}, 300_000);

test("the package has what the program reads, and nothing of what makes it", async () => {
  expect(files).toEqual(
    expect.arrayContaining([
      "LICENSE",
      "lifeboat",
      "dist/main.js",
      "dist/menu/new-isos/prepared-en.json",
      "dist/menu/new-isos/prepared-zh.json",
      "grub/main.cfg",
      "grub/recipes/debian-live.yaml",
      "payloads/hook/init",
      "templates/stick.zh.yaml",
    ]),
  );
  const folders = new Set(
    files.filter((path) => path.includes("/")).map((path) => path.split("/")[0]),
  );
  expect(folders).toEqual(new Set(["dist", "grub", "payloads", "templates"]));
  expect(files).not.toContain("dist/.tsbuildinfo");
  expect(await version()).toMatch(/^\d+\.\d+\.\d+$/);
});

test("it starts", async () => expectStarts(installed));
test("it knows ISOs", async () => expectScans(installed));
test("it makes a stick", async () => expectBuilds(installed), 180_000);
