/** What a file on a stick is and how it would start, whatever kind of image it is: by its name first, and then by what is in it. */
import type { ByteRange } from "../../block/byte-range.ts";
import { failureOf } from "../../system/errors.ts";
import { inspectIso } from "../inspect.ts";
import { say as sayIso } from "../messages.ts";
import { openImage } from "../open-image.ts";
import type { RecipeSet } from "../recipes/load.ts";
import { emptyReport, withProblem } from "../report.ts";
import type { IsoReport } from "../types.ts";
import { inspectDisk } from "./disk.ts";
import { inspectFloppy, isFloppySize } from "./floppy.ts";
import { imageKind } from "./kinds.ts";
import { say } from "./messages.ts";
import { inspectProgram } from "./program.ts";

/**
 * Reports on the image in `range`; what has no ending that says more (a drive, too) is taken for an ISO. What is wrong with the image
 * is in the report's problems; nothing is thrown for it.
 */
export async function inspectImage(
  range: ByteRange,
  fileName: string,
  recipes: RecipeSet,
): Promise<IsoReport> {
  const kind = imageKind(fileName);
  if (kind === undefined || kind === "iso") return inspectIso(range, fileName, recipes);
  const report = emptyReport(range.size, fileName);
  if (range.size === 0) return withProblem(report, "empty-file", sayIso.emptyFile());
  if (kind === "compressed") return withProblem(report, "compressed-image", say.compressed());
  try {
    if (kind === "program") return await inspectProgram(range, report);
    if (isFloppySize(range.size)) return await inspectFloppy(range, report);
    // Many makers of hybrid ISOs call them .img.
    if ("image" in (await openImage(range))) return await inspectIso(range, fileName, recipes);
    return await inspectDisk(range, report, recipes);
  } catch (error) {
    const { text } = failureOf(error);
    const fresh = emptyReport(range.size, fileName);
    return withProblem(fresh, "iso-damaged", sayIso.damagedTree(text));
  }
}
