/** The tables that the header points to are stored as they are: where one is, and that it is inside of the file. */
import type { Text } from "../../system/text.ts";
import { damaged } from "./header.ts";
import { say } from "./messages.ts";
import type { ResourceHeader } from "./resource-header.ts";
import { RESOURCE_FLAGS, liesInside } from "./resource-header.ts";

/** @throws LifeboatError `wim-truncated`, `wim-table-compressed`. */
export function checkTable(what: Text, table: ResourceHeader, fileSize: number): void {
  if (!liesInside(table, fileSize)) {
    const end = table.offset + table.sizeInWim;
    throw damaged("wim-truncated", say.outside(what, end, fileSize));
  }
  if ((table.flags & RESOURCE_FLAGS.compressed) !== 0) {
    throw damaged("wim-table-compressed", say.compressedTable(what));
  }
}
