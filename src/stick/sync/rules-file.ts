/** A rules file of this computer: in a folder that is the source, or named with `--rules`. */
import { readBytes } from "../../block/byte-range.ts";
import { openFile } from "../../block/file.ts";
import { formatSize } from "../../system/sizes.ts";
import { say as settings } from "../settings/messages.ts";
import { mistaken } from "./rules.ts";
import type { RulesText } from "./source.ts";
import { LARGEST_RULES_BYTES } from "./source.ts";

/** @throws LifeboatError `open-failed`, `sync-rules`. */
export async function readRulesFile(path: string): Promise<RulesText> {
  const file = await openFile(path);
  try {
    if (file.size > LARGEST_RULES_BYTES) throw tooLargeRules(path);
    return { bytes: await readBytes(file, 0, file.size), where: path };
  } finally {
    await file.close();
  }
}

export function tooLargeRules(where: string) {
  return mistaken(where, [{ line: 0, text: settings.tooLarge(formatSize(LARGEST_RULES_BYTES)) }]);
}
