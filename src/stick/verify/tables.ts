/** What `verify` finds of the partition table: both copies of a GPT, and the name by which the initrd hook knows the stick. */
import { readPartitions } from "../../disks/partitions.ts";
import type { Stick } from "../stick.ts";
import type { VerifyFinding } from "./finding.ts";
import { error } from "./finding.ts";
import { say } from "./messages.ts";

export async function checkTables({ disk, manifest }: Stick): Promise<VerifyFinding[]> {
  const { findings, scheme, diskId, partitions } = await readPartitions(disk);
  const found = findings.map(({ level, code, text, hint }): VerifyFinding => {
    return {
      id: code,
      severity: level,
      what: text,
      where: "partition table",
      fix: hint ?? say.rebuild(),
    };
  });
  // By these the initrd hook knows the stick.
  const known =
    scheme === "gpt"
      ? partitions.find(({ number }) => number === 1)?.name === manifest.name
      : diskId.toLowerCase() === manifest.diskId.toLowerCase();
  if (known && scheme === manifest.scheme) return found;
  const renamed = error("stick-renamed", say.renamed(manifest.name), "partition 1", say.rename());
  return [...found, renamed];
}
