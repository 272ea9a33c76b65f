/** The single executable, made by the script that makes it for everybody, and started where there is no Node. */
import { copyFile, mkdir, readFile, readdir } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { execa } from "execa";
import { beforeAll, expect, test } from "vitest";
import { packageRoot } from "../../../src/system/places.ts";
import { compile } from "../../support/cli.ts";
import type { Packaged } from "../../support/packaged.ts";
import { expectBuilds, expectScans, expectStarts, version } from "../../support/packaged.ts";
import { fixtureIso, suiteFolder } from "../../support/sticks.ts";
import { judge } from "../../support/tools.ts";

const asRoot = process.getuid?.() === 0;

let out = "";
let executable: Packaged;

beforeAll(async () => {
  await compile();
  const folder = await suiteFolder();
  out = join(folder, "the executable");
  const script = join(packageRoot(), "scripts", "executable.mjs");
  await execa(process.execPath, [script, "--out", out]);
  const empty = join(folder, "no programs");
  await mkdir(empty);
  const env = { PATH: empty, HOME: folder, COLUMNS: "80" };
  executable = { program: join(out, "lifeboat"), env, folder };
}, 300_000);

test("it is all that is made, with the licences of what is in it", async () => {
  expect((await readdir(out)).toSorted()).toEqual(["licenses.txt", "lifeboat"]);
  const licences = await readFile(join(out, "licenses.txt"), "utf8");
  const headings = [...licences.matchAll(/^={80}\n(\S+)/gm)].map(([, name]) => name);
  expect(headings).toEqual(
    expect.arrayContaining(["lifeboat", "Node.js", "commander", "execa", "yaml", "zod"]),
  );
  expect(licences).toContain("GNU GENERAL PUBLIC LICENSE");
  expect(licences).toContain("Copyright Node.js contributors");
});

test("nothing of the computer that it was made on is in it", async () => {
  const bytes = await readFile(executable.program);
  expect(bytes.includes(packageRoot())).toBe(false);
  expect(bytes.includes(out)).toBe(false);
});

test("it starts without Node", async () => expectStarts(executable));
test("it knows ISOs", async () => expectScans(executable));
test("it makes a stick", async () => expectBuilds(executable), 180_000);

test.skipIf(!asRoot)(
  "a system needs C and C++ libraries for it, and nothing else (needs root)",
  async () => {
    const { program, folder } = executable;
    const system = join(folder, "system");
    // "libc.so.6 => /lib/x86_64-linux-gnu/libc.so.6 (0x…)", and the loader as a path alone.
    const libraries = [...(await judge("ldd", [program])).matchAll(/(\/\S+) \(0x/g)].map(
      ([, path]) => path ?? "",
    );
    expect(libraries.map((path) => basename(path)).toSorted()).toEqual([
      "ld-linux-x86-64.so.2",
      "libc.so.6",
      "libdl.so.2",
      "libgcc_s.so.1",
      "libm.so.6",
      "libpthread.so.0",
      "libstdc++.so.6",
    ]);
    const iso = await fixtureIso("debian-live", folder);
    for (const path of [...libraries, program, iso]) {
      const target = join(system, path.startsWith(folder) ? basename(path) : path);
      await mkdir(dirname(target), { recursive: true });
      await copyFile(path, target);
    }
    const inside = async (...args: string[]) => judge("chroot", [system, "/lifeboat", ...args]);
    expect(await inside("--version")).toBe(`${await version()}\n`);
    expect(await inside("scan", `/${basename(iso)}`, "--json")).toContain(
      '"family": "debian-live"',
    );
  },
);
