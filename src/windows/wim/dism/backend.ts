/** Contents of WIMs through DISM, which comes with Windows. It opens an image's files only by mounting it on a folder. */
import { mkdir, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { LifeboatError } from "../../../system/errors.ts";
import type { Run } from "../../../system/run.ts";
import type { UpdateCommand, WimBackend, WimFile } from "../backend.ts";
import { backendSay } from "../backend-messages.ts";
import { copyWithoutLinks, existingInside, insideOf, namesOf } from "./inside-image.ts";
import { withMounted } from "./mount.ts";
import { runDism } from "./run-dism.ts";

export function dismBackend(run: Run): WimBackend {
  return {
    name: "dism",
    async apply({ wim, index, target, check, totalBytes }, job) {
      if (target.kind === "volume") {
        throw new LifeboatError("wim-target", backendSay.notOnDism(), { kind: "usage" });
      }
      const options = [
        "/Apply-Image",
        `/ImageFile:${wim.path}`,
        ...swmFile(wim),
        `/Index:${index}`,
        `/ApplyDir:${target.path}`,
      ];
      if (check === true) options.push("/CheckIntegrity");
      const text = backendSay.applying();
      const total = totalBytes === undefined ? {} : { totalBytes };
      await runDism(run, options, { text, wim: wim.path, target: target.path, ...total }, job);
    },
    async extract({ wim, index, paths, folder }, job) {
      await withMounted(run, { wim: wim.path, index, readOnly: true }, job, async (root) => {
        for (const path of paths) {
          const source = await existingInside(root, path);
          await copyWithoutLinks(source, join(folder, namesOf(path).at(-1) ?? ""));
        }
      });
    },
    async capture({ folder, wim, name, description = "", compression = "fast", bootable }, job) {
      const options = [
        "/Capture-Image",
        `/ImageFile:${wim}`,
        `/CaptureDir:${folder}`,
        `/Name:${name}`,
        ...(description === "" ? [] : [`/Description:${description}`]),
        `/Compress:${compression}`,
        "/CheckIntegrity",
        ...(bootable === true ? ["/Bootable"] : []),
      ];
      await runDism(run, options, { text: backendSay.packing(), wim, target: wim }, job);
    },
    async export({ wim, index, to, bootable }, job) {
      const options = [
        "/Export-Image",
        `/SourceImageFile:${wim.path}`,
        ...swmFile(wim),
        `/SourceIndex:${index}`,
        `/DestinationImageFile:${to}`,
        "/CheckIntegrity",
        ...(bootable === true ? ["/Bootable"] : []),
      ];
      await runDism(run, options, { text: backendSay.packing(), wim: wim.path, target: to }, job);
    },
    async update({ wim, index, commands }, job) {
      await withMounted(run, { wim, index, readOnly: false }, job, async (root) => {
        for (const command of commands) await carryOut(root, command);
      });
    },
    verify: undefined,
  };
}

/** With all parts of a split WIM in one folder a pattern names them. `path` is the first part, whose name may end with a number. */
function swmFile({ path, parts = [] }: WimFile): string[] {
  if (parts.length === 0) return [];
  const [, folder = "", name = path] = /^(.*[\\/])?([^\\/]*)$/.exec(path) ?? [];
  return [`/SWMFile:${folder}${name.replace(/(\.[^.]*)$/, "*$1")}`];
}

async function carryOut(root: string, command: UpdateCommand): Promise<void> {
  switch (command.kind) {
    case "add": {
      const target = await insideOf(root, command.path);
      await mkdir(dirname(target), { recursive: true });
      await copyWithoutLinks(command.source, target);
      break;
    }
    case "delete": {
      const find = command.ifThere === true ? insideOf : existingInside;
      await rm(await find(root, command.path), { recursive: true, force: true });
      break;
    }
    case "rename":
      await rename(await existingInside(root, command.from), await insideOf(root, command.to));
      break;
  }
}
