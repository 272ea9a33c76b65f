/** What goes wrong: one line that says what and what to do, the exit status of its kind, no stack trace. */
import { execa } from "execa";
import { mkdir, readFile, readdir, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { packageRoot } from "../../../src/system/places.ts";
import { compile, lifeboat, lifeboatJson, startLifeboat } from "../../support/cli.ts";
import { testKit } from "../../support/kit.ts";
import {
  MIB,
  buildStick,
  expectCleanStick,
  fixtureIso,
  named,
  sfdiskTable,
  suiteFolder,
} from "../../support/sticks.ts";
import { judge } from "../../support/tools.ts";

let folder = "";
let stick = "";
let iso = "";
let env: Record<string, string> = {};

beforeAll(async () => {
  await compile();
  folder = await suiteFolder();
  env = { LIFEBOAT_KIT: (await testKit()).folder };
  iso = await fixtureIso("debian-live", folder);
  stick = join(folder, "stick.img");
  await buildStick(stick, { isos: [iso] });
}, 300_000);

interface Expected {
  readonly status: number;
  readonly code: string;
  readonly says: RegExp;
}

const CASES: [string, () => string[], Expected][] = [
  [
    "an unknown command",
    () => ["frobnicate"],
    { status: 2, code: "usage", says: /Unknown command 'frobnicate'.* --help/ },
  ],
  [
    "an unknown option",
    () => ["build", "x.img", "--sise", "1G"],
    { status: 2, code: "usage", says: /Unknown option '--sise'.*lifeboat build --help/ },
  ],
  [
    "an option's value",
    () => ["build", "x.img", "--fs", "btrfs"],
    { status: 2, code: "usage", says: /'btrfs' is invalid.*exfat, ntfs, ext4, fat32/ },
  ],
  [
    "a missing argument",
    () => ["verify"],
    { status: 2, code: "usage", says: /Missing required argument 'stick'/ },
  ],
  [
    "an unknown language",
    () => ["disks", "--lang", "fr"],
    { status: 2, code: "usage", says: /en, zh/ },
  ],
  [
    "no size",
    () => ["build", "x.img", "--size", "much"],
    { status: 2, code: "bad-size", says: /"much" is not a size\. Write it like/ },
  ],
  [
    "a number that is none",
    () => ["boot", "x.img", "--timeout", "soon"],
    { status: 2, code: "bad-number", says: /--timeout takes a whole number from 1 to .*"soon"/ },
  ],
  [
    "a number that is too small, in Chinese",
    () => ["password", "--iterations", "5", "--lang", "zh"],
    { status: 2, code: "bad-number", says: /--iterations 须为 1000 到 9999999 的整数/ },
  ],
  [
    "a group without a command",
    () => ["kit"],
    { status: 2, code: "usage", says: /No command given\. See lifeboat kit --help/ },
  ],
  [
    "a missing target",
    () => ["build", join(folder, "none.img")],
    { status: 2, code: "no-target", says: /does not exist\. .*--size 8G/ },
  ],
  [
    "a missing folder",
    () => ["build", join(folder, "none", "x.img"), "--size", "1G"],
    { status: 3, code: "no-such-folder", says: /./ },
  ],
  [
    "a folder as a target",
    () => ["build", folder, "--size", "1G"],
    { status: 3, code: "not-a-file", says: /./ },
  ],
  [
    "a missing ISO",
    () => ["build", join(folder, "x.img"), "--size", "1G", "--iso", "none.iso"],
    { status: 2, code: "no-such-file", says: /Can't read none\.iso/ },
  ],
  [
    "a label",
    () => ["build", join(folder, "x.img"), "--size", "1G", "--label", "a/b"],
    { status: 2, code: "bad-label", says: /1 to 11/ },
  ],
  [
    "too small",
    () => ["build", join(folder, "x.img"), "--size", "100M", "--yes"],
    { status: 3, code: "target-too-small", says: /at least/ },
  ],
  [
    "too small for the ISO",
    () => [
      "build",
      join(folder, "x.img"),
      "--size",
      "350M",
      "--yes",
      "--iso",
      join(folder, "large.iso"),
    ],
    { status: 3, code: "target-too-small", says: /at least/ },
  ],
  [
    "a stick that is none",
    () => ["refresh", iso],
    { status: 2, code: "not-a-stick", says: /not a stick.*lifeboat build/ },
  ],
  [
    "a missing stick",
    () => ["inspect", join(folder, "none.img")],
    { status: 2, code: "open-failed", says: /Can't open/ },
  ],
  [
    "a folder to scan",
    () => ["scan", folder],
    { status: 2, code: "open-failed", says: /is not a file/ },
  ],
  [
    "a name that isn't there",
    () => ["remove", stick, "none.iso"],
    { status: 2, code: "no-such-iso", says: /no none\.iso.*inspect/ },
  ],
  [
    "a name that is there",
    () => ["add", stick, iso],
    { status: 2, code: "exists-on-stick", says: /--replace/ },
  ],
  [
    "no room",
    () => ["add", stick, join(folder, "large.iso")],
    { status: 1, code: "volume-full", says: /need 200 MiB.*lifeboat remove/ },
  ],
  [
    "no entry",
    () => ["boot", stick, "--entry", "none"],
    { status: 2, code: "no-such-entry", says: /--list/ },
  ],
  [
    "a serial number of an image",
    () => ["build", stick, "--expect-serial", "X", "--yes"],
    { status: 3, code: "serial-differs", says: /./ },
  ],
  [
    "an existing image without --yes",
    () => ["build", stick],
    { status: 3, code: "not-confirmed", says: /nothing was written.*--yes/ },
  ],
  [
    "a new image over an existing one without --yes",
    () => ["build", stick, "--size", "1G"],
    { status: 3, code: "not-confirmed", says: /--yes/ },
  ],
];

describe("wrong is", () => {
  beforeAll(async () => {
    await writeFile(join(folder, "large.iso"), "");
    await judge("truncate", ["-s", "200M", join(folder, "large.iso")]);
  });

  test.each(CASES)("%s", async (_name, args, { status, code, says }) => {
    const before = await stat(stick);
    // One after the other: the second would find the image locked by the first.
    const result = await lifeboat([...args(), "--quiet"], { env });
    const { json, ...asJson } = await lifeboatJson(args(), { env });
    expect(result).toMatchObject({ status, stdout: "" });
    const lines = result.stderr.trimEnd().split("\n");
    // A question may stand before it, where something would be lost.
    expect(lines.at(-1)).toMatch(/^lifeboat: /);
    expect(lines.at(-1)).toMatch(says);
    if (code !== "not-confirmed") expect(lines).toHaveLength(1);
    expect(result.stderr).not.toMatch(/\n +at |node:internal/);

    expect(asJson.status).toBe(status);
    const { error } = json as { error: { code: string; message: string; hint?: string } };
    expect(error.code).toBe(code);
    expect(lines.at(-1)).toBe(
      `lifeboat: ${[error.message, error.hint].filter(Boolean).join(". ")}`,
    );
    expect(asJson.stderr).toBe("");
    expect((await stat(stick)).mtimeMs).toBe(before.mtimeMs);
  });

  test("said in Chinese where that is asked for", async () => {
    for (const args of [
      ["--lang", "zh", "verify", iso],
      ["frobnicate", "--lang=zh"],
      ["build", "x", "--size", "y", "--lang", "zh"],
    ]) {
      const { stderr, status } = await lifeboat(args, { env });
      expect(status).toBe(2);
      expect(stderr).toMatch(/^lifeboat: .*\p{Script=Han}.*\n$/u);
    }
    const { stderr } = await lifeboat(["verify", iso], { env: { ...env, LANG: "zh_CN.UTF-8" } });
    expect(stderr).toMatch(/\p{Script=Han}/u);
  });

  test("a kit that isn't there, with what to do", async () => {
    const empty = join(folder, "empty kit");
    await mkdir(empty);
    const image = join(folder, "no-kit.img");
    const args = ["build", image, "--size", "1G", "--yes"];
    const { status, json } = await lifeboatJson(args, { env: { LIFEBOAT_KIT: empty } });
    expect(status).toBe(5);
    expect(json).toMatchObject({
      error: { code: "no-kit", hint: expect.stringContaining("kit build") as string },
    });
    expect(await readdir(folder)).not.toContain("no-kit.img");
  });

  test("a terminal's commands in a file's name don't reach the terminal", async () => {
    const { stderr } = await lifeboat(["inspect", "\u001b[31mred\nline"], { env });
    expect(stderr).not.toContain("\u001b");
    expect(stderr.trimEnd().split("\n")).toHaveLength(1);
  });

  test("a stack trace is there for who asks for it", async () => {
    const { stderr } = await lifeboat(["inspect", "none"], {
      env: { ...env, LIFEBOAT_DEBUG: "1" },
    });
    expect(stderr).toMatch(/\n +at /);
  });
});

describe("a damaged stick", () => {
  const findings = async (image: string, ...options: string[]) => {
    const { status, json } = await lifeboatJson(["verify", image, ...options], { env });
    const { ok, findings: found } = json as {
      ok: boolean;
      findings: { id: string; severity: string; what: string; where: string; fix: string }[];
    };
    expect(ok).toBe(status === 0);
    for (const one of found) {
      expect(Object.keys(one).toSorted()).toEqual([
        "fix",
        "id",
        "repair",
        "severity",
        "what",
        "where",
      ]);
    }
    return {
      status,
      ids: found.filter(({ severity }) => severity === "error").map(({ id }) => id),
    };
  };

  const partition = async (number: number) => {
    const { partitions } = await sfdiskTable(stick);
    return (partitions.find((one) => one.number === number)?.start ?? 0) * 512;
  };

  const damages: [string, string[], (copy: string) => Promise<unknown>][] = [
    ["boot-code-changed", [], async (copy) => poke(copy, 100)],
    ["core-image-changed", [], async (copy) => poke(copy, 60 * 512)],
    ["data-unreadable", [], async (copy) => poke(copy, await partition(1), 24 * 512)],
    ["iso-changed", ["--deep"], async (copy) => poke(copy, (await isoAt()) + 100_000)],
    [
      "stage-file-missing",
      [],
      async (copy) =>
        judge("mdel", ["-i", `${copy}@@${await partition(2)}`, "::/EFI/BOOT/BOOTX64.EFI"]),
    ],
    [
      "menu-damaged",
      [],
      async (copy) =>
        judge("mdel", ["-i", `${copy}@@${await partition(2)}`, "::/lifeboat/menu-a/menu.cfg"]),
    ],
  ];

  const isoAt = async () => {
    const { json } = await lifeboatJson(["inspect", stick], { env });
    const { isos } = json as { isos: { extents: { start: number }[] }[] };
    return (await partition(1)) + (isos[0]?.extents[0]?.start ?? 0) * 512;
  };

  async function poke(image: string, offset: number, length = 1): Promise<void> {
    const input = Buffer.alloc(length, 0xa5);
    await judge("dd", [`of=${image}`, "bs=1", `seek=${offset}`, "conv=notrunc", "status=none"], {
      input,
    });
  }

  test("is sound before", async () => {
    expect(await findings(stick, "--deep")).toEqual({ status: 0, ids: [] });
    const { status, stdout } = await lifeboat(["verify", stick], { env });
    expect({ status, stdout }).toMatchObject({
      status: 0,
      // The fixture is signed by nobody, which is told, and is no damage.
      stdout: expect.stringContaining("The stick is whole; see the warning above") as string,
    });
  });

  test.each(damages)("is found out: %s", async (id, options, damage) => {
    const copy = join(folder, "copy.img");
    await judge("cp", ["--sparse=always", stick, copy]);
    await damage(copy);
    expect(await findings(copy, ...options)).toEqual({ status: 4, ids: [id] });
  });
});

describe("cancelled by Ctrl-C", () => {
  test("a build of a new image leaves nothing behind and says so", async () => {
    const inside = join(folder, "cancelled");
    await mkdir(inside);
    const big = join(folder, "endless.iso");
    await writeFile(big, "");
    await judge("truncate", ["-s", "3G", big]);
    const image = join(inside, "stick.img");
    const child = startLifeboat(["build", image, "--size", "4G", "--iso", big, "--yes"], { env });
    let heard = "";
    child.stderr?.on("data", (text: Buffer) => {
      heard += text.toString();
      if (!child.killed && heard.includes("Copying endless.iso")) child.kill("SIGINT");
    });
    const { exitCode, stderr, stdout, signal } = await child;
    expect({ exitCode, signal, stderr }).toMatchObject({ exitCode: 130 });
    expect(stdout).toBe("");
    expect(stderr.trimEnd().split("\n").at(-1)).toBe(
      `lifeboat: Cancelled; the unfinished ${image} was removed`,
    );
    expect(await readdir(inside)).toEqual([]);
  });

  test("an add leaves the stick whole and says so", async () => {
    const image = join(folder, "cancelled-add.img");
    await buildStick(image, { sizeBytes: 2048 * MIB });
    const big = join(folder, "big.iso");
    await writeFile(big, "");
    await judge("truncate", ["-s", "1500M", big]);
    const child = startLifeboat(["add", image, big], { env });
    child.stderr?.once("data", () => child.kill("SIGTERM"));
    const { exitCode, stderr } = await child;
    expect(exitCode).toBe(130);
    expect(stderr).toMatch(/\nlifeboat: Cancelled; the stick is as it was/);
    await expectCleanStick(image, "exfat");
  });

  test("an ext4 stick is whole, although the programs that write it are in the same group", async () => {
    const image = join(folder, "ext4.img");
    await buildStick(image, { fileSystem: "ext4" });
    const many: string[] = [];
    for (let index = 0; index < 8; index++) many.push(await named(iso, folder, `${index}.iso`));
    for (let round = 0; round < 6; round++) {
      const child = startLifeboat(["add", image, "--replace", ...many], { env, group: true });
      let heard = "";
      let sent = false;
      child.stderr.on("data", (text: Buffer) => {
        heard += text.toString();
        // debugfs gives the file its name after this, a little later in each round.
        if (sent || !heard.includes(`Reading back ${round}.iso`)) return;
        sent = true;
        setTimeout(() => process.kill(-(child.pid ?? 0), "SIGINT"), 15 * round);
      });
      const { exitCode, stderr } = await child;
      expect({ exitCode, stderr }).toMatchObject({ exitCode: 130 });
      await expectCleanStick(image, "ext4");
    }
  });

  test.each([
    ["\u0003", 130],
    ["\u0004", 3],
    ["no\r", 3],
  ])("or %j at the question", async (typed, status) => {
    // A terminal of its own, made by script(1).
    const words = [process.execPath, join(packageRoot(), "lifeboat"), "build", stick];
    const command = words.map((word) => `'${word}'`).join(" ");
    const before = await stat(stick);
    const child = execa("script", ["-qec", command, "/dev/null"], { reject: false, env });
    child.stdout.on("data", (text: Buffer) => {
      if (text.toString().includes("to go on:")) child.stdin.write(typed);
    });
    const { exitCode, stdout } = await child;
    expect(exitCode).toBe(status);
    expect(stdout).toMatch(/Everything on .* will be lost/);
    expect((await stat(stick)).mtimeMs).toBe(before.mtimeMs);
  });
});

test("help and version", async () => {
  const manifest = JSON.parse(await readFile(join(packageRoot(), "package.json"), "utf8")) as {
    version: string;
  };
  expect(await lifeboat(["--version"])).toMatchObject({
    status: 0,
    stdout: `${manifest.version}\n`,
    stderr: "",
  });
  const help = await lifeboat([]);
  expect(help).toMatchObject({
    status: 0,
    stderr: "",
    stdout: expect.stringContaining("Usage: lifeboat") as string,
  });
  expect((await lifeboat(["--help"])).stdout).toBe(help.stdout);
  for (const command of [
    "build",
    "add",
    "remove",
    "refresh",
    "upgrade",
    "backup-boot",
    "restore-boot",
    "verify",
    "inspect",
    "scan",
    "boot",
    "disks",
    "kit",
  ]) {
    expect(help.stdout).toMatch(new RegExp(`^  ${command} `, "m"));
    const { status, stdout } = await lifeboat([command, "--help"]);
    expect(status).toBe(0);
    expect(stdout).toContain(`Usage: lifeboat ${command}`);
    expect(stdout).toContain("Examples:");
  }
});

test("a reader that goes away is no crash", async () => {
  const command = `'${process.execPath}' '${join(packageRoot(), "lifeboat")}' scan --json '${iso}' | true`;
  expect(await judge("bash", ["-c", `set -o pipefail; ${command}`], { accept: [0] })).toBe("");
});
