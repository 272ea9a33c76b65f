/** What the tools' failures are taken for. */
import { describe, expect, test } from "vitest";
import { LifeboatError } from "../../../../src/system/errors.ts";
import { carryOutOnWindows } from "../../../../src/windows/host-tools/index.ts";
import type { HostPlan } from "../../../../src/windows/host-tools/index.ts";
import { percentReader } from "../../../../src/windows/dism-percent.ts";
import { temporaryFolder } from "../../../support/tools.ts";
import type { Expected } from "./support.ts";
import {
  APPLY,
  CLEAN,
  diskAnswer,
  dismOutput,
  Host,
  LETTER_AWAY,
  looks,
  partition,
  PARTITIONS,
  PLAN,
  PREPARED,
  WHOLE_MBR,
} from "./support.ts";

async function failureOf(
  expected: readonly Expected[],
  plan: HostPlan = PLAN,
): Promise<LifeboatError> {
  const host = new Host(await temporaryFolder(), expected);
  const error: unknown = await carryOutOnWindows(plan, host.run, host.context(), host.files).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  await host.done();
  if (!(error instanceof LifeboatError)) throw error;
  expect(error.text.zh).not.toBe(error.text.en);
  return error;
}

describe("DISM /Apply-Image", () => {
  const cases: [string, number, string, string, string][] = [
    ["no such file", 2, "2", "The system cannot find the file specified.", "wim-not-found"],
    ["no such folder", 3, "3", "The system cannot find the path specified.", "wim-not-found"],
    ["as an HRESULT", 0x80070002, "0x80070002", "", "wim-not-found"],
    ["negative, as some print it", -2147024894, "0x80070002", "", "wim-not-found"],
    ["denied", 5, "5", "Access is denied.", "needs-permission"],
    [
      "not elevated",
      740,
      "740",
      "Elevated permissions are required to run DISM.",
      "needs-permission",
    ],
    [
      "no image file",
      11,
      "11",
      "An attempt was made to load a program with an incorrect format.",
      "not-a-wim",
    ],
    ["damaged", 13, "13", "The data is invalid.", "wim-damaged"],
    [
      "damaged, later",
      1392,
      "1392",
      "The file or directory is corrupted and unreadable.",
      "wim-damaged",
    ],
    ["write-protected", 19, "19", "The media is write protected.", "write-protected"],
    ["bad sector", 23, "23", "Data error (cyclic redundancy check).", "medium-failed"],
    ["pulled out", 1167, "1167", "The device is not connected.", "medium-failed"],
    ["in use", 32, "32", "The process cannot access the file.", "in-use"],
    ["full", 112, "112", "There is not enough space on the disk.", "no-space"],
    ["an option of a newer one", 87, "87", "The ea option is unknown.", "host-too-old"],
    [
      "no such index",
      87,
      "87",
      "The specified image in the specified wim does not have that index.",
      "wim-image-unknown",
    ],
    ["no such index, by code", 0x80070490, "0x80070490", "Element not found.", "wim-image-unknown"],
    ["a newer image", 50, "50", "The request is not supported.", "host-too-old"],
    ["anything else", 0xc1420127, "0xc1420127", "The image is already mounted.", "tool-failed"],
  ];
  test.each(cases)("%s (%i)", async (_name, exitCode, shown, words, code) => {
    const failed = { tool: "dism", args: APPLY, exitCode, stdout: dismOutput(shown, words) };
    const error = await failureOf([...PREPARED, failed, LETTER_AWAY]);
    expect(error.code).toBe(code);
    expect(error.hint ?? error.code).not.toBe("tool-failed");
    expect(error.cause).toMatchObject({ exitCode });
  });

  test("what isn't known is told in DISM's words, without its bars, on one line", async () => {
    const stdout = dismOutput("0xc1420127", "The \u001b[2Jimage is already mounted.");
    const error = await failureOf([
      ...PREPARED,
      { tool: "dism", exitCode: 0xc1420127, stdout: `[====  20.0%   ]\r${stdout}` },
      LETTER_AWAY,
    ]);
    expect(error.text.en).toBe(
      "dism failed (0xc1420127): Version: 10.0.26100.1 · Error: 0xc1420127 · The [2Jimage is already mounted.",
    );
    expect(error.hint?.en).toContain("dism.log");
  });
});

test("DISM /Add-Driver: folders without drivers, drivers without signatures", async () => {
  const plan = { ...PLAN, drivers: "E:\\drivers" };
  const cases = [
    [2, "drivers-missing"],
    [0x800f024b, "driver-unsigned"],
    [0x800f022f, "driver-unsigned"],
  ] as const;
  for (const [exitCode, code] of cases) {
    const stdout = dismOutput(`0x${exitCode.toString(16)}`, "E:\\drivers\\a.inf");
    const calls = [...PREPARED, { tool: "dism" }, { tool: "dism", exitCode, stdout }, LETTER_AWAY];
    expect((await failureOf(calls, plan)).code).toBe(code);
  }
});

describe("diskpart", () => {
  const cases: [string, string][] = [
    ["DiskPart has encountered an error: The media is write protected.", "write-protected"],
    ["DiskPart 遇到错误: 介质受写入保护。", "write-protected"],
    ["DiskPart has encountered an error: Access is denied.", "needs-permission"],
    ["DiskPart 遇到错误: 拒绝访问。", "needs-permission"],
    [
      "Virtual Disk Service error:\r\nThe operation is not supported by the object.",
      "removable-old-host",
    ],
    ["The operation is not supported on removable media.", "removable-old-host"],
    ["No usable free extent could be found.", "no-space"],
    ["The disk you specified is not valid.", "identity-changed"],
    [
      "DiskPart has encountered an error: The request could not be performed because of an I/O device error.",
      "medium-failed",
    ],
    ["Le service de disque virtuel a échoué.", "tool-failed"],
  ];
  test.each(cases)("%s", async (words, code) => {
    const stdout = `\r\nMicrosoft DiskPart version 10.0.26100.1\r\n\r\nDisk 3 is now the selected disk.\r\n\r\n${words}\r\n`;
    // No letter was given yet, so none is taken away.
    const error = await failureOf([
      ...looks(),
      diskAnswer(),
      { tool: "diskpart", script: CLEAN, exitCode: 1, stdout },
    ]);
    expect(error.code).toBe(code);
    if (code === "tool-failed") expect(error.text.en).toContain(words);
  });

  describe("a letter that came to be somebody else's", () => {
    const stdout = "The specified drive letter is not free to be assigned.";
    const failed = (script: string): Expected => ({
      tool: "diskpart",
      script,
      exitCode: 1,
      stdout,
    });
    const gpt = [...PREPARED.slice(0, -1), failed(PARTITIONS)];
    const mbr = [...looks(), diskAnswer(), failed(WHOLE_MBR)];
    const plans: [string, HostPlan, Expected[]][] = [
      ["GPT", PLAN, gpt],
      ["MBR", { ...PLAN, layout: { kind: "mbr" } }, mbr],
    ];
    test.each(plans)("%s: it stays with its owner", async (_name, plan, expected) => {
      const error = await failureOf([...expected, diskAnswer([partition(1)])], plan);
      expect(error.code).toBe("letter-taken");
    });

    test.each(plans)(
      "%s: the system partition's, given already, goes",
      async (_name, plan, all) => {
        const ours = diskAnswer([partition(1, { paths: ["S:\\"] })]);
        expect((await failureOf([...all, ours, LETTER_AWAY], plan)).code).toBe("letter-taken");
      },
    );

    test("nothing is taken from another disk, or where nobody can tell", async () => {
      const other = diskAnswer([partition(1, { paths: ["S:\\"] })], { serial: "1" });
      for (const answer of [other, { ...other, stdout: "" }]) {
        expect((await failureOf([...gpt, answer])).code).toBe("letter-taken");
      }
    });
  });
});

describe("bcdboot", () => {
  const cases: [string, string][] = [
    ["BFSVC Error: Could not open the BCD template store. Status = [c000000f]", "tool-failed"],
    [
      "BFSVC Error: Error copying boot files from W:\\Windows\\Boot\\EFI to S:\\EFI. Last Error = 0x5",
      "needs-permission",
    ],
    ["BFSVC Error: Error copying boot files Last Error = 0x70", "no-space"],
    ["BFSVC Error: Error copying boot files Last Error = 0x13", "write-protected"],
  ];
  test.each(cases)("%s", async (words, code) => {
    const error = await failureOf([
      ...PREPARED,
      { tool: "dism" },
      {
        tool: "bcdboot",
        exitCode: 193,
        stdout: `${words}\r\nFailure when attempting to copy boot files.\r\n`,
      },
      LETTER_AWAY,
    ]);
    expect(error.code).toBe(code);
  });
});

test("a tool that Windows won't start, or that isn't there", async () => {
  const refused = new LifeboatError(
    "tool-failed",
    { en: "spawn EACCES", zh: "" },
    {
      cause: Object.assign(new Error("spawn EACCES"), { code: "EACCES" }),
    },
  );
  const missing = new LifeboatError("tool-missing", { en: "", zh: "" }, { kind: "missing" });
  for (const [fails, code] of [
    [refused, "needs-permission"],
    [missing, "tool-missing"],
  ] as const) {
    expect(
      (await failureOf([...looks(), diskAnswer(), { tool: "diskpart", script: CLEAN, fails }]))
        .code,
    ).toBe(code);
  }
});

test("percents, however the output is cut", () => {
  const output = "\r[===  1.0%  ]\r[=====  50,5%=   ]\r[===100.0%===] x [ 7%]";
  for (let size = 1; size <= output.length; size++) {
    const seen: number[] = [];
    const read = percentReader((percent) => seen.push(percent));
    for (let at = 0; at < output.length; at += size) read(output.slice(at, at + size));
    expect(seen.at(-1)).toBe(7);
    expect(seen.every((percent) => [1, 50.5, 100, 7].includes(percent))).toBe(true);
  }
});
