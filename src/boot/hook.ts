/** The initrd hook: a small cpio with a readable script and Debian's static busybox (payloads/hook/init says how it works). */
import type { Extent } from "../block/byte-range.ts";
import { blockList } from "../menu/block-list.ts";
import { readPackageFile } from "../system/package-files.ts";
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
    const data = await readPackageFile(`payloads/hook/${name}`);
    entries.push({ path: `lifeboat/${name}`, data, executable: name === "init" });
  }
  return encodeCpio(entries);
}

/** What dmsetup needs, each under the name that it is linked with. */
const MAPPER = [
  KIT_PATHS.dmsetup,
  KIT_PATHS.dmsetupLoader,
  KIT_PATHS.libc,
  KIT_PATHS.libm,
  KIT_PATHS.libdevmapper,
  KIT_PATHS.libselinux,
  KIT_PATHS.libpcre2,
  KIT_PATHS.libudev,
];

/**
 * `/lifeboat/mapper.cpio` of the ESP: Debian's dmsetup with its libraries, for ISOs in several pieces whose initrd has none. A
 * cpio of its own, so that the hook of all others stays small.
 */
export async function makeMapper(kit: Kit): Promise<Buffer> {
  const entries: CpioEntry[] = [{ path: "lifeboat" }, { path: "lifeboat/dm" }];
  for (const path of MAPPER) {
    const name = path.slice(path.lastIndexOf("/") + 1);
    entries.push({ path: `lifeboat/dm/${name}`, data: await kit.read(path), executable: true });
  }
  return encodeCpio(entries);
}

/** The cpio that brings an extent list which is too long for the kernel line. `extents` are bytes within the data partition. */
export function makeExtentList(extents: readonly Extent[]): Buffer {
  return encodeCpio([
    { path: "lifeboat" },
    { path: "lifeboat/extents", data: Buffer.from(`${blockList(extents)}\n`) },
  ]);
}

/** The same for a persistence file, with what it is known by (`lifeboat.persist-check`). */
export function makePersistenceList(extents: readonly Extent[], check = ""): Buffer {
  return encodeCpio([
    { path: "lifeboat" },
    { path: "lifeboat/persist", data: Buffer.from(`${blockList(extents)}\n`) },
    ...(check === "" ? [] : [{ path: "lifeboat/persist-check", data: Buffer.from(`${check}\n`) }]),
  ]);
}

/**
 * The cpio that brings files for the hook, in `/lifeboat/files`. GRUB could make it by itself (`newc:`), but the one of GRUB 2.06
 * has names without their end, and Linux from 6.1.120 on refuses all that follows them.
 */
export function makeHookFiles(files: readonly { name: string; data: Uint8Array }[]): Buffer {
  return encodeCpio([
    { path: "lifeboat" },
    { path: "lifeboat/files" },
    ...files.map(({ name, data }) => ({ path: `lifeboat/files/${name}`, data })),
  ]);
}
