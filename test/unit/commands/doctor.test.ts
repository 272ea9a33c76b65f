/** `lifeboat doctor` on this computer, and on ones where something is missing. */
import {
  appendFile,
  chmod,
  mkdir,
  readFile,
  readdir,
  rm,
  symlink,
  writeFile,
} from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { beforeAll, describe, expect, test } from "vitest";
import { checkNode } from "../../../src/stick/doctor/computer.ts";
import { checkPrograms, programsOf } from "../../../src/stick/doctor/programs.ts";
import { checkTerminal } from "../../../src/stick/doctor/terminal.ts";
import { run } from "../../../src/system/run.ts";
import { packageRoot } from "../../../src/system/places.ts";
import { compile, lifeboat, lifeboatJson } from "../../support/cli.ts";
import { testKit } from "../../support/kit.ts";
import { suiteFolder } from "../../support/sticks.ts";
import { judge } from "../../support/tools.ts";

interface Found {
  readonly ok: boolean;
  readonly groups: {
    readonly id: string;
    readonly title: string;
    readonly checks: {
      readonly id: string;
      readonly level: string;
      readonly what: string;
      readonly neededFor: string;
      readonly fix: string | null;
      readonly package: string | null;
    }[];
  }[];
  readonly packages: string[];
}

let folder = "";
let env: Record<string, string> = {};

beforeAll(async () => {
  await compile();
  folder = await suiteFolder();
  env = { LIFEBOAT_KIT: (await testKit()).folder, LIFEBOAT_CACHE: folder, LIFEBOAT_STATE: folder };
}, 300_000);

async function doctor(changes: Record<string, string> = {}, ...args: string[]) {
  const { status, stderr, json } = await lifeboatJson(["doctor", ...args], {
    env: { ...env, ...changes },
  });
  expect(stderr).toBe("");
  const found = json as unknown as Found;
  const checks = new Map(found.groups.flatMap(({ checks }) => checks).map((one) => [one.id, one]));
  return { status, found, check: (id: string) => checks.get(id) };
}

test("this computer, which runs the tests, has what the main jobs need", async () => {
  const { status, found, check } = await doctor();
  expect({ status, ok: found.ok }).toEqual({ status: 0, ok: true });
  expect(found.groups.map(({ id }) => id)).toEqual([
    "computer",
    "programs",
    "kit",
    "try-out",
    "terminal",
  ]);
  expect(check("node")).toMatchObject({ level: "ok", what: `Node.js ${process.versions.node}` });
  // The versions that the programs' packages have.
  for (const [program, name] of [
    ["lsblk", "util-linux"],
    ["mke2fs", "e2fsprogs"],
    ["dpkg-deb", "dpkg"],
    ["qemu", "qemu-system-x86"],
  ]) {
    const version = await judge("dpkg-query", [
      "-W",
      "-f",
      "${source:Upstream-Version}",
      name ?? "",
    ]);
    const what = (check(`program-${program}`) ?? check(program ?? ""))?.what;
    expect(what).toContain(version.split(/[+~-]/)[0]);
  }
  const list = JSON.parse(await readFile(join(env["LIFEBOAT_KIT"] ?? "", "kit.json"), "utf8")) as {
    files: unknown[];
  };
  expect(check("kit")).toMatchObject({
    level: "ok",
    what: expect.stringContaining(`${list.files.length} files`) as string,
  });
});

test("each program that lifeboat starts is looked for", async () => {
  const source = join(packageRoot(), "src");
  const started = new Set<string>();
  for (const name of await readdir(source, { recursive: true })) {
    if (!name.endsWith(".ts")) continue;
    const text = await readFile(join(source, name), "utf8");
    for (const [, program = ""] of text.matchAll(/\brun\(\s*"([^"]+)"/g)) started.add(program);
  }
  expect(started.size).toBeGreaterThan(10);
  const known = (["linux", "win32", "darwin"] as const).flatMap((platform) =>
    programsOf(platform).map(({ name }) => name),
  );
  expect([...started].filter((program) => !known.includes(program))).toEqual([]);
});

describe("something is missing", () => {
  test("programs: each is named with its package and what it is for", async () => {
    const empty = join(folder, "empty");
    await mkdir(empty);
    const { status, found, check } = await doctor({ PATH: empty });
    expect({ status, ok: found.ok }).toEqual({ status: 5, ok: false });
    expect(check("program-lsblk")).toEqual({
      id: "program-lsblk",
      level: "error",
      what: "lsblk is not installed",
      neededFor: "finding disks, and what is mounted of them",
      fix: "sudo apt-get install util-linux",
      package: "util-linux",
    });
    expect(check("program-fuser")).toMatchObject({ level: "warning", package: "psmisc" });
    expect(check("program-umount")).toMatchObject({ level: "warning", package: "mount" });
    expect(check("program-wimlib-imagex")).toMatchObject({ level: "warning", package: "wimtools" });
    expect(check("qemu")).toMatchObject({ level: "warning", package: "qemu-system-x86" });
    expect(found.packages).toEqual(expect.arrayContaining(["mount", "psmisc", "util-linux"]));
    // Without lsblk nobody knows which disks there are.
    expect(check("permissions")).toBeUndefined();
    const { stdout } = await lifeboat(["doctor"], { env: { ...env, PATH: empty } });
    expect(stdout).toContain("  ✘ lsblk is not installed\n      for: finding disks");
    expect(stdout).toMatch(/sudo apt-get install .*psmisc.*\n.*lacks what is marked with ✘\n$/);
  });

  test.each([
    ["lsblk", "util-linux"],
    ["umount", "mount"],
    ["findmnt", "util-linux"],
    ["flock", "util-linux"],
    ["partx", "util-linux"],
    ["fuser", "psmisc"],
    ["mke2fs", "e2fsprogs"],
    ["wimlib-imagex", "wimtools"],
  ])("the package of %s is the one that has it", async (program, name) => {
    const files = (await judge("dpkg", ["-L", name])).split("\n");
    expect(files.some((file) => file.endsWith(`bin/${program}`))).toBe(true);
  });

  test("a program that can't be run is told with its last words", async () => {
    const broken = join(folder, "broken");
    await mkdir(broken);
    for (const name of ["lsblk", "findmnt"]) {
      const { stdout } = await execa("which", [name]);
      await symlink(stdout, join(broken, name));
    }
    await writeFile(join(broken, "flock"), "#!/bin/sh\necho no such library >&2\nexit 127\n");
    await chmod(join(broken, "flock"), 0o755);
    const { found, check } = await doctor({ PATH: broken });
    expect(found.ok).toBe(true);
    expect(check("program-flock")).toMatchObject({
      level: "warning",
      what: expect.stringContaining("no such library") as string,
      package: null,
    });
  });

  test("the kit", async () => {
    const { status, check } = await doctor({ LIFEBOAT_KIT: join(folder, "none") });
    expect({ status, kit: check("kit") }).toMatchObject({
      status: 5,
      kit: { level: "error", fix: expect.stringContaining("lifeboat kit build") as string },
    });
  });

  test("a file of the kit, or its content", async () => {
    const kit = join(folder, "kit");
    await judge("cp", ["-r", env["LIFEBOAT_KIT"] ?? "", kit]);
    const file = join(kit, "files", "tools", "memdisk");
    await appendFile(file, "x");
    const changed = await doctor({ LIFEBOAT_KIT: kit });
    await rm(file);
    const missing = await doctor({ LIFEBOAT_KIT: kit });
    for (const { status, check } of [changed, missing]) {
      expect({ status, kit: check("kit") }).toMatchObject({
        status: 5,
        kit: { level: "error", what: expect.stringContaining("tools/memdisk") as string },
      });
    }
  });

  test("udevadm is only looked for where udev runs", async () => {
    const ids = async (udevRuns: boolean) =>
      (await checkPrograms(run, "linux", udevRuns)).map(({ id }) => id);
    expect(await ids(true)).toContain("program-udevadm");
    expect(await ids(false)).not.toContain("program-udevadm");
  });
});

const NOBODY = { uid: 65534, gid: 65534 };

/** test(1), asked by a user without rights. */
async function nobodyMay(what: "-r" | "-w" | "-x", path: string): Promise<boolean> {
  return (await execa("test", [what, path], { ...NOBODY, reject: false })).exitCode === 0;
}

// A checkout in root's own folder nobody else can run.
const canBeNobody =
  process.getuid?.() === 0 &&
  (await nobodyMay("-x", process.execPath)) &&
  (await nobodyMay("-r", join(packageRoot(), "package.json")));

describe.skipIf(!canBeNobody)("as somebody else than root", () => {
  test("disks and folders that may not be written to are named", async () => {
    const closed = join(folder, "closed");
    await mkdir(closed, { mode: 0o700 });
    await chmod(folder, 0o755);
    const { exitCode, stdout } = await execa(
      process.execPath,
      [join(packageRoot(), "lifeboat"), "doctor", "--json"],
      {
        ...NOBODY,
        reject: false,
        env: { ...env, LIFEBOAT_CACHE: join(closed, "x"), LANG: "C.UTF-8" },
      },
    );
    const found = JSON.parse(stdout) as Found;
    const check = (id: string) =>
      found.groups.flatMap(({ checks }) => checks).find((one) => one.id === id);
    expect(check("cache-folder")).toMatchObject({
      level: "warning",
      what: `Folder ${join(closed, "x")}: can't be written to`,
      fix: expect.stringContaining("LIFEBOAT_CACHE") as string,
    });
    const { json } = await lifeboatJson(["disks"]);
    const refused: string[] = [];
    for (const { path } of json["disks"] as { path: string }[]) {
      const there = await execa("test", ["-e", path], { reject: false });
      if (there.exitCode === 0 && !(await nobodyMay("-w", path))) refused.push(path);
    }
    if (refused.length > 0) {
      expect(check("permissions")).toMatchObject({
        level: "warning",
        what: `Permissions: may not be opened: ${refused.join(" ")}`,
        fix: expect.stringContaining("sudo") as string,
      });
    } else expect(check("permissions")?.what).not.toContain("may not be opened");
    // The kit of the tests may lie in root's own folder as well.
    expect(exitCode).toBe(check("kit")?.level === "ok" ? 0 : 5);
  });
});

test("in Chinese everything is", async () => {
  const { found } = await doctor({}, "--lang", "zh");
  for (const { title, checks } of found.groups) {
    expect(title).toMatch(/\p{Script=Han}/u);
    for (const { neededFor, fix } of checks) {
      if (!neededFor.startsWith("--")) expect(neededFor).toMatch(/\p{Script=Han}/u);
      if (fix !== null) expect(fix).toMatch(/\p{Script=Han}/u);
    }
  }
});

test("the signs are ASCII where the locale is", async () => {
  const { stdout } = await lifeboat(["doctor"], { env: { ...env, LANG: "C" } });
  expect(stdout).toContain("  + Node.js");
  expect(stdout).toContain("  ! The locale is not UTF-8: C\n");
  expect(stdout).not.toMatch(/[^\u0000-\u007f]/);
});

test("a terminal that is too small", async () => {
  const program = `'${process.execPath}' '${join(packageRoot(), "lifeboat")}' doctor`;
  const command = `stty cols 70 rows 20; ${program}`;
  const shown = await execa("script", ["-qec", command, "/dev/null"], {
    env: { ...env, LANG: "C.UTF-8", LC_ALL: "", TERM: "xterm-256color" },
    stdin: "ignore",
  });
  expect(shown.stdout).toMatch(/! 70 columns, 20 rows\r?\n.*\r?\n +Make it 80 by 24 or larger/);
  expect(shown.stdout).toContain("✓ 256 colours");
});

test("terminals and locales", () => {
  const levels = (...args: Parameters<typeof checkTerminal>) =>
    checkTerminal(...args).map(({ id, level }) => `${id} ${level}`);
  const large = { columns: 80, rows: 24, colourBits: 24 };
  expect(levels(large, { LC_ALL: "zh_CN.UTF-8" }, "linux")).toEqual([
    "terminal-size ok",
    "terminal-colours ok",
    "locale ok",
  ]);
  // The first that is set counts.
  expect(levels(undefined, { LC_ALL: "C", LANG: "en_GB.utf8" }, "linux")).toEqual([
    "terminal ok",
    "locale warning",
  ]);
  expect(levels(undefined, { LC_CTYPE: "en_GB.utf8", LANG: "C" }, "darwin")).toContain("locale ok");
  expect(levels(undefined, {}, "win32")).toEqual(["terminal ok"]);
});

test.each([
  ["18.20.4", "error"],
  ["20.18.9", "error"],
  ["20.19.0", "ok"],
  ["22.1.0", "ok"],
])("Node.js %s: %s", async (version, level) => {
  expect(checkNode(version).level).toBe(level);
  // What package.json wants.
  const manifest = JSON.parse(await readFile(join(packageRoot(), "package.json"), "utf8")) as {
    engines: { node: string };
  };
  expect(checkNode(manifest.engines.node.replace(">=", "")).level).toBe("ok");
});
