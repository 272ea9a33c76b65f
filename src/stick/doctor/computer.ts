/** The computer itself: Node, the system, who may open disks, room for what lifeboat keeps. */
import { access, constants, statfs } from "node:fs/promises";
import { arch, release, type } from "node:os";
import { dirname, resolve } from "node:path";
import { diskLister } from "../../disks/list.ts";
import { failureOf } from "../../system/errors.ts";
import { cacheFolder, stateFolder } from "../../system/places.ts";
import type { Run } from "../../system/run.ts";
import { formatSize } from "../../system/sizes.ts";
import type { Text } from "../../system/text.ts";
import type { Check } from "./check.ts";
import { named } from "./check.ts";
import { say } from "./messages.ts";

/** As package.json says. */
const OLDEST_NODE = "20.19";

/** The packages, what is unpacked from them, and the old kit beside the new one. */
const CACHE_BYTES = 512 * 1024 ** 2;

/** Backups of boot stages: an ESP's used part each. */
const STATE_BYTES = 64 * 1024 ** 2;

export async function checkComputer(run: Run, platform: NodeJS.Platform): Promise<Check[]> {
  const permissions = await checkPermissions(run, platform);
  return [
    checkNode(process.versions.node),
    checkPlatform(platform),
    ...(permissions === undefined ? [] : [permissions]),
    await checkFolder("cache", cacheFolder(), CACHE_BYTES, "LIFEBOAT_CACHE", say.cacheFor()),
    await checkFolder("state", stateFolder(), STATE_BYTES, "LIFEBOAT_STATE", say.stateFor()),
  ];
}

export function checkNode(version: string): Check {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const [oldestMajor = 0, oldestMinor = 0] = OLDEST_NODE.split(".").map(Number);
  const recent = major > oldestMajor || (major === oldestMajor && minor >= oldestMinor);
  const about = { id: "node", what: named("Node.js", version), neededFor: say.everything() };
  return recent
    ? { ...about, level: "ok" }
    : { ...about, level: "error", fix: say.nodeFix(OLDEST_NODE) };
}

function checkPlatform(platform: NodeJS.Platform): Check {
  const about = {
    id: "platform",
    what: say.platform(`${type()} ${release()} ${arch()}`),
    neededFor: say.devicesAndImages(),
  };
  if (platform === "linux") return { ...about, level: "ok" };
  const known = platform === "win32" || platform === "darwin";
  return {
    ...about,
    level: "warning",
    fix: known ? say.platformUntested() : say.platformUnknown(),
  };
}

/** Whether the disks may be opened for writing; nothing is opened. Undefined where they can't be listed, which another check says. */
async function checkPermissions(run: Run, platform: NodeJS.Platform): Promise<Check | undefined> {
  const about = { id: "permissions", neededFor: say.writingDevices() };
  const disks = await listPaths(run, platform);
  if (disks === undefined) return undefined;
  const refused: string[] = [];
  const absent: string[] = [];
  for (const path of disks) {
    const code = await access(path, constants.R_OK | constants.W_OK).then(
      () => undefined,
      (error: NodeJS.ErrnoException) => error.code,
    );
    if (code === "ENOENT") absent.push(path);
    else if (code !== undefined) refused.push(path);
  }
  if (refused.length > 0) {
    const what = say.mayNotOpen(refused.join(" "));
    return { ...about, level: "warning", what, fix: say.mayNotOpenFix() };
  }
  if (absent.length > 0) {
    return { ...about, level: "warning", what: say.noNode(absent.join(" ")), fix: say.noNodeFix() };
  }
  if (process.getuid?.() === 0) return { ...about, level: "ok", what: say.root() };
  return {
    ...about,
    level: "ok",
    what: disks.length === 0 ? say.noDisks() : say.mayOpen(disks.length),
  };
}

async function listPaths(run: Run, platform: NodeJS.Platform): Promise<string[] | undefined> {
  try {
    const disks = await diskLister(run, platform).list();
    return disks.map(({ path }) => path);
  } catch (error) {
    failureOf(error);
    return undefined;
  }
}

/** A folder that may not be there yet: it will be made in the nearest one above that is. */
export async function checkFolder(
  name: "cache" | "state",
  folder: string,
  neededBytes: number,
  variable: string,
  neededFor: Text,
): Promise<Check> {
  const about = { id: `${name}-folder`, neededFor };
  const place = await nearest(resolve(folder));
  const mayWrite = await access(place, constants.W_OK).then(
    () => true,
    () => false,
  );
  if (!mayWrite) {
    const fix = say.folderReadOnlyFix(variable);
    return { ...about, level: "warning", what: say.folderReadOnly(folder), fix };
  }
  const { bavail, bsize } = await statfs(place);
  const what = say.folder(folder, formatSize(bavail * bsize));
  if (bavail * bsize >= neededBytes) return { ...about, level: "ok", what };
  const fix = say.folderFullFix(formatSize(neededBytes), variable);
  return { ...about, level: "warning", what, fix };
}

async function nearest(folder: string): Promise<string> {
  const there = await access(folder).then(
    () => true,
    () => false,
  );
  return there || dirname(folder) === folder ? folder : nearest(dirname(folder));
}
