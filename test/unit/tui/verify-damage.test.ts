/** Where on a stick's picture a finding is marked. */
import { expect, test } from "vitest";
import type { DiskPicture } from "../../../src/tui/frame/disk-picture.ts";
import { withDamage } from "../../../src/tui/verify/damage.ts";

const MIB = 1 << 20;
const DATA = MIB;
const BOOT = 700 * MIB;

function picture(bootMib: number): DiskPicture {
  const label = { en: "x", zh: "x" };
  const part = (kind: "partition" | "boot", startBytes: number, bytes: number) => {
    return { label, kind, startBytes, bytes, stretches: [] };
  };
  const parts = [part("partition", DATA, BOOT - DATA), part("boot", BOOT, bootMib * MIB)];
  return { totalBytes: 1000 * MIB, parts };
}

test.each([
  ["lifeboat's own stick", 256, { menu: BOOT, "boot-stage": BOOT, data: DATA }],
  [
    "a Ventoy stick, where the menu lies with the data",
    32,
    { menu: DATA, "boot-stage": DATA, data: DATA },
  ],
] as const)("%s", (_, bootMib, starts) => {
  for (const repair of ["menu", "boot-stage", "data"] as const) {
    const finding = { id: "x", severity: "error", where: "/lifeboat/x", repair } as const;
    const { damaged } = withDamage(picture(bootMib), [finding]);
    expect(damaged, repair).toEqual([{ start: starts[repair], length: 512 }]);
  }
});

test("what is wrong with Ventoy's own partition is marked there", () => {
  const finding = { id: "ventoy-fats-differ", severity: "error", where: "partition 2" } as const;
  expect(withDamage(picture(32), [finding]).damaged).toEqual([{ start: BOOT, length: 512 }]);
});
