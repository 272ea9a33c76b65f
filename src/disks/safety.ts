/**
 * May lifeboat write to this target? One pure policy, which every front end renders the same way. An `error` refuses; there
 * is an option only where the user can know better than the listing.
 */
import { cleanText } from "./clean.ts";
import type { Disk } from "./disk.ts";
import { errorFinding, warningFinding } from "./finding.ts";
import type { Finding } from "./finding.ts";
import { safetySay } from "./safety-messages.ts";
import type { DiskTarget, ImageTarget, Target } from "./target.ts";

export interface SafetyOptions {
  /** Allows disks that aren't removable. Never the system's. */
  readonly allowFixed?: boolean;
  /** Allows disks of more than 2 TiB. */
  readonly allowLarge?: boolean;
  /** What the plan needs; an image file that doesn't exist yet is created as large as needed. */
  readonly neededBytes?: number;
  /** The serial number that the disk must have. An image file has none. */
  readonly expectSerial?: string;
}

const TIB = 2 ** 40;
const LARGE = 2 * TIB;

/** All that speaks against writing to the target, errors and warnings; empty: nothing does. */
export function judgeTarget(target: Target, options: SafetyOptions = {}): Finding[] {
  return target.kind === "disk" ? judgeDisk(target, options) : judgeImage(target, options);
}

function judgeDisk({ path, disk, whole }: DiskTarget, options: SafetyOptions): Finding[] {
  const findings: Finding[] = [];
  if (!whole) {
    const hint = safetySay.notWholeHint(disk.path);
    findings.push(errorFinding("not-a-whole-disk", safetySay.notWhole(path), hint));
  }
  if (disk.system) findings.push(errorFinding("system-disk", safetySay.system(disk.path)));
  findings.push(...useFindings(disk));
  if (disk.readOnly) {
    const text = safetySay.readOnly(disk.path);
    findings.push(errorFinding("read-only", text, safetySay.readOnlyHint()));
  }
  // A loop device is whatever file someone chose: nobody's built-in disk.
  if (!disk.removable && disk.kind !== "loop" && options.allowFixed !== true) {
    const text = safetySay.fixed(disk.path);
    findings.push(errorFinding("not-removable", text, safetySay.fixedHint()));
  }
  if (disk.size > LARGE && options.allowLarge !== true) {
    const text = safetySay.large(disk.path, (disk.size / TIB).toFixed(1));
    findings.push(errorFinding("too-large", text, safetySay.largeHint()));
  }
  findings.push(...sizeFindings(disk.path, disk.size, options));
  findings.push(...serialFindings(disk.path, disk.serial, options));
  return findings;
}

function judgeImage(image: ImageTarget, options: SafetyOptions): Finding[] {
  const { path } = image;
  if (!image.exists) {
    if (image.folderExists) return serialFindings(path, "", options);
    return [errorFinding("no-such-folder", safetySay.noFolder(path))];
  }
  if (!image.regular) return [errorFinding("not-a-file", safetySay.notRegular(path))];
  const findings: Finding[] = [];
  for (const loop of image.loops) {
    const uses = useFindings(loop);
    findings.push(...uses);
    if (uses.length > 0) continue;
    findings.push(warningFinding("loop-attached", safetySay.loopAttached(path, loop.path)));
  }
  findings.push(...sizeFindings(path, image.size, options), ...serialFindings(path, "", options));
  return findings;
}

function useFindings(disk: Disk): Finding[] {
  const findings: Finding[] = [];
  if (disk.mounts.length > 0) {
    const text = safetySay.mounted(disk.path, disk.mounts.map(cleanText));
    findings.push(errorFinding("mounted", text, safetySay.mountedHint()));
  }
  if (disk.holders.length > 0) {
    const text = safetySay.inUse(disk.path, disk.holders.map(cleanText));
    findings.push(errorFinding("in-use", text, safetySay.inUseHint()));
  }
  return findings;
}

function sizeFindings(path: string, size: number, { neededBytes = 0 }: SafetyOptions): Finding[] {
  if (size >= neededBytes) return [];
  return [errorFinding("too-small", safetySay.tooSmall(path, size, neededBytes))];
}

function serialFindings(path: string, serial: string, options: SafetyOptions): Finding[] {
  const { expectSerial } = options;
  if (expectSerial === undefined || expectSerial === serial) return [];
  const text =
    serial === ""
      ? safetySay.noSerial(path, expectSerial)
      : safetySay.serialDiffers(path, serial, expectSerial);
  return [errorFinding("serial-differs", text)];
}
