/** What a record says of the copies on the ESP. */
import { REFRESH_PROBLEMS } from "../as-found.ts";
import type { IsoRecord } from "../manifest.ts";
import { say } from "../messages.ts";
import { isCopiedWhole, isInPieces } from "./boot-copies.ts";

type Problem = IsoRecord["problems"][number];

/** It starts, from copies; none of EFI programs and floppies, which always do. */
export function aboutCopies(record: IsoRecord): Problem[] {
  if (!isInPieces(record) || isCopiedWhole(record)) return [];
  const text = say.inPieces(record.path, record.extents?.length ?? 0);
  return [{ id: REFRESH_PROBLEMS.inPieces, severity: "info", text }];
}

/** What was wanted on the ESP isn't there. */
export function whyNotCopied(record: IsoRecord): Problem {
  const { path, extents } = record;
  if (isCopiedWhole(record)) {
    return { id: REFRESH_PROBLEMS.notCopied, severity: "warning", text: say.notCopied(path) };
  }
  if (isInPieces(record)) {
    const text = say.inPiecesUnbootable(path, extents?.length ?? 0);
    return { id: REFRESH_PROBLEMS.notBootableInPieces, severity: "warning", text };
  }
  return { id: REFRESH_PROBLEMS.noHookFiles, severity: "warning", text: say.noHookFiles(path) };
}
