/** Whether a volume may be written at all, and what has to happen before. */
import { readBytes } from "../../block/byte-range.ts";
import type { ByteRange } from "../../block/byte-range.ts";
import { LifeboatError } from "../../system/errors.ts";
import { TYPE } from "./attribute.ts";
import { beyondUs } from "./failures.ts";
import { openPieces } from "./file-record.ts";
import { logState, writeFilled } from "./log-file.ts";
import type { LogState } from "./log-file.ts";
import { say } from "./messages.ts";
import { RECORD } from "./mft-record.ts";
import type { Loaded } from "./reader.ts";
import { needsRepair } from "./volume-information.ts";

/** How a hibernation file begins that Windows will resume from; after a resume it is zeroed. */
const HIBERNATED = /^hibr$/i;

/**
 * Checks that a volume was closed cleanly, and empties its journal.
 * @param hibernation the contents of hiberfil.sys, where there is one.
 * @throws LifeboatError `read-only`, `ntfs-dirty`, `ntfs-hibernated`, `ntfs-log-in-use`, `ntfs-beyond-us`.
 */
export async function prepareForWriting(
  loaded: Loaded,
  hibernation: ByteRange | undefined,
): Promise<void> {
  if (!loaded.range.writable) {
    throw new LifeboatError("read-only", say.openReadOnly(), { kind: "refused" });
  }
  const refusal = await refusalToWrite(loaded, hibernation);
  if (refusal !== undefined) throw refusal;
  await emptyJournal(loaded);
}

/** Why nothing may be written to a volume, whoever opened it; undefined where it may. */
export async function refusalToWrite(
  loaded: Loaded,
  hibernation: ByteRange | undefined,
): Promise<LifeboatError | undefined> {
  const head =
    hibernation === undefined || hibernation.size < 4 ? "" : await beginning(hibernation);
  return refusalOf(loaded, await logState(await openJournal(loaded)), head);
}

/** Makes a closed journal an empty one: it says nothing of what is written from now on. */
export async function emptyJournal(loaded: Loaded): Promise<void> {
  const log = await openJournal(loaded);
  if ((await logState(log)) === "empty") return;
  await writeFilled(log, 0, log.size);
  await loaded.range.flush();
}

async function openJournal({ range, geometry, mft }: Loaded): Promise<ByteRange> {
  const { attributes } = await mft.file(RECORD.logFile);
  const data = attributes.filter(({ type, name }) => type === TYPE.data && name === "");
  return openPieces(data, range, geometry, "$LogFile", { writable: true });
}

async function beginning(file: ByteRange): Promise<string> {
  return (await readBytes(file, 0, 4)).toString("latin1");
}

function refusalOf(
  { information }: Loaded,
  log: LogState,
  hibernation: string,
): LifeboatError | undefined {
  if (information.majorVersion !== 3) {
    return beyondUs(`it is version ${information.majorVersion}.${information.minorVersion}`);
  }
  const details = { kind: "refused", hint: say.cleanHint() } as const;
  if (needsRepair(information)) return new LifeboatError("ntfs-dirty", say.refusedDirty(), details);
  if (HIBERNATED.test(hibernation)) {
    return new LifeboatError("ntfs-hibernated", say.refusedHibernated(), details);
  }
  if (log === "in-use") return new LifeboatError("ntfs-log-in-use", say.refusedLog(), details);
  return undefined;
}
