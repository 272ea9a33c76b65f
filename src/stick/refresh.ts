/** `refresh`: finds what changed on the data partition and makes the menu anew. The data partition is only read. */
import type { RecipeLibrary } from "../iso/recipes/library.ts";
import { LifeboatError } from "../system/errors.ts";
import type { JobContext } from "../system/progress.ts";
import type { Run } from "../system/run.ts";
import type { KnownHashes } from "./data/collect.ts";
import type { IsoRecord } from "./manifest.ts";
import { sameJson } from "./manifest.ts";
import { countIsoEntries } from "./menu/menu.ts";
import { renewMenu } from "./menu/renew.ts";
import { findMenuSource, reportOnSettings } from "./menu/source.ts";
import { readMenuInUse } from "./menu/slots.ts";
import { say } from "./messages.ts";
import { asRemoval } from "./removal.ts";
import type { Stick } from "./stick.ts";
import { openDataToRead } from "./stick.ts";
import { ventoyContext } from "./ventoy-json/on-stick.ts";
import { renewVentoyJson } from "./ventoy/menu/json-file.ts";

export interface RefreshResult {
  /** False: nothing at all was written. */
  readonly changed: boolean;
  /** Paths on the data partition. */
  readonly added: string[];
  readonly removed: string[];
  readonly updated: string[];
  /** Entries of the menu that start something from an ISO. */
  readonly entries: number;
}

export interface RefreshTools {
  readonly recipes: RecipeLibrary;
  readonly run: Run;
}

/** @param hashes of files that the caller has just written. */
export async function refreshStick(
  stick: Stick,
  tools: RefreshTools,
  job: JobContext,
  hashes: KnownHashes = new Map(),
): Promise<RefreshResult> {
  try {
    return await refresh(stick, tools, job, hashes);
  } catch (error) {
    const failure = await asRemoval(error, stick.path);
    if (!(failure instanceof LifeboatError) || failure.code !== "device-gone") throw failure;
    const hint = say.goneHint();
    throw new LifeboatError(failure.code, say.goneWhileRefreshed(failure.text), {
      hint,
      cause: error,
    });
  }
}

async function refresh(
  stick: Stick,
  tools: RefreshTools,
  job: JobContext,
  hashes: KnownHashes,
): Promise<RefreshResult> {
  const { bootVolume } = stick;
  const changesBefore = bootVolume.changes;
  const inUse = await readMenuInUse(bootVolume);
  const { latest } = inUse;
  const old = latest?.records.isos ?? [];

  const data = await openDataToRead(stick, tools.run);
  const source = await findMenuSource(data, tools.recipes, latest, hashes, job);
  const renewed = await renewMenu(stick, source, inUse, job);
  reportOnSettings(source, renewed, stick, job);
  const { records, isNew } = renewed;
  if (stick.manifest.bootStage.kind === "ventoy") {
    const context = await ventoyContext(stick, tools.run);
    await renewVentoyJson(bootVolume, source.read.settings, context, job);
  }
  // With the same menu, too: a file that it names may have been missing, or one have lain there that it doesn't name.
  const changed = isNew || bootVolume.changes !== changesBefore;
  if (changed) await stick.disk.flush();
  return { changed, ...compare(old, records.isos), entries: countIsoEntries(records, stick) };
}

function compare(before: readonly IsoRecord[], after: readonly IsoRecord[]) {
  const paths = (isos: readonly IsoRecord[]) => new Map(isos.map((iso) => [iso.path, iso]));
  const old = paths(before);
  const now = paths(after);
  const added = after.filter(({ path }) => !old.has(path)).map(({ path }) => path);
  const removed = before.filter(({ path }) => !now.has(path)).map(({ path }) => path);
  const updated = after
    .filter((iso) => old.has(iso.path) && !sameJson(old.get(iso.path), iso))
    .map(({ path }) => path);
  return { added, removed, updated };
}
