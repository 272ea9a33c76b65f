/** What is done with contents by the real wimlib-imagex, and what its words are taken for. */
import { mkdir, mkdtemp, readFile, readdir, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openFile } from "../../../../src/block/file.ts";
import type { ProgressEvent } from "../../../../src/system/progress.ts";
import type { Run } from "../../../../src/system/run.ts";
import { run } from "../../../../src/system/run.ts";
import { describeWim, wimBackend } from "../../../../src/windows/wim/index.ts";
import { wimlibProgress } from "../../../../src/windows/wim/wimlib/progress.ts";
import { updateScript } from "../../../../src/windows/wim/wimlib/update-script.ts";
import { listeningJob, quietJob } from "../../../support/jobs.ts";
import { judge, temporaryFolder } from "../../../support/tools.ts";
import type { Wims } from "../../../support/wims.ts";
import { makeWims } from "../../../support/wims.ts";
import { wimOfXml } from "./support.ts";

const backend = await wimBackend(run, "linux");
let wims: Wims;
let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "lifeboat-wims-"));
  wims = await makeWims(folder);
});
afterAll(async () => rm(folder, { recursive: true, force: true }));

/** An empty NTFS volume in a file. */
async function ntfsVolume(sizeBytes: number): Promise<string> {
  const path = join(await temporaryFolder(), "volume.img");
  await writeFile(path, "");
  await truncate(path, sizeBytes);
  await judge("mkntfs", ["-F", "-q", "-p", "2048", "-H", "255", "-S", "63", "-s", "512", path]);
  return path;
}

const NOISE = "Windows/System32/noise.bin";

describe("applying", () => {
  test.each(["solid", "pipable", "windows"] as const)(
    "%s to a volume that isn't mounted: everything is there",
    async (kind) => {
      const path = await ntfsVolume(8 << 20);
      const { job, events } = listeningJob();
      const wim = { path: wims.paths[kind] };
      await backend.apply({ wim, index: 1, target: { kind: "volume", path }, check: true }, job);
      const content = join(folder, `${kind}.noise`);
      await judge("sh", ["-c", 'ntfscat "$1" "/$2" > "$3"', "sh", path, NOISE, content]);
      expect(await readFile(content)).toEqual(await readFile(join(wims.tree, NOISE)));
      const last = events.findLast(({ kind: one }) => one === "bytes");
      expect(last?.kind === "bytes" && last.doneBytes === last.totalBytes).toBe(true);
    },
  );

  test("a split WIM with all its parts, and what is said where one is missing", async () => {
    const target = { kind: "folder", path: await temporaryFolder() } as const;
    const names = (await readdir(folder)).filter((name) => /^install\d+\.swm$/.test(name));
    const parts = names.map((name) => join(folder, name));
    const request = { index: 2, target };
    const whole = { path: wims.paths.split, parts };
    await backend.apply({ wim: whole, ...request }, quietJob());
    expect(await readFile(join(target.path, NOISE))).toEqual(
      await readFile(join(wims.tree, NOISE)),
    );
    await backend.verify?.(whole, quietJob());
    const lonely = backend.apply({ wim: { path: wims.paths.split }, ...request }, quietJob());
    await expect(lonely).rejects.toMatchObject({ code: "wim-part-missing", kind: "usage" });
  });

  test("progress comes while it works", async () => {
    const { job, events } = listeningJob();
    const tree = await temporaryFolder();
    const wim = join(tree, "large.wim");
    await mkdir(join(tree, "in"));
    for (let file = 0; file < 4; file++) {
      await writeFile(join(tree, "in", `${file}`), Buffer.alloc(6 << 20, `${file} `));
    }
    const made = { folder: join(tree, "in"), wim, name: "Large", compression: "none" } as const;
    await backend.capture(made, quietJob());
    const target = { kind: "folder", path: await temporaryFolder() } as const;
    await backend.apply({ wim: { path: wim }, index: 1, target }, job);
    const done = events.flatMap((event) => (event.kind === "bytes" ? [event.doneBytes] : []));
    expect(new Set(done).size).toBeGreaterThan(10);
    expect(done).toEqual(done.toSorted((a, b) => a - b));
  });

  test("mistakes are explained", async () => {
    const volume = await ntfsVolume(8 << 20);
    const small = await ntfsVolume(2 << 20);
    const work = await temporaryFolder();
    const large = join(work, "large.wim");
    await mkdir(join(work, "in"));
    await writeFile(join(work, "in/file"), Buffer.alloc(3 << 20, "x"));
    await backend.capture({ folder: join(work, "in"), wim: large, name: "Large" }, quietJob());
    const plain = join(await temporaryFolder(), "plain.img");
    await writeFile(plain, Buffer.alloc(2 << 20));
    const text = join(wims.tree, "Windows/System32/config/SYSTEM");
    const encrypted = join(await temporaryFolder(), "encrypted.esd");
    await writeFile(encrypted, wimOfXml('<WIM><ESD><ENCRYPTED/></ESD><IMAGE INDEX="1"/></WIM>'));
    const noise = join(await temporaryFolder(), "damaged.wim");
    const bytes = await readFile(wims.paths.lzx);
    await writeFile(noise, bytes.fill(0x55, 300, 60_000));
    const short = join(work, "short.wim");
    await writeFile(short, "hello");
    const cases: [string, number, string, string][] = [
      [wims.paths.lzx, 7, volume, "wim-image-unknown"],
      [text, 1, volume, "not-a-wim"],
      [large, 1, small, "no-space"],
      [wims.paths.none, 1, plain, "not-ntfs"],
      [wims.paths.none, 1, "/nowhere/volume.img", "wim-target"],
      [wims.paths.none, 1, folder, "wim-target"],
      [encrypted, 1, volume, "wim-encrypted"],
      [noise, 1, volume, "wim-damaged"],
      [join(work, "nothing.wim"), 1, volume, "wim-not-found"],
      [short, 1, volume, "not-a-wim"],
    ];
    for (const [path, index, target, code] of cases) {
      const request = { wim: { path }, index, target: { kind: "volume", path: target } } as const;
      const check = code === "wim-damaged";
      const applied = backend.apply({ ...request, check }, quietJob());
      await expect(applied, code).rejects.toMatchObject({ code });
    }
    await expect(backend.verify?.({ path: noise }, quietJob())).rejects.toMatchObject({
      code: "wim-damaged",
      kind: "damaged",
    });
  });

  test("a wimlib without NTFS-3G, and none at all, say what to install", async () => {
    // As it prints it where it was built without (src/extract.c); the one here was built with it.
    const stderr =
      "[ERROR] wimlib was compiled without support for NTFS-3G, so\n" +
      "        it cannot apply a WIM image directly to an NTFS volume.\n" +
      "ERROR: Exiting with error code 68:\n       The requested operation is unsupported.\n";
    const without: Run = async () => ({ exitCode: 68, stdout: "", stderr });
    const volume = await ntfsVolume(2 << 20);
    const request = {
      wim: { path: wims.paths.none },
      index: 1,
      target: { kind: "volume", path: volume },
    } as const;
    for (const [platform, hint] of [
      ["linux", /wimtools/],
      ["darwin", /on Linux/],
    ] as const) {
      const applied = (await wimBackend(without, platform)).apply(request, quietJob());
      await expect(applied).rejects.toMatchObject({
        code: "wimlib-no-ntfs",
        kind: "missing",
        hint: { en: expect.stringMatching(hint) as string },
      });
    }
    const missing: Run = async (program, args, options) =>
      run(program, args, { ...options, env: { PATH: "/nowhere" } });
    const applied = (await wimBackend(missing, "linux")).apply(request, quietJob());
    await expect(applied).rejects.toMatchObject({
      code: "tool-missing",
      hint: { en: "Install it: sudo apt-get install wimtools" },
    });
  });
});

test("files and folders come out by their names, and one that isn't there is named", async () => {
  const target = await temporaryFolder();
  const wim = { path: wims.paths.solid };
  const paths = ["/Windows/System32/config", "/Program Files/说明 $x.txt"];
  await backend.extract({ wim, index: 1, paths, folder: target }, quietJob());
  expect((await readdir(target)).toSorted()).toEqual(["config", "说明 $x.txt"].toSorted());
  expect(await readFile(join(target, "config/SYSTEM"))).toEqual(
    await readFile(join(wims.tree, "Windows/System32/config/SYSTEM")),
  );
  const missing = { wim, index: 1, paths: ["/Windows/*.txt"], folder: target };
  await expect(backend.extract(missing, quietJob())).rejects.toMatchObject({
    code: "wim-path-missing",
    text: { en: "The image has no file /Windows/*.txt" },
  });
});

test("an image is captured, exported as one that boots, and changed", async () => {
  const work = await temporaryFolder();
  const wim = join(work, "new.wim");
  const request = {
    folder: wims.tree,
    wim,
    name: "New",
    description: "d",
    compression: "max",
  } as const;
  await backend.capture(request, quietJob());
  await expect(backend.capture(request, quietJob())).rejects.toMatchObject({ code: "exists" });
  const boot = join(work, "boot.wim");
  const source = { path: wims.paths.windows };
  await backend.export({ wim: source, index: 2, to: boot, bootable: true }, quietJob());
  const describeFile = async (path: string) => {
    const range = await openFile(path);
    const report = await describeWim(range);
    await range.close();
    return report;
  };
  expect((await describeFile(wim)).images).toMatchObject([{ name: "New", description: "d" }]);
  expect(await describeFile(boot)).toMatchObject({
    header: { bootIndex: 1, imageCount: 1 },
    images: [{ editionId: "Professional" }],
    integrityTable: true,
    problems: [],
  });

  const extra = join(work, "it's here.ini");
  await writeFile(extra, "[LaunchApps]\n");
  const { job } = listeningJob();
  const commands = [
    { kind: "add", source: extra, path: "/Windows/System32/winpeshl.ini" },
    { kind: "rename", from: "/startnet.cmd", to: "/startnet.orig" },
    { kind: "delete", path: "/Windows/System32/config" },
    { kind: "delete", path: "/not/there", ifThere: true },
  ] as const;
  await backend.update({ wim: boot, index: 1, commands }, job);
  const listed = (await judge("wimlib-imagex", ["dir", boot, "1"])).split("\n");
  expect(listed).toContain("/Windows/System32/winpeshl.ini");
  expect(listed).toContain("/startnet.orig");
  expect(listed).not.toContain("/startnet.cmd");
  expect(listed).not.toContain("/Windows/System32/config");
  await backend.verify?.({ path: boot }, quietJob());
  for (const command of [
    { kind: "delete", path: "/nope" },
    { kind: "rename", from: "/nope", to: "/x" },
  ] as const) {
    const missing = backend.update({ wim: boot, index: 1, commands: [command] }, job);
    await expect(missing).rejects.toMatchObject({
      code: "wim-path-missing",
      text: { en: "The image has no file /nope" },
    });
  }
});

test("names and paths may begin as options and lists do", async () => {
  const before = process.cwd();
  const work = await temporaryFolder();
  await mkdir(join(work, "-in"));
  await writeFile(join(work, "-in/@list"), "content");
  await writeFile(join(work, "-add"), "added");
  process.chdir(work);
  try {
    const made = { folder: "-in", wim: "@new.wim", name: "--name", description: "-d" };
    await backend.capture(made, quietJob());
    await backend.export({ wim: { path: "@new.wim" }, index: 1, to: "-out.wim" }, quietJob());
    const commands = [{ kind: "add", source: "-add", path: "/-added" }] as const;
    await backend.update({ wim: "-out.wim", index: 1, commands }, quietJob());
    await mkdir("@folder");
    const wim = { path: "-out.wim" };
    const paths = ["@list", "-added"];
    await backend.extract({ wim, index: 1, paths, folder: "@folder" }, quietJob());
    expect((await readdir("@folder")).toSorted()).toEqual(["-added", "@list"]);
    await backend.apply({ wim, index: 1, target: { kind: "folder", path: "-in" } }, quietJob());
    await backend.verify?.(wim, quietJob());
    const said = await judge("wimlib-imagex", ["info", "./-out.wim"]);
    expect(said).toMatch(/^Name: +--name$/m);
    const odd = { wim: "-out.wim", index: 1, commands: [{ kind: "delete", path: "-x" }] } as const;
    await expect(backend.update(odd, quietJob())).rejects.toMatchObject({ code: "wim-bad-name" });
  } finally {
    process.chdir(before);
  }
});

describe("update commands", () => {
  test("a name that a line can't hold is refused", () => {
    const add = (source: string) => updateScript([{ kind: "add", source, path: "/x" }]);
    expect(add('say "hi".txt')).toBe('add \'say "hi".txt\' "/x"\n');
    for (const odd of ["a\nb", `a"b'c`, "a\0b"]) expect(() => add(odd)).toThrow(/can't be told/);
  });

  test("any other name is one word of its line", () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (from, to) => {
        let script;
        try {
          script = updateScript([{ kind: "rename", from, to }]);
        } catch {
          return;
        }
        const words = /^rename (?:"([^"]*)"|'([^']*)') (?:"([^"]*)"|'([^']*)')\n$/.exec(script);
        expect([words?.[1] ?? words?.[2], words?.[3] ?? words?.[4]]).toEqual([from, to]);
      }),
    );
  });
});

test("progress is the same however its output is cut into pieces", () => {
  const output =
    'Applying image 1 ("x (9%) done") from "/a" to NTFS volume "/b"\n' +
    "\rCreating files: 0 of 4000 (0%) done\rCreating files: 4000 of 4000 (100%) done\n" +
    "\rExtracting file data: 0 bytes of 800 bytes (0%) done\rExtracting file data: 800 bytes of 800 bytes (100%) done\n" +
    "\rExtracting file data: 2 GiB of 14 GiB (19%) done" +
    "\rApplying metadata to files: 5 of 4000 (0%) done\nDone applying WIM image.\n";
  const eventsOf = (pieces: readonly string[]) => {
    const events: ProgressEvent[] = [];
    const take = wimlibProgress((event) => events.push(event));
    for (const piece of pieces) take(piece);
    // A line is told again where a piece ends in the middle of its line end.
    return events.filter(
      (event, index) => JSON.stringify(event) !== JSON.stringify(events[index - 1]),
    );
  };
  const whole = eventsOf([output]);
  const gib = 1024 ** 3;
  expect(whole.map((event) => (event.kind === "bytes" ? event.doneBytes : event.kind))).toEqual([
    "step",
    0,
    800,
    Math.floor((14 * gib * 19) / 100),
    "step",
  ]);
  fc.assert(
    fc.property(fc.uniqueArray(fc.nat(output.length)), (cuts) => {
      const places = [0, ...cuts.toSorted((a, b) => a - b), output.length];
      const pieces = places.slice(1).map((end, index) => output.slice(places[index], end));
      expect(eventsOf(pieces)).toEqual(whole);
    }),
  );
});
