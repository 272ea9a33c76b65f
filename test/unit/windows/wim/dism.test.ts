/** DISM's calls answered from recordings: what is asked of it, in which order, and what its answers are taken for. */
import { mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { ProgressEvent } from "../../../../src/system/progress.ts";
import type { Run } from "../../../../src/system/run.ts";
import { wimBackend } from "../../../../src/windows/wim/index.ts";
import { listeningJob, quietJob } from "../../../support/jobs.ts";
import { temporaryFolder } from "../../../support/tools.ts";

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

test("an image that stays mounted is told, with the way out", async () => {
  const { run } = recorded([{ does: fill }, { exitCode: 0xc142_0117 }]);
  const backend = await wimBackend(run, "win32");
  const update = backend.update({ wim: "boot.wim", index: 1, commands: [] }, quietJob());
  await expect(update).rejects.toMatchObject({
    code: "wim-still-mounted",
    hint: { en: expect.stringContaining("/Discard") as string },
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
