/** The initrd hook: a small cpio with a readable script and Debian's static busybox (payloads/hook/init says how it works). */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Extent } from "../block/byte-range.ts";
import { blockList } from "../menu/block-list.ts";
import { packageRoot } from "../system/places.ts";
import type { CpioEntry } from "./cpio.ts";
import { encodeCpio } from "./cpio.ts";
import type { Kit } from "./kit/kit.ts";
import { KIT_PATHS } from "./kit/manifest.ts";

/** What the kernel starts, and what that sources: payloads/hook. */
const SCRIPTS = [
  "init",
  "common",
  "stick",
  "loops",
  "map",
  "links",
  "persistence",
  "families",
  "watch",
  "names.awk",
  "partitions.awk",
] as const;

/** `/lifeboat/hook.cpio` of the ESP. */
export async function makeHook(kit: Kit): Promise<Buffer> {
  const entries: CpioEntry[] = [
    { path: "lifeboat" },
    { path: "lifeboat/busybox", data: await kit.read(KIT_PATHS.busybox), executable: true },
  ];
  for (const name of SCRIPTS) {
    const data = await readFile(join(packageRoot(), "payloads", "hook", name));
    entries.push({ path: `lifeboat/${name}`, data, executable: name === "init" });
  }
  return encodeCpio(entries);
}

/**
 * The cpio that brings an extent list which is too long for the kernel line. `extents` are bytes within the data partition.
 * @param name `extents` for the ISO's, `persist` for those of its persistence file.
 */
export function makeExtentList(
  extents: readonly Extent[],
  name: "extents" | "persist" = "extents",
): Buffer {
  return encodeCpio([
    { path: "lifeboat" },
    { path: `lifeboat/${name}`, data: Buffer.from(`${blockList(extents)}\n`) },
  ]);
}
