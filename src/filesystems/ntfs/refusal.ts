/** Whether a volume may be written at all. */
import type { ByteRange } from "../../block/byte-range.ts";
import { LifeboatError } from "../../system/errors.ts";
import type { LogState } from "./log-file.ts";
import { say } from "./messages.ts";
import { beyondUs } from "./failures.ts";
import { needsRepair } from "./volume-information.ts";
import type { VolumeInformation } from "./volume-information.ts";

/** How a hibernation file begins that Windows will resume from; after a resume it is zeroed. */
const HIBERNATED = /^hibr$/i;

export interface VolumeState {
  readonly range: ByteRange;
  readonly information: VolumeInformation;
  readonly log: LogState;
  /** The first four bytes of hiberfil.sys, where there is one. */
  readonly hibernation: Buffer | undefined;
}

/** Why nothing may be written to the volume; undefined where it may. */
export function refusalOf(state: VolumeState): LifeboatError | undefined {
  const { range, information, log, hibernation } = state;
  if (!range.writable) {
    const text = { en: "This volume is open for reading only", zh: "此卷以只读方式打开" };
    return new LifeboatError("read-only", text, { kind: "refused" });
  }
  if (information.majorVersion !== 3) {
    return beyondUs(`it is version ${information.majorVersion}.${information.minorVersion}`);
  }
  const details = { kind: "refused", hint: say.cleanHint() } as const;
  if (needsRepair(information)) return new LifeboatError("ntfs-dirty", say.refusedDirty(), details);
  if (hibernation !== undefined && HIBERNATED.test(hibernation.toString("latin1"))) {
    return new LifeboatError("ntfs-hibernated", say.refusedHibernated(), details);
  }
  if (log === "in-use") return new LifeboatError("ntfs-log-in-use", say.refusedLog(), details);
  return undefined;
}
