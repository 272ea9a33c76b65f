/** `add` and `remove`: files come and go on the data partition, and the menu follows. */
import { posix } from "node:path";
import type { JobContext } from "../system/progress.ts";
import { LifeboatError } from "../system/errors.ts";
import type { Text } from "../system/text.ts";
import { planFiles } from "./build/plan.ts";
import { folderPath, makeFolders } from "./data/folders.ts";
import { rangeOf } from "./data/volume.ts";
import type { IsoRecord } from "./manifest.ts";
import { readActiveSlot, readSlot } from "./menu/slots.ts";
import { say } from "./messages.ts";
import { putFile } from "./data/put-file.ts";
import { asRemoval } from "./removal.ts";
import type { RefreshResult, RefreshTools } from "./refresh.ts";
import { refreshStick } from "./refresh.ts";
import type { Stick } from "./stick.ts";
import { openData } from "./stick.ts";
import { refuseOwnFiles } from "./ventoy/menu/own-files.ts";

export interface AddOptions {
  /** Folder on the data partition, made where it isn't there. Default: its root. */
  readonly folder?: string;
  readonly replace?: boolean;
  readonly beforeReadBack?: () => Promise<void>;
}

export interface AddResult extends RefreshResult {
  readonly files: { path: string; sizeBytes: number; sha256: string }[];
  readonly notes: readonly Text[];
}

/**
 * Copies files in and refreshes the menu. A file that can't be added leaves the stick as it was, with those before it added; with
 * `replace` its forerunner may be gone by then, and the menu says so.
 * @throws LifeboatError `exists-on-stick`, `volume-full`, `file-too-large`, `folder-missing`, `read-back-mismatch`.
 */
export async function addFiles(
  stick: Stick,
  sources: readonly string[],
  tools: RefreshTools,
  job: JobContext,
  options: AddOptions = {},
): Promise<AddResult> {
  const { replace = false } = options;
  const volume = await openData(stick, tools.run);
  const { fileSystem } = stick.manifest;
  const folder = await folderPath(posix.normalize(options.folder ?? "/"), volume, fileSystem);
  const { files, notes } = await planFiles(sources, fileSystem, folder);
  refuseOwnFiles(
    stick,
    files.map(({ path }) => path),
  );
  // All of them are looked at before the first byte is written.
  let wanted = 0;
  for (const { path, sizeBytes } of files) {
    wanted += sizeBytes;
    if (replace || (await volume.find(path)) === undefined) continue;
    throw new LifeboatError("exists-on-stick", say.existsOnStick(path), {
      kind: "usage",
      hint: say.existsOnStickHint(),
    });
  }
  if (wanted > volume.freeBytes) {
    throw new LifeboatError("volume-full", say.noRoom(wanted, volume.freeBytes), {
      hint: say.noRoomHint(),
    });
  }
  await makeFolders(folder, volume);
  const done: AddResult["files"] = [];
  const hashes = new Map<string, string>();
  const { beforeReadBack } = options;
  const extra = beforeReadBack === undefined ? {} : { beforeReadBack };
  let failure: unknown;
  for (const file of files) {
    try {
      const sha256 = await putFile(file, volume, rangeOf(stick.data), job, { replace, ...extra });
      hashes.set(file.path, sha256);
      done.push({ path: file.path, sizeBytes: file.sizeBytes, sha256 });
    } catch (error) {
      failure = error;
      break;
    }
  }
  if (failure !== undefined) {
    // What was added before is whole and is to be in the menu, and what a lost replacement took with it is not. A cancel ends
    // the copying, not this short work; the first error is the one to tell.
    if (done.length > 0 || replace) {
      const rest = { ...job, signal: new AbortController().signal };
      await refreshStick(stick, tools, rest, hashes).catch(() => undefined);
    }
    throw withState(await asRemoval(failure, stick.path), files, done);
  }
  const refreshed = await refreshStick(stick, tools, job, hashes);
  return { ...refreshed, files: done, notes };
}

function withState(
  failure: unknown,
  files: readonly { readonly path: string }[],
  done: readonly { readonly path: string }[],
): unknown {
  if (!(failure instanceof LifeboatError)) return failure;
  if (failure.code === "device-gone") {
    const [whole, missing] = [files.slice(0, done.length), files.slice(done.length)];
    const [added, absent] = [whole, missing].map((some) => some.map(({ path }) => path));
    const text = say.goneWhileAdded(failure.text, added ?? [], absent ?? []);
    return new LifeboatError(failure.code, text, { hint: say.goneHint(), cause: failure });
  }
  if (failure.kind !== "cancelled") return failure;
  return new LifeboatError(failure.code, say.cancelledAdd(), { kind: "cancelled", cause: failure });
}

/**
 * Removes ISOs by their path on the stick, or by their name alone where it is there once.
 * @throws LifeboatError `no-such-iso`, `several-isos`, `own-file`; nothing is removed then.
 */
export async function removeFiles(
  stick: Stick,
  names: readonly string[],
  tools: RefreshTools,
  job: JobContext,
): Promise<RefreshResult> {
  const { bootVolume } = stick;
  const slot = await readSlot(bootVolume, await readActiveSlot(bootVolume));
  const volume = await openData(stick, tools.run);
  const paths: string[] = [];
  for (const name of names) {
    paths.push(await findOnStick(name, slot?.records.isos ?? [], (path) => volume.find(path)));
  }
  refuseOwnFiles(stick, paths);
  for (const path of new Set(paths)) await volume.remove(path);
  await stick.disk.flush();
  return refreshStick(stick, tools, job);
}

/**
 * The path of a file on the data partition, by its path or an ISO's name.
 * @throws LifeboatError `no-such-iso`, `several-isos`.
 */
export async function findOnStick(
  name: string,
  isos: readonly IsoRecord[],
  find: (path: string) => Promise<{ path: string; kind: string } | undefined>,
): Promise<string> {
  const direct = await find(name.startsWith("/") ? name : `/${name}`);
  if (direct?.kind === "file") return direct.path;
  const matches = isos.filter(({ path }) => path.slice(path.lastIndexOf("/") + 1) === name);
  const [only] = matches;
  if (matches.length > 1) {
    throw new LifeboatError("several-isos", say.severalIsos(name), {
      kind: "usage",
      hint: say.severalIsosHint(),
    });
  }
  if (only === undefined) {
    throw new LifeboatError("no-such-iso", say.noSuchIso(name), {
      kind: "usage",
      hint: say.noSuchIsoHint(),
    });
  }
  return only.path;
}
