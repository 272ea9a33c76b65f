/** Which cells a command line means, and what the page says of them. */
import { expect, test } from "vitest";
import { readArguments } from "../../matrix/arguments.ts";
import type { Cell } from "../../matrix/cells.ts";
import { allCells, chooseCells } from "../../matrix/cells.ts";
import type { CellResult } from "../../matrix/results.ts";
import { keyOf } from "../../matrix/results.ts";
import { renderTable } from "../../matrix/table.ts";

function chosen(...args: string[]): Cell[] {
  return chooseCells(readArguments(args).choice);
}

test("without arguments each system starts from exFAT, and the live systems once from each other file system", () => {
  const cells = chosen();
  const others = cells.filter(({ fileSystem }) => fileSystem !== "exfat");
  expect(others.every(({ system }) => system.live === true)).toBe(true);
  expect(new Set(others.map(({ fileSystem }) => fileSystem))).toEqual(
    new Set(["ext4", "ntfs", "fat32"]),
  );
  expect(cells.length).toBeLessThan(chosen("--all").length);
});

test("32-bit UEFI is started only where it is asked for", () => {
  for (const cells of [chosen(), chosen("--all")])
    expect(cells.some(({ firmware }) => firmware === "uefi-ia32")).toBe(false);
  const asked = chosen("--firmware", "uefi-ia32");
  expect(asked).toEqual(allCells().filter(({ firmware }) => firmware === "uefi-ia32"));
});

test("systems, firmware and file systems narrow each other down", () => {
  const cells = chosen("--system", "d-i-cd,ipxe", "--firmware", "bios", "--fs", "ntfs,exfat");
  expect(new Set(cells.map(keyOf))).toEqual(
    new Set(["d-i-cd-ntfs-bios", "d-i-cd-exfat-bios", "ipxe-ntfs-bios", "ipxe-exfat-bios"]),
  );
});

test.each([
  ["--system", "windows", "no windows; there are"],
  ["--firmware", "coreboot", "no coreboot; there are bios"],
  ["--fs", "hfs", "no hfs; there are exfat"],
  ["--jobs", "0", "--jobs is a number from 1 to"],
  ["--jobs", "two", "--jobs is a number from 1 to"],
])("%s %s is refused", (name, value, message) => {
  expect(() => readArguments([name, value])).toThrow(message);
});

test("the page says of each cell what came, and why where nothing was to come", () => {
  const cells = Object.fromEntries(
    [
      ["debian-live-exfat-bios", { outcome: "runs", seconds: 61.4 }] as const,
      ["debian-live-exfat-uefi", { outcome: "failed", seconds: 480, missing: "login:" }] as const,
      ["memtest-exfat-bios", { outcome: "runs", seconds: 9 }] as const,
      ["memtest-exfat-secure-boot", { outcome: "says", seconds: 20 }] as const,
    ].map(([key, one]): [string, CellResult] => [
      key,
      { ...one, at: "2026-01-02T03:04:05Z", of: "program iso", log: "log" },
    ]),
  );
  const page = renderTable({ versions: { QEMU: "7.2" }, cells });
  expect(page).toContain("| Debian 12 live (live-boot) | exFAT | ✔ 61 s | ✘ |  |\n");
  expect(page).toContain("| memtest86+ 6 | exFAT | ✔ 9 s |  | says why<sup>1</sup> |\n");
  expect(page).toContain("1. not signed by anyone; its entry says so");
  expect(page).toContain("Run on 2026-01-02 with QEMU 7.2.");
  // Nothing was started there.
  expect(page).not.toContain("iPXE");
  expect(page).not.toContain("ia32");
});

test("a column more where 32-bit UEFI was started", () => {
  const result: CellResult = {
    outcome: "runs",
    seconds: 61,
    at: "2026-01-02T03:04:05Z",
    of: "program iso",
    log: "log",
  };
  const page = renderTable({ versions: {}, cells: { "grub-rescue-exfat-uefi-ia32": result } });
  expect(page).toContain("| OVMF ia32 |");
  expect(page).toContain("| GRUB rescue | exFAT |  |  |  | ✔ 61 s |");
});
