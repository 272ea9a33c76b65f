/** What several commands say of a plan for a stick: `build`, `clone`, `adopt`. */
import type { PartitionRole, StickLayout } from "../stick/layout.ts";
import type { Target } from "../stick/target.ts";
import { formatSize } from "../system/sizes.ts";
import type { Text } from "../system/text.ts";
import type { Shell } from "./shell.ts";

interface Planned {
  readonly target: Target;
  readonly notes: readonly Text[];
}

interface PlannedStick extends Planned {
  readonly layout: StickLayout;
  readonly name: string;
  readonly fileSystem: string;
  /** Default: FAT32. */
  readonly espFileSystem?: string;
  readonly secureBoot: boolean;
}

/** What a plan is in `--json`: its texts in the user's language. */
export function planJson<Plan extends Planned>(plan: Plan, shell: Shell) {
  const { identity: _identity, findings, ...target } = plan.target;
  return {
    ...plan,
    target: {
      ...target,
      findings: findings.map(({ code, text }) => ({ code, what: shell.say(text) })),
    },
    notes: plan.notes.map((note) => shell.say(note)),
  };
}

/**
 * The target and its partitions.
 * @param dataSectorsBefore of a data partition that is there already and becomes smaller.
 */
export function describeLayout(plan: PlannedStick, dataSectorsBefore = 0): string[] {
  const { target, layout } = plan;
  const about = [target.model, target.serial].filter(Boolean).join(" · ");
  const bytes = (sectors: number) => formatSize(sectors * layout.sectorSize);
  return [
    `${target.path}  ${formatSize(target.sizeBytes)}  ${about}`.trimEnd(),
    `  ${layout.scheme}, ${plan.name}, ${plan.secureBoot ? "Secure Boot" : "no Secure Boot"}`,
    ...layout.partitions.map(({ number, role, startLba, sectors }) => {
      const before = role === "data" ? dataSectorsBefore : 0;
      const size = before > sectors ? `${bytes(before)} → ${bytes(sectors)}` : bytes(sectors);
      const place = `LBA ${String(startLba).padEnd(12)}`;
      const fs = fileSystemOf(role, plan);
      return `  ${number}  ${role.padEnd(9)}  ${place}  ${size.padStart(9)}  ${fs}`.trimEnd();
    }),
  ];
}

function fileSystemOf(role: PartitionRole, plan: PlannedStick): string {
  if (role === "data") return plan.fileSystem;
  if (role === "esp") return plan.espFileSystem ?? "fat32";
  if (role === "ventoy") return "fat16";
  return role === "windows" ? "ntfs" : "";
}
