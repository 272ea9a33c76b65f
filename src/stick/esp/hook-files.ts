/** Files of an ISO that the hook wants (recipes' `hookFiles`): drivers that its initrd lacks, in a cpio of their own on the ESP. */
import { MemoryRange } from "../../block/memory.ts";
import { makeHookFiles } from "../../boot/hook.ts";
import { MIB } from "../../system/sizes.ts";
import type { IsoRecord } from "../manifest.ts";
import { pathsIdOf } from "./ids.ts";
import type { OpenedIso, WantedFile } from "./wanted.ts";
import { plainName } from "./wanted.ts";

/** Drivers come in packages; none is larger. */
const LARGEST_HOOK_FILE = 16 * MIB;

/** Paths in the ISO, for any of its entries. */
export function hookFilesOf(record: IsoRecord): string[] {
  const all = record.entries.flatMap(({ method }) =>
    method.kind === "linux" ? (method.hookFiles ?? []) : [],
  );
  return [...new Set(all)];
}

/** Undefined where one of them is too large to be one. */
export async function hookFilesCpio(
  paths: readonly string[],
  iso: OpenedIso,
  folder: string,
): Promise<WantedFile | undefined> {
  const contents: { name: string; data: Uint8Array }[] = [];
  for (const [index, path] of paths.entries()) {
    const source = await iso.open(path);
    if (source.size > LARGEST_HOOK_FILE) return undefined;
    const data = Buffer.alloc(source.size);
    await source.read(0, data);
    contents.push({ name: `${index}-${plainName(path)}`, data });
  }
  const source = new MemoryRange(makeHookFiles(contents));
  return { inIso: paths, path: `${folder}/${pathsIdOf(paths)}-files.cpio`, source };
}
