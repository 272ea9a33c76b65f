/** What `verify` finds on the ESP that isn't lifeboat's, and what is lifeboat's and named by nothing. */
import type { BootVolume } from "../boot-volume.ts";
import { failureOf } from "../../system/errors.ts";
import { SHARED_CONFIG_NAME } from "../own-loaders/shared-config.ts";
import { filesOfRecord } from "../esp/named.ts";
import { STORE_FOLDERS } from "../esp/store.ts";
import { MANIFEST_PATH } from "../manifest.ts";
import type { StickRecords } from "../manifest.ts";
import { POINTER_PATH, folderOf } from "../menu/slots.ts";
import type { Stick } from "../stick.ts";
import type { VerifyFinding } from "./finding.ts";
import { info } from "./finding.ts";
import { say } from "./messages.ts";

/** What operating systems leave on every volume that they mount. */
const OF_SYSTEMS =
  /^\/(system volume information|\$recycle\.bin|\.trash[^/]*|\.spotlight-v100|\.fseventsd|\.ds_store|\._[^/]*|found\.\d{3})(\/|$)/i;
/** A folder of somebody else's with thousands of files says no more than its first ones. */
const MOST_NAMED = 10;
/** Nobody's ESP has more; a damaged one may seem to. */
const MOST_FILES = 10_000;

type KeptRecords = Pick<StickRecords, "isos">;

/** Nothing of somebody else's is ever removed: what it's there for, only its owner knows. */
export async function checkEspFiles(stick: Stick, records: KeptRecords): Promise<VerifyFinding[]> {
  const { foreign, orphans, isEsp } = await sortFiles(stick, records);
  const found = orphans.map((path) =>
    info("esp-orphan", say.orphan(path, isEsp ? "esp" : "data"), path, say.refresh(), "menu"),
  );
  for (const path of foreign.slice(0, MOST_NAMED)) {
    found.push(info("esp-unknown-file", say.espUnknown(path), path, say.yourDecision()));
  }
  const more = foreign.length - MOST_NAMED;
  if (more > 0) {
    found.push(info("esp-unknown-file", say.espUnknownMore(more), "ESP", say.yourDecision()));
  }
  return found;
}

/** The files on the ESP that neither lifeboat nor an operating system by itself put there. */
export async function foreignEspFiles(stick: Stick, records: KeptRecords): Promise<string[]> {
  return (await sortFiles(stick, records)).foreign;
}

async function sortFiles({ bootVolume, manifest }: Stick, records: KeptRecords) {
  const lower = (paths: readonly string[]) => new Set(paths.map((path) => path.toLowerCase()));
  const known = lower([MANIFEST_PATH, POINTER_PATH, ...Object.keys(manifest.bootStage.files)]);
  const named = lower(records.isos.flatMap((record) => filesOfRecord(record)));
  const stores = Object.values(STORE_FOLDERS);
  const slots = [folderOf("a"), folderOf("b")];
  const prefixes = records.isos.flatMap(({ ownLoader }) => ownLoader?.prefix ?? []);
  for (const prefix of prefixes) known.add(`${prefix}/${SHARED_CONFIG_NAME}`.toLowerCase());

  const foreign: string[] = [];
  const orphans: string[] = [];
  const isEsp = manifest.bootStage.kind === "grub";
  for (const path of await filesIn(bootVolume, isEsp ? ["/"] : stores)) {
    const key = path.toLowerCase();
    if (
      known.has(key) ||
      OF_SYSTEMS.test(path) ||
      slots.some((slot) => key.startsWith(`${slot}/`))
    ) {
      continue;
    }
    if (!stores.some((store) => key.startsWith(`${store}/`))) foreign.push(path);
    // A folder that is named stands for all that is in it.
    else if (![...named].some((name) => key === name || key.startsWith(`${name}/`)))
      orphans.push(path);
  }
  return { foreign, orphans, isEsp };
}

/** @param roots folders that may be missing. */
async function filesIn(bootVolume: BootVolume, roots: readonly string[]): Promise<string[]> {
  const files: string[] = [];
  const folders = [...roots];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    // A damaged folder is what the check of the file system tells.
    const entries = await bootVolume.list(folder).catch((error: unknown) => {
      failureOf(error);
      return [];
    });
    for (const { path, kind } of entries) {
      if (files.length + folders.length >= MOST_FILES) return files;
      if (kind === "directory") folders.push(path);
      else files.push(path);
    }
  }
  return files;
}
