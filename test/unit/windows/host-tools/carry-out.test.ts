/** Whole jobs: every call in its order, with its scripts, and the files beside them. */
import { describe, expect, test } from "vitest";
import { LifeboatError } from "../../../../src/system/errors.ts";
import { carryOutOnWindows } from "../../../../src/windows/host-tools/index.ts";
import type { HostPlan } from "../../../../src/windows/host-tools/index.ts";
import { temporaryFolder } from "../../../support/tools.ts";
import type { Expected } from "./support.ts";
import {
  APPLY,
  BCDBOOT,
  bcdedit,
  CLEAN,
  disksAnswer,
  dismOutput,
  Host,
  hostAnswer,
  LETTER_AWAY,
  LOOKS,
  makesStores,
  PARTITIONS,
  PLAN,
  PREPARED,
} from "./support.ts";

async function carryOut(plan: HostPlan, expected: readonly Expected[]): Promise<Host> {
  const host = new Host(await temporaryFolder(), expected);
  await carryOutOnWindows(plan, host.run, host.context(), host.files);
  await host.done();
  return host;
}

const BCD = "S:\\EFI\\Microsoft\\Boot\\BCD";

test("a whole disk with GPT: all that can be asked for, in order", async () => {
  const plan: HostPlan = {
    ...PLAN,
    image: { ...PLAN.image, parts: "D:\\sources\\install*.swm", check: true, compact: true },
    locale: "zh-CN",
    drivers: "E:\\my drivers\\net",
    offlineUnattend: "<san/>",
    unattend: "<中文/>",
  };
  const host = await carryOut(plan, [
    ...PREPARED,
    {
      tool: "dism",
      args: [
        ...APPLY.slice(0, 3),
        "/SWMFile:D:\\sources\\install*.swm",
        "/Index:6",
        "/ApplyDir:W:\\",
        "/CheckIntegrity",
        "/Compact",
        "/EA",
      ],
      stdout: [
        "\r\n[                           0.0%  ",
        "                         ]\r[=====        25.5%            ] ",
        "\r[==========================100.0%==========================] ",
      ],
    },
    {
      tool: "dism",
      args: ["/English", "/Image:W:\\", "/Add-Driver", "/Driver:E:\\my drivers\\net", "/Recurse"],
    },
    {
      tool: "dism",
      args: ["/English", "/Image:W:\\", "/Apply-Unattend:T:\\lifeboat-1\\3.xml"],
      does: async (files) => {
        expect(String(await files.read("T:\\lifeboat-1\\3.xml"))).toBe("<san/>");
      },
    },
    {
      tool: "bcdboot",
      args: ["W:\\Windows", "/v", "/s", "S:", "/f", "ALL", "/l", "zh-CN", "/offline"],
      does: async (files) => {
        expect(await files.exists("S:\\EFI\\Microsoft\\Boot")).toBe(true);
        await makesStores(files);
      },
    },
    bcdedit(BCD),
    bcdedit("S:\\Boot\\BCD"),
    {
      tool: "icacls",
      args: [
        "W:\\Windows\\Panther\\unattend.xml",
        "/inheritance:r",
        "/grant:r",
        "*S-1-5-18:F",
        "*S-1-5-32-544:F",
      ],
      // Nothing is in it yet that anybody could read meanwhile.
      does: async (files) => {
        expect(await files.read("W:\\Windows\\Panther\\unattend.xml")).toHaveLength(0);
      },
    },
    LETTER_AWAY,
  ]);
  expect(String(await host.files.read("W:\\Windows\\Panther\\unattend.xml"))).toBe("<中文/>");
  const bytes = host.events.flatMap((event) => (event.kind === "bytes" ? [event.doneBytes] : []));
  expect(bytes).toEqual([255, 1000]);
  const steps = host.events.flatMap((event) => (event.kind === "step" ? [event.text.en] : []));
  expect(steps.slice(0, 4)).toEqual([
    "Erasing the disk's partition table",
    "Looking for a reserved partition made by itself",
    "Making partitions",
    "Applying the Windows image",
  ]);
  expect(host.events.every(({ text }) => text.zh !== "" && text.zh !== text.en)).toBe(true);
});

test("the reserved partition that converting has made is deleted first", async () => {
  await carryOut({ ...PLAN, firmware: "uefi" }, [
    ...LOOKS,
    { tool: "diskpart", script: CLEAN },
    { tool: "powershell", stdout: '[{"number":1,"type":"Reserved"}]' },
    {
      tool: "diskpart",
      script: "select disk 3\nselect partition 1\ndelete partition override\nexit",
    },
    { tool: "diskpart", script: PARTITIONS },
    { tool: "dism", args: APPLY },
    { tool: "bcdboot", args: BCDBOOT.map((arg) => (arg === "ALL" ? "UEFI" : arg)) },
    bcdedit(BCD),
    LETTER_AWAY,
  ]);
});

test("a disk with MBR for BIOS: one active partition", async () => {
  const plan: HostPlan = { ...PLAN, layout: { kind: "mbr" }, firmware: "bios", label: "WTG" };
  const host = await carryOut(plan, [
    ...LOOKS,
    { tool: "diskpart", script: "select disk 3\nclean\nconvert mbr\nexit" },
    {
      tool: "diskpart",
      script: `select disk 3
create partition primary size=350
format quick fs=fat32
active
assign letter=S
create partition primary
format quick fs=ntfs label="WTG"
assign letter=W
exit`,
    },
    { tool: "dism", args: APPLY },
    { tool: "bcdboot", args: BCDBOOT.map((arg) => (arg === "ALL" ? "BIOS" : arg)) },
    bcdedit("S:\\Boot\\BCD"),
    LETTER_AWAY,
  ]);
  expect(host.files.log).toEqual([]);
});

describe("partitions of a lifeboat stick", () => {
  const shim = Buffer.from("shim");
  const plan: HostPlan = {
    ...PLAN,
    layout: { kind: "existing", system: 2, windows: 5, format: true },
    firmware: "uefi",
  };
  const script = `select disk 3
select partition 2
assign letter=S
select partition 5
format quick fs=ntfs label="Windows To Go"
assign letter=W
exit`;

  test("nothing but Windows' own is formatted, and what starts the menu comes back", async () => {
    const host = await carryOut(plan, [
      ...LOOKS,
      {
        tool: "diskpart",
        script,
        does: async (files) => files.write("S:\\EFI\\Boot\\bootx64.efi", shim),
      },
      { tool: "dism", args: APPLY },
      {
        tool: "bcdboot",
        args: BCDBOOT.map((arg) => (arg === "ALL" ? "UEFI" : arg)),
        does: async (files) => files.write("S:\\EFI\\Boot\\bootx64.efi", "bootmgfw"),
      },
      bcdedit(BCD),
      LETTER_AWAY,
    ]);
    expect(await host.files.read("S:\\EFI\\Boot\\bootx64.efi")).toEqual(shim);
    expect(await host.files.read("S:\\EFI\\Boot\\bootia32.efi")).toBeUndefined();
  });

  test("it comes back where bcdboot fails half-way, too", async () => {
    const host = new Host(await temporaryFolder(), [
      ...LOOKS,
      {
        tool: "diskpart",
        script: script.replace(/format.*\n/, ""),
        does: async (files) => files.write("S:\\EFI\\Boot\\bootx64.efi", shim),
      },
      { tool: "dism", args: APPLY },
      {
        tool: "bcdboot",
        does: async (files) => files.write("S:\\EFI\\Boot\\bootx64.efi", "half"),
        exitCode: 1,
        stdout: "BFSVC Error: Failed to set element application device.  Status = [c000000bb]\r\n",
      },
      LETTER_AWAY,
    ]);
    const unformatted = { ...plan, layout: { ...plan.layout, format: false } } as HostPlan;
    await expect(
      carryOutOnWindows(unformatted, host.run, host.context(), host.files),
    ).rejects.toMatchObject({ code: "tool-failed" });
    await host.done();
    expect(await host.files.read("S:\\EFI\\Boot\\bootx64.efi")).toEqual(shim);
  });
});

describe("bcdboot's options", () => {
  const uefi: HostPlan = { ...PLAN, firmware: "uefi" };
  const plain = ["W:\\Windows", "/v", "/s", "S:", "/f", "UEFI"];
  const rest = [bcdedit(BCD), LETTER_AWAY];
  const [, disks, ...prepared] = PREPARED as [Expected, Expected, ...Expected[]];

  test("before 10.0.26100 none; and DISM without what an old one doesn't know", async () => {
    const old = hostAnswer({ build: 10_240, bcdboot: [10, 0, 22_621, 2506] });
    await carryOut({ ...uefi, image: { ...uefi.image, compact: true } }, [
      { tool: "powershell", stdout: old },
      disks,
      ...prepared,
      { tool: "dism", args: [...APPLY.slice(0, -1), "/Compact"] },
      { tool: "bcdboot", args: plain },
      ...rest,
    ]);
  });

  test("Windows 8.1's, whose build number says nothing", async () => {
    const old = hostAnswer({ build: 9600, bcdboot: [6, 3, 99_999, 0] });
    await carryOut(uefi, [
      { tool: "powershell", stdout: old },
      disks,
      ...prepared,
      { tool: "dism", args: APPLY.slice(0, -1) },
      { tool: "bcdboot", args: plain },
      ...rest,
    ]);
  });

  test("/bootex where it was asked for and the image has the files", async () => {
    await carryOut({ ...uefi, bootex: true }, [
      ...PREPARED,
      {
        tool: "dism",
        args: APPLY,
        does: async (files) => files.makeFolder("W:\\Windows\\Boot\\EFI_EX"),
      },
      { tool: "bcdboot", args: [...plain, "/offline", "/bootex"] },
      ...rest,
    ]);
  });

  test("where the image hasn't, it is left out, and said", async () => {
    const host = await carryOut({ ...uefi, bootex: true }, [
      ...PREPARED,
      { tool: "dism", args: APPLY },
      { tool: "bcdboot", args: [...plain, "/offline"] },
      ...rest,
    ]);
    const notes = host.events.filter(({ kind }) => kind === "note");
    expect(notes).toEqual([
      {
        kind: "note",
        level: "warning",
        text: expect.objectContaining({ en: expect.stringContaining("EFI_EX") as string }),
      },
    ]);
  });

  test("not asked for, it isn't used, whatever the image has", async () => {
    await carryOut(uefi, [
      ...PREPARED,
      {
        tool: "dism",
        args: APPLY,
        does: async (files) => files.makeFolder("W:\\Windows\\Boot\\EFI_EX"),
      },
      { tool: "bcdboot", args: [...plain, "/offline"] },
      ...rest,
    ]);
  });

  test("a store that bcdboot didn't make isn't edited", async () => {
    await carryOut(PLAN, [
      ...PREPARED,
      { tool: "dism", args: APPLY },
      { tool: "bcdboot", args: BCDBOOT, does: async (files) => files.write(BCD, "uefi") },
      bcdedit(BCD),
      LETTER_AWAY,
    ]);
  });
});

describe("refused before anything is written", () => {
  const cases: [
    string,
    string,
    Partial<Record<string, unknown>>,
    Partial<HostPlan>,
    Partial<Record<string, unknown>>?,
  ][] = [
    ["not an administrator", "needs-permission", { elevated: false }, {}],
    [
      "an old Windows and the removable bit",
      "removable-old-host",
      { build: 14_393, removable: [3] },
      {},
    ],
    [
      "CA 2023 with an old bcdboot",
      "bootex-old-host",
      { bcdboot: [10, 0, 22_621, 1] },
      { bootex: true },
    ],
    ["a letter in use", "letter-taken", { letters: ["C:\\", "s:\\"] }, {}],
    ["another stick in its place", "identity-changed", {}, {}, { serial: "1" }],
    ["a stick of another size", "identity-changed", {}, {}, { size: 1 }],
    ["no stick", "identity-changed", {}, {}, { number: 4 }],
    ["the disk that Windows runs from", "system-disk", {}, {}, { boot: true }],
    ["a write-protected one", "write-protected", {}, {}, { readOnly: true }],
  ];
  test.each(cases)("%s: %s", async (_name, code, facts, changes, disk) => {
    const expected: Expected[] = [{ tool: "powershell", stdout: hostAnswer(facts) }];
    if (disk !== undefined) expected.push({ tool: "powershell", stdout: disksAnswer(disk) });
    const host = new Host(await temporaryFolder(), expected);
    const job = carryOutOnWindows({ ...PLAN, ...changes }, host.run, host.context(), host.files);
    await expect(job).rejects.toMatchObject({ code, kind: "refused" });
    await host.done();
  });

  test("an old Windows with partitions that are there, or another disk's removable bit, will do", async () => {
    const answer = hostAnswer({ build: 14_393, removable: [2] });
    const host = new Host(await temporaryFolder(), [{ tool: "powershell", stdout: answer }]);
    const job = carryOutOnWindows(PLAN, host.run, host.context(), host.files);
    await expect(job).rejects.toThrow(/unexpected call: powershell/);
  });

  test("an answer of PowerShell's that makes no sense", async () => {
    for (const stdout of [
      "",
      "{}",
      hostAnswer({ system: "C:\\x\\System32 & calc" }),
      hostAnswer({ bcdboot: [] }),
    ]) {
      const host = new Host(await temporaryFolder(), [{ tool: "powershell", stdout }]);
      await expect(
        carryOutOnWindows(PLAN, host.run, host.context(), host.files),
      ).rejects.toMatchObject({ code: "host-unreadable" });
    }
  });
});

test("partitions that nobody made, after it was cleaned: stop", async () => {
  const two = '[{"number":1,"type":"Reserved"},{"number":2,"type":"Basic"}]';
  for (const stdout of [two, '[{"number":1,"type":"Basic"}]']) {
    const host = new Host(await temporaryFolder(), [
      ...LOOKS,
      { tool: "diskpart", script: CLEAN },
      { tool: "powershell", stdout },
    ]);
    const job = carryOutOnWindows(PLAN, host.run, host.context(), host.files);
    await expect(job).rejects.toMatchObject({ code: "disk-not-empty" });
    await host.done();
  }
});

test("cancelled: the step under way ends, the letter goes, nothing else runs", async () => {
  const controller = new AbortController();
  const host = new Host(await temporaryFolder(), [
    ...PREPARED.slice(0, -1),
    { tool: "diskpart", script: PARTITIONS, does: async () => controller.abort() },
    LETTER_AWAY,
  ]);
  const job = carryOutOnWindows(PLAN, host.run, host.context(controller.signal), host.files);
  await expect(job).rejects.toMatchObject({ kind: "cancelled" });
  await host.done();
});

test("Ctrl-C that reached the tool is no failure of the tool", async () => {
  const host = new Host(await temporaryFolder(), [
    ...PREPARED,
    { tool: "dism", exitCode: 0xc000_013a },
    LETTER_AWAY,
  ]);
  const job = carryOutOnWindows(PLAN, host.run, host.context(), host.files);
  await expect(job).rejects.toMatchObject({ kind: "cancelled" });
  await host.done();
});

test("DISM that asks for a restart has done its work", async () => {
  await carryOut({ ...PLAN, firmware: "bios", bootex: true }, [
    ...PREPARED,
    {
      tool: "dism",
      exitCode: 3010,
      does: async (files) => files.makeFolder("W:\\Windows\\Boot\\EFI_EX"),
    },
    // BIOS knows no certificates.
    { tool: "bcdboot", args: BCDBOOT.map((arg) => (arg === "ALL" ? "BIOS" : arg)) },
    bcdedit("S:\\Boot\\BCD"),
    LETTER_AWAY,
  ]);
});

test("that the letter can't be taken away doesn't hide what went wrong", async () => {
  const host = new Host(await temporaryFolder(), [
    ...PREPARED,
    { tool: "dism", exitCode: 112, stdout: dismOutput("112") },
    { ...LETTER_AWAY, fails: new LifeboatError("tool-failed", { en: "no", zh: "" }) },
  ]);
  const job = carryOutOnWindows(PLAN, host.run, host.context(), host.files);
  await expect(job).rejects.toMatchObject({ code: "no-space" });
  await host.done();
});
