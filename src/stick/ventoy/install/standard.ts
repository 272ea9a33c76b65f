/** Ventoy's check of its device, asked about what is to be a stick, and about what has become one. */
import type { ByteRange } from "../../../block/byte-range.ts";
import { checkVentoyDevice } from "../../../boot/ventoy/device-check.ts";
import { LifeboatError } from "../../../system/errors.ts";
import { say } from "./messages.ts";

/** @throws LifeboatError `ventoy-not-standard` where Ventoy would refuse to start from the disk. */
export async function refuseNonStandard(disk: ByteRange): Promise<void> {
  const failed = (await checkVentoyDevice(disk)).find(({ ok }) => !ok);
  if (failed === undefined) return;
  throw new LifeboatError("ventoy-not-standard", say.notStandard(failed.code, failed.what), {
    kind: "damaged",
    hint: say.notStandardHint(),
  });
}
