/** DISM's calls answered from recordings: what is asked of it, in which order, and what its answers are taken for. */
import { mkdir, readFile, readdir, rm, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { cancelled } from "../../../../src/system/errors.ts";
import type { ProgressEvent } from "../../../../src/system/progress.ts";
import type { Run } from "../../../../src/system/run.ts";
import type { UpdateCommand } from "../../../../src/windows/wim/index.ts";
import { wimBackend } from "../../../../src/windows/wim/index.ts";
import { listeningJob, quietJob } from "../../../support/jobs.ts";
import { temporaryFolder } from "../../../support/tools.ts";
import { wimOfXml } from "./support.ts";

const HEAD = "\r\nDeployment Image Servicing and Management tool\r\nVersion: 10.0.26100.1\r\n\r\n";
const LOG = "\r\nThe DISM log file can be found at C:\\WINDOWS\\Logs\\DISM\\dism.log\r\n";

function bar(percent: string): string {
  return `\r[${"=".repeat(20)} ${percent}% ${" ".repeat(20)}] `;
}

interface Answer {
  readonly exitCode?: number;
  readonly pieces?: readonly string[];
  /** What the call does to files, with its options by name. */
  readonly does?: (options: ReadonlyMap<string, string>) => Promise<void>;
}

/** Answers in their order; a call too many fails the test. */
function recorded(answers: readonly Answer[]): { run: Run; calls: string[][] } {
  const calls: string[][] = [];
  const run: Run = async (program, args, options = {}) => {
    const answer = answers[calls.length];
    calls.push([program, ...args]);
    if (answer === undefined) throw new Error(`unexpected: ${args.join(" ")}`);
    const pieces = answer.pieces ?? [HEAD, "The operation completed successfully.\r\n"];
    for (const piece of pieces) options.onOutput?.(piece);
    await answer.does?.(
      new Map(
        args.map((arg) => {
          const [name = "", ...value] = arg.slice(1).split(":");
          return [name, value.join(":")];
        }),
      ),
    );
    return { exitCode: answer.exitCode ?? 0, stdout: pieces.join(""), stderr: "" };
  };
  return { run, calls };
}

test("an image is applied to a drive, with progress from the bar", async () => {
  const pieces = [HEAD, "Applying image", bar("0.5"), `${bar("12.0")}${bar("50.0").slice(0, 15)}`];
  pieces.push(bar("50.0").slice(15), "\r[====100.0%====] ", "\r\nThe operation completed\r\n");
  const { run, calls } = recorded([{ pieces }]);
  const { job, events } = listeningJob();
  const wim = { path: "D:\\sources\\install.swm", parts: ["D:\\sources\\install2.swm"] };
  const target = { kind: "folder", path: "W:\\" } as const;
  const backend = await wimBackend(run, "win32");
  await backend.apply({ wim, index: 6, target, check: true, totalBytes: 1000 }, job);
  expect(calls).toEqual([
    [
      "dism.exe",
      "/English",
      "/Apply-Image",
      "/ImageFile:D:\\sources\\install.swm",
      "/SWMFile:D:\\sources\\install*.swm",
      "/Index:6",
      "/ApplyDir:W:\\",
      "/CheckIntegrity",
    ],
  ]);
  const bytes = (event: ProgressEvent) => (event.kind === "bytes" ? [event.doneBytes] : []);
  expect(events.flatMap(bytes)).toEqual([5, 120, 500, 1000]);
  expect(events[0]?.kind).toBe("step");
});

test("a volume without a letter is no target on Windows", async () => {
  const backend = await wimBackend(recorded([]).run, "win32");
  const target = { kind: "volume", path: "volume.img" } as const;
  const applied = backend.apply({ wim: { path: "x.wim" }, index: 1, target }, quietJob());
  await expect(applied).rejects.toMatchObject({ code: "wim-target" });
});

test.each([
  [2, "The system cannot find the file specified.", "wim-not-found", "usage"],
  [5, "Access is denied.", "needs-permission", "failed"],
  [740, "Elevated permissions are required to run DISM.", "needs-permission", "failed"],
  [11, "An attempt was made to load a program with an incorrect format.", "not-a-wim", "usage"],
  [13, "The data is invalid.", "wim-damaged", "damaged"],
  [19, "The media is write protected.", "write-protected", "refused"],
  [112, "There is not enough space on the disk.", "no-space", "failed"],
  [87, "The index option is invalid for this image.", "wim-image-unknown", "usage"],
  [87, "The foo option is unknown.", "tool-failed", "failed"],
  [0xc142_0127, "The specified image is already mounted.", "tool-failed", "failed"],
])("Error %i, %s", async (exitCode, words, code, kind) => {
  const pieces = [HEAD, `\r\nError: ${exitCode}\r\n\r\n${words}\r\n`, LOG];
  const backend = await wimBackend(recorded([{ exitCode, pieces }]).run, "win32");
  const target = { kind: "folder", path: "W:\\" } as const;
  const applied = backend.apply({ wim: { path: "x.wim" }, index: 1, target }, quietJob());
  await expect(applied).rejects.toMatchObject({ code, kind });
  if (code === "tool-failed") await expect(applied).rejects.toThrow(words);
});

/** What a mounted image has in it. */
const fill = async (options: ReadonlyMap<string, string>) => {
  const root = options.get("MountDir") ?? "";
  await mkdir(join(root, "Windows/System32"), { recursive: true });
  await writeFile(join(root, "Windows/System32/startnet.cmd"), "wpeinit\r\n");
};
const empty = async (options: ReadonlyMap<string, string>) => {
  const root = options.get("MountDir") ?? "";
  for (const name of await readdir(root)) await rm(join(root, name), { recursive: true });
};

test("files are taken out of an image that is mounted for reading, and put away again", async () => {
  const { run, calls } = recorded([{ does: fill }, { does: empty }]);
  const folder = await temporaryFolder();
  const backend = await wimBackend(run, "win32");
  const paths = ["/Windows/System32/startnet.cmd"];
  await backend.extract({ wim: { path: "D:\\boot.wim" }, index: 1, paths, folder }, quietJob());
  expect(await readFile(join(folder, "startnet.cmd"), "utf8")).toBe("wpeinit\r\n");
  expect(calls[0]).toEqual(expect.arrayContaining(["/Mount-Image", "/Index:1", "/ReadOnly"]));
  expect(calls[1]).toEqual(expect.arrayContaining(["/Unmount-Image", "/Discard"]));
});

test("changes are committed where all of them went well, and else discarded", async () => {
  const source = join(await temporaryFolder(), "new.ini");
  await writeFile(source, "[LaunchApps]\n");
  let seen: string[] = [];
  const look = async (options: ReadonlyMap<string, string>) => {
    seen = await readdir(join(options.get("MountDir") ?? "", "Windows/System32"));
    await empty(options);
  };
  const commands = [
    { kind: "add", source, path: "/Windows/System32/winpeshl.ini" },
    {
      kind: "rename",
      from: "/Windows/System32/startnet.cmd",
      to: "/Windows/System32/startnet.orig",
    },
    { kind: "delete", path: "/not/there", ifThere: true },
  ] as const;
  const { run, calls } = recorded([{ does: fill }, { does: look }]);
  const backend = await wimBackend(run, "win32");
  await backend.update({ wim: "boot.wim", index: 1, commands }, quietJob());
  expect(seen.toSorted()).toEqual(["startnet.orig", "winpeshl.ini"]);
  expect(calls[1]).toContain("/Commit");

  for (const path of ["/nope", "/../../etc", "C:/x", "/a/..", ""]) {
    const again = recorded([{ does: fill }, { does: empty }]);
    const other = await wimBackend(again.run, "win32");
    const update = { wim: "boot.wim", index: 1, commands: [{ kind: "delete", path }] } as const;
    const code = path === "/nope" ? "wim-path-missing" : "wim-bad-name";
    await expect(other.update(update, quietJob())).rejects.toMatchObject({ code });
    expect(again.calls[1]).toContain("/Discard");
  }
});

describe("links in a mounted image are this computer's", () => {
  /** `Windows` leads out of the image, and `sources/out` does. */
  const imageWith = async (host: string) => {
    await mkdir(join(host, "System32"), { recursive: true });
    await writeFile(join(host, "System32/setup.exe"), "HOST");
    return async (options: ReadonlyMap<string, string>) => {
      const root = options.get("MountDir") ?? "";
      await fill(options);
      await symlink(host, join(root, "Link"));
      await mkdir(join(root, "sources"));
      await writeFile(join(root, "sources/in.txt"), "in");
      await symlink(host, join(root, "sources/out"));
    };
  };
  const file = "/Link/System32/setup.exe";

  test("nothing is changed through them", async () => {
    const host = await temporaryFolder();
    const source = join(await temporaryFolder(), "evil.exe");
    await writeFile(source, "EVIL");
    const tree = join(await temporaryFolder(), "tree");
    await mkdir(join(tree, "Link/System32"), { recursive: true });
    await writeFile(join(tree, "Link/System32/setup.exe"), "EVIL");
    await mkdir(join(tree, "out"), { recursive: true });
    await writeFile(join(tree, "out/new.exe"), "EVIL");
    const inside = "/Windows/System32/startnet.cmd";
    const commands: UpdateCommand[] = [
      { kind: "add", source, path: file },
      { kind: "add", source, path: "/Link/new/startnet.cmd" },
      { kind: "add", source, path: "/Link" },
      { kind: "add", source: tree, path: "/sources" },
      { kind: "delete", path: file },
      { kind: "delete", path: file, ifThere: true },
      { kind: "rename", from: file, to: "/x.exe" },
      { kind: "rename", from: inside, to: file },
    ];
    for (const command of commands) {
      const { run, calls } = recorded([{ does: await imageWith(host) }, { does: empty }]);
      const backend = await wimBackend(run, "win32");
      const update = backend.update({ wim: "x.wim", index: 1, commands: [command] }, quietJob());
      await expect(update, JSON.stringify(command)).rejects.toMatchObject({
        code: "wim-link",
        kind: "refused",
      });
      expect(calls[1]).toContain("/Discard");
      expect(await readdir(host, { recursive: true })).toEqual(["System32", "System32/setup.exe"]);
      expect(await readFile(join(host, "System32/setup.exe"), "utf8")).toBe("HOST");
    }
  });

  test("nothing is taken through them, and a folder comes without those in it", async () => {
    const host = await temporaryFolder();
    const folder = await temporaryFolder();
    const extract = async (path: string) => {
      const { run } = recorded([{ does: await imageWith(host) }, { does: empty }]);
      const request = { wim: { path: "x.wim" }, index: 1, paths: [path], folder };
      return (await wimBackend(run, "win32")).extract(request, quietJob());
    };
    await expect(extract(file)).rejects.toMatchObject({ code: "wim-link" });
    await expect(extract("/Link")).rejects.toMatchObject({ code: "wim-link" });
    expect(await readdir(folder)).toEqual([]);
    await extract("/sources");
    expect(await readdir(folder, { recursive: true })).toEqual(["sources", "sources/in.txt"]);
  });
});

describe("mounting", () => {
  const update = async (run: Run, job = quietJob()) =>
    (await wimBackend(run, "win32")).update({ wim: "boot.wim", index: 1, commands: [] }, job);
  const folderOf = (call: readonly string[] = []) =>
    call.find((arg) => arg.startsWith("/MountDir:"))?.slice(10) ?? "";

  test("isn't cut short by the user, and is undone then", async () => {
    const controller = new AbortController();
    const signals: (AbortSignal | undefined)[] = [];
    const does = async (options: ReadonlyMap<string, string>) => {
      await fill(options);
      controller.abort(cancelled());
    };
    const { run, calls } = recorded([{ does }, { does: empty }]);
    const seen: Run = async (program, args, options) => {
      signals.push(options?.signal);
      return run(program, args, options);
    };
    const job = { report: () => undefined, signal: controller.signal };
    await expect(update(seen, job)).rejects.toMatchObject({ kind: "cancelled" });
    expect(calls[1]).toContain("/Discard");
    expect(signals.map((signal) => signal?.aborted)).toEqual([false, false]);
  });

  test("that fails halfway is undone; the folder for it goes", async () => {
    const { run, calls } = recorded([{ exitCode: 1223, does: fill }, { does: empty }]);
    await expect(update(run)).rejects.toMatchObject({ code: "tool-failed" });
    expect(calls[1]).toContain("/Discard");
    await expect(stat(folderOf(calls[0]))).rejects.toMatchObject({ code: "ENOENT" });
    const early = recorded([{ exitCode: 5 }]);
    await expect(update(early.run)).rejects.toMatchObject({ code: "needs-permission" });
    await expect(stat(folderOf(early.calls[0]))).rejects.toMatchObject({ code: "ENOENT" });
  });

  test("is refused for an ESD and for a part of a split WIM, whatever they are called", async () => {
    const folder = await temporaryFolder();
    const header = { version: 0xe00 };
    await writeFile(join(folder, "solid.wim"), wimOfXml("<WIM/>", header));
    await writeFile(join(folder, "part.wim"), wimOfXml("<WIM/>", { totalParts: 2 }));
    const paths = ["D:\\sources\\install.esd", "D:\\INSTALL.SWM"];
    for (const path of [...paths, join(folder, "solid.wim"), join(folder, "part.wim")]) {
      const backend = await wimBackend(recorded([]).run, "win32");
      const request = { wim: { path }, index: 1, paths: ["/a"], folder };
      const refused = { code: "wim-not-mountable", kind: "refused" };
      await expect(backend.extract(request, quietJob()), path).rejects.toMatchObject(refused);
    }
  });
});

test("the pattern for the parts of a split WIM begins with the whole name of the first", async () => {
  const { run, calls } = recorded([{}]);
  const wim = { path: "D:\\win11.swm", parts: ["D:\\win112.swm"] };
  const target = { kind: "folder", path: "W:\\" } as const;
  await (await wimBackend(run, "win32")).apply({ wim, index: 1, target }, quietJob());
  expect(calls[0]).toContain("/SWMFile:D:\\win11*.swm");
});

test("an image that stays mounted is told, with the way out", async () => {
  const { run } = recorded([{ does: fill }, { exitCode: 0xc142_0117 }]);
  const backend = await wimBackend(run, "win32");
  const update = backend.update({ wim: "boot.wim", index: 1, commands: [] }, quietJob());
  await expect(update).rejects.toMatchObject({
    code: "wim-still-mounted",
    hint: { en: expect.stringMatching(/\/Discard.*\/Cleanup-Mountpoints/) as string },
  });
});

test("capturing and exporting", async () => {
  const { run, calls } = recorded([{}, {}]);
  const backend = await wimBackend(run, "win32");
  const image = { folder: "W:\\", wim: "E:\\new.wim", name: "My name", bootable: true };
  await backend.capture(image, quietJob());
  const wim = { path: "D:\\boot.wim" };
  await backend.export({ wim, index: 2, to: "E:\\boot.wim", bootable: true }, quietJob());
  expect(calls.map((call) => call.slice(2).join(" "))).toEqual([
    "/Capture-Image /ImageFile:E:\\new.wim /CaptureDir:W:\\ /Name:My name /Compress:fast /CheckIntegrity /Bootable",
    "/Export-Image /SourceImageFile:D:\\boot.wim /SourceIndex:2 /DestinationImageFile:E:\\boot.wim /CheckIntegrity /Bootable",
  ]);
  expect(backend.verify).toBeUndefined();
});
