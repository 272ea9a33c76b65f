/** Images of floppy disks: a BIOS starts them from memory. */
import type { ByteRange } from "../../block/byte-range.ts";
import { readBytes } from "../../block/byte-range.ts";
import { say as sayIso } from "../messages.ts";
import { WHOLE_IMAGE } from "../method-paths.ts";
import { problem, withProblem } from "../report.ts";
import type { IsoReport } from "../types.ts";
import { say } from "./messages.ts";

/** In KiB, of all formats that memdisk tells by their size: 160K to 2.88M, with the denser ones that DOS tools made. */
const FLOPPY_KIB = new Set([
  160, 180, 320, 360, 640, 720, 800, 820, 1200, 1440, 1476, 1600, 1640, 1680, 1722, 1743, 1764,
  1840, 1920, 2880,
]);

export function isFloppySize(bytes: number): boolean {
  return bytes % 1024 === 0 && FLOPPY_KIB.has(bytes / 1024);
}

/** @throws LifeboatError where the file can't be read. */
export async function inspectFloppy(range: ByteRange, report: IsoReport): Promise<IsoReport> {
  report.family = "floppy-image";
  if (!isBootSector(await readBytes(range, 0, 512))) {
    return withProblem(report, "no-boot-sector", say.emptyFloppy());
  }
  report.firmware = ["bios"];
  report.entries = [
    {
      title: report.name,
      firmware: ["bios"],
      method: { kind: "memdisk", args: "floppy raw", path: WHOLE_IMAGE },
      via: "memdisk",
      secureBoot: "not-needed",
    },
  ];
  report.problems.push(
    problem("bios-only", "info", sayIso.biosOnly()),
    problem("in-memory", "info", say.floppyInMemory()),
  );
  return report;
}

/** The signature that a BIOS wants, or the jump that DOS before version 2 began with. */
function isBootSector(sector: Buffer): boolean {
  if (sector.readUInt16LE(510) === 0xaa55) return true;
  return sector[0] === 0xe9 || (sector[0] === 0xeb && sector[2] === 0x90);
}
