/** An EFI program as a file: which processor and firmware it is for, and whether Secure Boot lets it start. */
import type { ByteRange } from "../../block/byte-range.ts";
import { judgeSignature, readBootImage } from "../boot-image.ts";
import { WHOLE_IMAGE } from "../method-paths.ts";
import { PE_SUBSYSTEM, readPe } from "../../windows/pe.ts";
import { signatureProblems } from "../problems.ts";
import { say as sayIso } from "../messages.ts";
import { problem, withProblem } from "../report.ts";
import type { Firmware, IsoReport } from "../types.ts";
import { say } from "./messages.ts";

export const FIRMWARE_OF: Readonly<Record<string, Firmware>> = { x86_64: "x64", i386: "ia32" };

/** @throws LifeboatError where the file can't be read. */
export async function inspectProgram(range: ByteRange, report: IsoReport): Promise<IsoReport> {
  const pe = await readPe(range);
  report.family = "efi-program";
  if (
    pe?.subsystem === PE_SUBSYSTEM.efiBootDriver ||
    pe?.subsystem === PE_SUBSYSTEM.efiRuntimeDriver
  )
    return withProblem(report, "efi-driver", say.isDriver());
  if (pe?.subsystem !== PE_SUBSYSTEM.efiApplication)
    return withProblem(report, "not-an-efi-program", say.notAProgram());
  report.arch = [pe.machine];
  report.firmware = ["uefi"];
  const firmware = FIRMWARE_OF[pe.machine];
  if (firmware === undefined)
    return withProblem(report, "foreign-processor", sayIso.foreignProcessor(pe.machine));
  const image = await readBootImage(range);
  const { secureBoot } = judgeSignature(image);
  const entry: IsoReport["entries"][number] = {
    title: report.name,
    firmware: [firmware],
    method: { kind: "chainload", path: WHOLE_IMAGE },
    via: "chainload",
    secureBoot,
  };
  report.entries = [entry];
  report.problems.push(
    problem("uefi-only", "info", sayIso.uefiOnly()),
    ...signatureProblems([{ entry, image, parents: [] }]),
  );
  return report;
}
