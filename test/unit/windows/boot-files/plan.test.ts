/** The plan, from trees in memory: what goes where, and what is said of what is missing. */
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { planBootFiles, readBootListing } from "../../../../src/windows/boot-files/index.ts";
import type { BootFilesOptions, BootListing } from "../../../../src/windows/boot-files/index.ts";
import { memoryVolume } from "../../../support/memory-volume.ts";
import {
  BIOS_COPIES,
  bootTree,
  EFI_COPIES,
  EX_COPIES,
  MACHINE,
  noise,
  underWindows,
} from "./support.ts";

async function planOf(tree: Record<string, Buffer>, options: BootFilesOptions) {
  return planBootFiles(await readBootListing(memoryVolume(underWindows(tree))), options);
}

async function copiesOf(tree: Record<string, Buffer>, options: BootFilesOptions) {
  const { copies } = await planOf(tree, options);
  return Object.fromEntries(copies.map(({ to, from }) => [to, from.replace("/Windows/Boot/", "")]));
}

async function findingsOf(tree: Record<string, Buffer>, options: BootFilesOptions) {
  const { findings } = await planOf(tree, options);
  return findings.map(({ level, code }) => `${level} ${code}`);
}

/** Without the files whose paths begin so. */
function without(...starts: string[]): Record<string, Buffer> {
  const entries = Object.entries(bootTree());
  return Object.fromEntries(
    entries.filter(([path]) => !starts.some((start) => path.startsWith(start))),
  );
}

test("UEFI: exactly what bcdboot copies", async () => {
  const plan = await planOf(bootTree(), { firmware: "uefi", locale: "en-us" });
  expect(await copiesOf(bootTree(), { firmware: "uefi" })).toEqual(EFI_COPIES);
  expect(plan).toMatchObject({
    created: [{ to: "/EFI/Microsoft/Boot/BOOTSTAT.DAT", sizeBytes: 65_536 }],
    attributes: [],
    machine: "x86_64",
    languages: ["en-US", "qps-ploc", "zh-CN"],
    findings: [],
  });
  const bytes = plan.copies.reduce((sum, { sizeBytes }) => sum + sizeBytes, 65_536);
  expect(plan.totalBytes).toBe(bytes);
});

test("BIOS: boot manager in the root, hidden as Windows has it", async () => {
  const plan = await planOf(bootTree(), { firmware: "bios" });
  expect(await copiesOf(bootTree(), { firmware: "bios" })).toEqual(BIOS_COPIES);
  expect(plan).toMatchObject({
    created: [{ to: "/Boot/BOOTSTAT.DAT", sizeBytes: 65_536 }],
    machine: undefined,
    findings: [],
  });
  expect(plan.attributes).toEqual([
    { path: "/bootmgr", attributes: { hidden: true, system: true, readOnly: true } },
    { path: "/BOOTNXT", attributes: { hidden: true, system: true } },
    { path: "/Boot", attributes: { hidden: true, system: true } },
  ]);
});

test("all: both", async () => {
  const both = { ...EFI_COPIES, ...BIOS_COPIES };
  expect(await copiesOf(bootTree(), { firmware: "all" })).toEqual(both);
});

test("the files of CA 2023 lose their _EX, and the rest stays as it is", async () => {
  const options: BootFilesOptions = { firmware: "uefi", bootex: true };
  expect(await copiesOf(bootTree(), options)).toEqual({ ...EFI_COPIES, ...EX_COPIES });
  expect(await findingsOf(bootTree(), options)).toEqual([]);
});

test("without being asked for they are not taken", async () => {
  const copies = await copiesOf(bootTree(), { firmware: "all" });
  expect(Object.values(copies).filter((from) => from.includes("_EX"))).toEqual([]);
});

test.each([
  ["x86_64", "bootx64.efi"],
  ["i386", "bootia32.efi"],
  ["aarch64", "bootaa64.efi"],
] as const)("the loader of %s is %s", async (machine, name) => {
  const plan = await planOf(bootTree(MACHINE[machine]), { firmware: "uefi" });
  expect(plan.machine).toBe(machine);
  const loaders = plan.copies.map(({ to }) => to).filter((to) => to.startsWith("/EFI/Boot/"));
  expect(loaders).toEqual([`/EFI/Boot/${name}`]);
});

test("where something else starts from \\EFI\\Boot, it is left alone", async () => {
  const { "/EFI/Boot/bootx64.efi": _, ...others } = EFI_COPIES;
  expect(await copiesOf(bootTree(), { firmware: "uefi", fallbackLoader: false })).toEqual(others);
});

describe("what is missing is said", () => {
  const cases: [string, Record<string, Buffer>, BootFilesOptions, string[]][] = [
    [
      "no EFI",
      without("EFI/"),
      { firmware: "uefi" },
      ["error no-boot-manager", "warning boot-files-missing"],
    ],
    [
      "no bootmgfw.efi",
      without("EFI/bootmgfw.efi"),
      { firmware: "uefi" },
      ["error no-boot-manager"],
    ],
    [
      "an empty bootmgfw.efi",
      { ...bootTree(), "EFI/bootmgfw.efi": Buffer.alloc(0) },
      { firmware: "uefi" },
      ["error boot-manager-machine"],
    ],
    ["a strange machine", bootTree(0x1234), { firmware: "uefi" }, ["error boot-manager-machine"]],
    [
      "no EFI_EX",
      without("EFI_EX/"),
      { firmware: "uefi", bootex: true },
      ["error no-bootex-files"],
    ],
    [
      "no bootmgfw_EX.efi",
      without("EFI_EX/bootmgfw"),
      { firmware: "uefi", bootex: true },
      ["error no-boot-manager"],
    ],
    ["no bootmgr", without("PCAT/bootmgr"), { firmware: "bios" }, ["error no-boot-manager"]],
    ["no BIOS at all", without("PCAT/"), { firmware: "all" }, ["warning no-bios-boot-files"]],
    [
      "neither",
      without("PCAT/", "EFI/"),
      { firmware: "all" },
      ["error no-boot-manager", "warning boot-files-missing", "warning no-bios-boot-files"],
    ],
    ["no fonts", without("Fonts/"), { firmware: "all" }, ["warning boot-files-missing"]],
    [
      "no memtest",
      without("EFI/memtest.efi"),
      { firmware: "uefi" },
      ["warning boot-files-missing"],
    ],
    [
      "no languages",
      without("EFI/en", "EFI/zh", "EFI/qps", "Resources/en"),
      { firmware: "uefi" },
      ["warning no-boot-languages"],
    ],
    [
      "not that language",
      bootTree(),
      { firmware: "uefi", locale: "de-DE" },
      ["warning no-boot-language"],
    ],
    [
      "names that differ in case",
      { ...bootTree(), "EFI/BOOT.STL": noise(99, 5) },
      { firmware: "uefi" },
      ["warning boot-file-twice"],
    ],
  ];
  test.each(cases)("%s", async (_name, tree, options, expected) => {
    const found = await findingsOf(tree, options);
    // "Neither" also misses the languages that would have come with EFI.
    expect(
      found.filter((one) => one !== "warning no-boot-languages" || expected.includes(one)),
    ).toEqual(expected);
  });
});

test("whatever the names: each target once, and where it belongs", () => {
  const name = fc.constantFrom(
    "a",
    "A",
    "a_EX",
    "b_EX.c",
    "bootmgr",
    "BOOTMGR",
    "bootnxt",
    "en-US",
    "Fonts",
    "bootmgfw.efi",
    "bootmgfw_EX.efi",
    "BOOTSTAT.DAT",
    "toString",
    "__proto__",
  );
  const files = fc.array(fc.array(name, { minLength: 1, maxLength: 3 }), { maxLength: 12 });
  const folder = fc.option(files, { nil: undefined });
  const folders = fc.record({
    EFI: folder,
    EFI_EX: folder,
    PCAT: folder,
    Fonts: folder,
    Fonts_EX: folder,
    Resources: folder,
  });
  const options = fc.record({
    firmware: fc.constantFrom("uefi" as const, "bios" as const, "all" as const),
    bootex: fc.boolean(),
    fallbackLoader: fc.boolean(),
  });
  fc.assert(
    fc.property(folders, options, (names, choice) => {
      const listed = Object.entries(names).map(([key, paths]) => {
        const all = paths?.map((parts) => ({
          from: `/Windows/Boot/${key}/${parts.join("/")}`,
          path: parts.join("/"),
          sizeBytes: 1,
        }));
        return [key, all];
      });
      const listing = {
        folders: Object.fromEntries(listed) as BootListing["folders"],
        machines: { EFI: "x86_64", EFI_EX: "aarch64" },
        skipped: [],
      };
      const plan = planBootFiles(listing, choice);
      const targets = [...plan.copies, ...plan.created].map(({ to }) => to.toLowerCase());
      expect(new Set(targets).size).toBe(targets.length);
      for (const target of targets) {
        expect(target).toMatch(
          /^\/(efi\/microsoft\/boot\/|efi\/boot\/boot(x64|aa64)\.efi$|boot\/|bootmgr$|bootnxt$)/,
        );
      }
      const fallback = plan.copies.filter(({ to }) => to.startsWith("/EFI/Boot/"));
      if (!choice.fallbackLoader || choice.firmware === "bios") expect(fallback).toEqual([]);
      if (!choice.bootex)
        expect(plan.copies.filter(({ from }) => from.includes("EFI_EX/"))).toEqual([]);
    }),
  );
});

test("a volume without Windows", async () => {
  await expect(readBootListing(memoryVolume({ "/x": "y" }))).rejects.toMatchObject({
    code: "no-windows-boot-files",
  });
});
