/** diskpart's scripts, from templates/diskpart. Only numbers, letters and a label that was checked go into them. */
import { readPackageFile } from "../../system/package-files.ts";
import { diskNumber } from "./check-plan.ts";
import type { HostPlan } from "./plan.ts";

const SYSTEM_MIB = { gpt: 260, mbr: 350 } as const;
const RESERVED_MIB = 128;

export type DiskpartTemplate =
  | "clean-gpt"
  | "delete-reserved"
  | "partitions-gpt"
  | "whole-mbr"
  | "letters"
  | "format";

/**
 * The text of a script: ASCII, lines ended by CR LF.
 * @param plan one that `checkHostPlan` has nothing against.
 * @param reserved the number of the partition for `delete-reserved`.
 */
export async function diskpartScript(
  template: DiskpartTemplate,
  plan: HostPlan,
  reserved?: number,
): Promise<string> {
  const { layout, letters } = plan;
  const isExisting = layout.kind === "existing";
  const values: Readonly<Record<string, string | number | undefined>> = {
    disk: diskNumber(plan),
    systemMiB: isExisting ? undefined : (layout.systemMiB ?? SYSTEM_MIB[layout.kind]),
    reservedMiB: layout.kind === "gpt" ? (layout.reservedMiB ?? RESERVED_MIB) : undefined,
    system: isExisting ? layout.system.number : undefined,
    windows: isExisting ? layout.windows.number : undefined,
    systemLetter: letters.system,
    windowsLetter: letters.windows,
    label: plan.label,
    reserved,
  };
  const text = (await readPackageFile(`templates/diskpart/${template}.txt`)).toString();
  const filled = text.replace(/\$\{(\w+)\}/g, (_all, name: string) => {
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    if (value === undefined) throw new TypeError(`templates/diskpart/${template}.txt: ${name}`);
    return String(value);
  });
  return filled.replace(/\r?\n/g, "\r\n");
}
