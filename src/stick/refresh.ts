/** `refresh`: finds what changed on the data partition and makes the menu anew. The data partition is only read. */
import type { RecipeLibrary } from "../iso/recipes/library.ts";
import type { JobContext } from "../system/progress.ts";
import type { Run } from "../system/run.ts";
import type { KnownHashes } from "./data/collect.ts";
import { removeUnusedCopies } from "./esp/copies.ts";
import { removeUnusedExtras } from "./extras/place.ts";
import type { IsoRecord } from "./manifest.ts";
import { sameJson } from "./manifest.ts";
import { composeMenu } from "./menu/compose.ts";
import { countIsoEntries } from "./menu/menu.ts";
import {
  otherSlot,
  readActiveSlot,
  readPointer,
  readSlot,
  sameContents,
  switchSlot,
} from "./menu/slots.ts";
import { say } from "./messages.ts";
import { removeUnusedOwnLoaders } from "./own-loaders/place.ts";
import type { Stick } from "./stick.ts";
import { openDataToRead } from "./stick.ts";

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
  const { esp } = stick;
  const changesBefore = esp.changes;
  const pointer = await readPointer(esp);
  const active = await readActiveSlot(esp);
  const before = await readSlot(esp, active);
  // The menu before this one still knows the hashes of what was added, where this one is damaged.
  const latest = before ?? (await readSlot(esp, otherSlot(active)));
  const old = latest?.records.isos ?? [];

  const data = await openDataToRead(stick, tools.run);
  const after = await composeMenu(stick, data, tools.recipes, job, { before: latest, hashes });
  const { records } = after;
  const { isos } = records;
  const result = {
    ...compare(old, isos),
    entries: countIsoEntries(records, stick),
  };
  const isWhole = pointer !== undefined && before !== undefined;
  if (isWhole && sameContents(before, after)) {
    // Something that the menu names may have been missing, and is there again.
    const mended = esp.changes !== changesBefore;
    if (mended) await stick.disk.flush();
    return { changed: mended, ...result };
  }

  job.report({ kind: "step", text: say.writingMenu() });
  await switchSlot(stick, active, after);
  await removeUnusedCopies(isos, esp);
  await removeUnusedOwnLoaders(isos, esp);
  await removeUnusedExtras(isos, esp);
  await stick.disk.flush();
  return { changed: true, ...result };
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
