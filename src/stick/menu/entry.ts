/** From what is kept of an ISO's entry to the menu's entry. */
import type { MenuIsoEntry } from "../../menu/menu-iso.ts";
import type { IsoRecord } from "../manifest.ts";

/** An entry of a record as the menu takes it: JSON holds no undefined fields, which the type of what was parsed can't say. */
export function menuEntry(entry: IsoRecord["entries"][number]): MenuIsoEntry {
  const { needsDataFs, method, ...rest } = entry;
  const { ...exact } = method;
  return {
    ...rest,
    method: exact as MenuIsoEntry["method"],
    ...(needsDataFs === undefined ? {} : { needsDataFs }),
  };
}
