/** Nothing from outside reaches a script or a command line that could mean something else there. */
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { LifeboatError } from "../../../../src/system/errors.ts";
import { checkHostPlan, hostSteps } from "../../../../src/windows/host-tools/index.ts";
import type { HostPlan } from "../../../../src/windows/host-tools/index.ts";
import { FACTS, PLAN, SYSTEM_PARTITION, WINDOWS_PARTITION } from "./support.ts";

function refusal(plan: HostPlan): string | undefined {
  try {
    checkHostPlan(plan, FACTS);
    return undefined;
  } catch (error) {
    if (!(error instanceof LifeboatError)) throw error;
    return error.code;
  }
}

const EXISTING = {
  kind: "existing",
  system: SYSTEM_PARTITION,
  windows: WINDOWS_PARTITION,
  format: true,
} as const;

const withImage = (image: Partial<HostPlan["image"]>): HostPlan => ({
  ...PLAN,
  image: { ...PLAN.image, ...image },
});

describe("refused", () => {
  const plans: [string, HostPlan][] = [
    ...[
      "/dev/sdb",
      "\\\\.\\PhysicalDrive",
      "\\\\.\\PhysicalDrive3\nclean",
      "\\\\.\\PhysicalDrive03",
      "\\\\.\\C:",
      "3",
    ].map((path): [string, HostPlan] => [path, { ...PLAN, disk: { ...PLAN.disk, path } }]),
    ...["C", "A", "s", "ST", "", "S\n", "1"].map((system): [string, HostPlan] => [
      `letter ${system}`,
      { ...PLAN, letters: { ...PLAN.letters, system } },
    ]),
    ["one letter twice", { ...PLAN, letters: { system: "S", windows: "S" } }],
    ...["", " a", "a ", 'a"b', "a\nclean", "x".repeat(33), "é", "a%b", "a&b"].map(
      (label): [string, HostPlan] => [`label ${label}`, { ...PLAN, label }],
    ),
    ...[
      "",
      "install.wim",
      "D:install.wim",
      "\\sources\\install.wim",
      "/sources/install.wim",
      "D:\\a/b",
      'D:\\a" /Image:C:\\',
      "D:\\a\nb",
      "D:\\a|b",
      "D:\\a*b",
      "D:\\..\\x",
      "D:\\a.",
      "D:\\a \\b",
      "\\\\.\\PhysicalDrive0",
      "\\\\?\\C:\\x",
      "\\\\server",
      "D:\\a:stream",
      "D:\\\ud800",
      `D:\\${"x".repeat(257)}`,
    ].map((path): [string, HostPlan] => [`image ${path.slice(0, 30)}`, withImage({ path })]),
    ...["D:\\install.swm", "install*.swm", "D:\\a*b*.swm", "D:\\*\\a.swm", 'D:\\a*" x'].map(
      (parts): [string, HostPlan] => [`parts ${parts}`, withImage({ parts })],
    ),
    ...[0, -1, 1.5, Number.NaN, 10_000].map((index): [string, HostPlan] => [
      `index ${index}`,
      withImage({ index }),
    ]),
    ["drivers", { ...PLAN, drivers: "E:\\a\r\nb" }],
    ["locale", { ...PLAN, locale: "de-DE /f" }],
    ["a small system partition", { ...PLAN, layout: { kind: "gpt", systemMiB: 99 } }],
    ["a larger FAT32 than Windows makes", { ...PLAN, layout: { kind: "gpt", systemMiB: 32_769 } }],
    ["the same, on MBR", { ...PLAN, layout: { kind: "mbr", systemMiB: 32_769 } }],
    ["BIOS from GPT", { ...PLAN, firmware: "bios" }],
    ["a reserved partition of nothing", { ...PLAN, layout: { kind: "gpt", reservedMiB: 0 } }],
    ["one partition twice", { ...PLAN, layout: { ...EXISTING, windows: SYSTEM_PARTITION } }],
    [
      "partition 0",
      { ...PLAN, layout: { ...EXISTING, system: { ...SYSTEM_PARTITION, number: 0 } } },
    ],
  ];
  test.each(plans)("%s", (_name, plan) => expect(refusal(plan)).toBe("host-plan"));
});

test.each([
  "D:\\install.wim",
  "D:\\Meine Abbilder (1)\\Windows 11 & 10.wim",
  "\\\\server\\share\\install.wim",
  "d:\\中文\\安装.esd",
])("%s is a path", (path) => expect(refusal(withImage({ path }))).toBeUndefined());

test("the largest FAT32 that Windows makes, and BIOS from MBR, will do", () => {
  const layout = { kind: "mbr", systemMiB: 32_768 } as const;
  expect(refusal({ ...PLAN, layout, firmware: "bios" })).toBeUndefined();
});

test("long paths are judged at once", () => {
  const long = "a".repeat(250);
  const started = process.cpuUsage();
  for (const path of [`D:\\${long}|`, `D:\\${"a\\".repeat(120)}|`, `\\\\${long}|`]) {
    expect(refusal(withImage({ path }))).toBe("host-plan");
    expect(refusal(withImage({ parts: `${path}*` }))).toBe("host-plan");
  }
  expect(process.cpuUsage(started).user).toBeLessThan(1e6);
});

test("whatever the names: refused, or every script and argument is what it should be", async () => {
  const hostile = fc.oneof(
    fc.string({ unit: "binary", maxLength: 12 }),
    fc.string({
      unit: fc.constantFrom(...'"\n\r%^&|<>/\\:*?. aZ-_=\u0000é'.split("")),
      maxLength: 12,
    }),
  );
  const plans = fc.record({
    label: hostile,
    system: fc.constantFrom("S", "T", "s", "S\n", "C"),
    path: hostile.map((name) => `D:\\${name}`),
    drivers: hostile.map((name) => `E:\\${name}`),
    locale: fc.oneof(fc.constant("de-DE"), hostile),
  });
  let accepted = 0;
  const sample = fc.sample(plans, { numRuns: 1500, seed: 11 });
  // Mostly one thing at a time, so that what is accepted isn't rare.
  for (const [round, { label, system, path, drivers, locale }] of sample.entries()) {
    const plan: HostPlan = {
      ...PLAN,
      ...[
        { label },
        { letters: { system, windows: "W" } },
        { image: { ...PLAN.image, path } },
        { drivers },
        { locale },
      ][round % 5],
    };
    if (refusal(plan) !== undefined) continue;
    accepted++;
    for (const step of await hostSteps(plan, FACTS)) {
      if (step.kind === "diskpart") {
        const lines = step.script.split("\r\n").filter((line) => !line.startsWith("rem "));
        for (const line of lines) {
          expect(line).toMatch(
            /^(|select disk 3|clean|convert gpt|exit|create partition (efi size=260|msr size=128|primary)|format quick fs=(fat32|ntfs label="[A-Za-z0-9 _-]{1,32}")|assign letter=[D-Z])$/,
          );
        }
      }
      if ("call" in step) {
        // oxlint-disable-next-line no-control-regex
        for (const argument of step.call.args) expect(argument).not.toMatch(/["\u0000-\u001f]/);
      }
    }
  }
  expect(accepted).toBeGreaterThan(100);
});

test("from a 32-bit process, every tool is the real one", async () => {
  const system = "C:\\Windows\\Sysnative";
  const steps = await hostSteps({ ...PLAN, unattend: "x" }, { ...FACTS, system });
  const programs = steps.flatMap((step) =>
    "call" in step ? [step.call.program] : "program" in step ? [step.program] : [],
  );
  expect(new Set(programs)).toEqual(
    new Set(
      ["diskpart", "dism", "bcdboot", "bcdedit", "icacls", "mountvol"].map(
        (name) => `${system}\\${name}.exe`,
      ),
    ),
  );
});
