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
  CLOSE,
  diskAnswer,
  DISKS,
  disksAnswer,
  dismOutput,
  Host,
  HOST,
  hostAnswer,
  imageFiles,
  LETTER_AWAY,
  looks,
  makesStores,
  PARTITIONS,
  partition,
  PLAN,
  PREPARED,
  prepared,
  RESERVED_GUID,
  SCRATCH,
  SYSTEM_PARTITION,
  WHOLE_MBR,
  WINDOWS_PARTITION,
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
      args: ["/English", "/Image:W:\\", `/Apply-Unattend:${SCRATCH}\\3.xml`],
      does: async (files) => {
        expect(String(await files.read(`${SCRATCH}\\3.xml`))).toBe("<san/>");
      },
    },
    {
      tool: "bcdboot",
      args: ["W:\\Windows", "/v", "/s", "S:", "/f", "ALL", "/l", "zh-CN", "/offline"],
      does: async (files) => {
        expect(await files.exists("S:\\EFI\\Microsoft\\Boot")).toBe(true);
        await makesStores(files);
        // The image brought one along, that somebody is let into by name: what icacls grants is added to that.
        files.put("W:\\Windows\\Panther\\unattend.xml", "old");
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
  const path = "W:\\Windows\\Panther\\unattend.xml";
  expect(String(await host.files.read(path))).toBe("<中文/>");
  const done = host.files.log.filter((line) => line.includes(path));
  expect(done).toEqual([`remove ${path}`, `create ${path} 0`, `write ${path} 5`]);
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
    ...looks(),
    diskAnswer(),
    { tool: "diskpart", script: CLEAN },
    diskAnswer([partition(1, { gptType: `{${RESERVED_GUID}}` })]),
    {
      tool: "diskpart",
      script: "select disk 3\nselect partition 1\ndelete partition override\nexit",
    },
    diskAnswer(),
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
    ...looks(),
    diskAnswer(),
    {
      tool: "diskpart",
      script: WHOLE_MBR.replace("Windows To Go", "WTG"),
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
  const loader = "S:\\EFI\\Boot\\bootx64.efi";
  const layout = {
    kind: "existing",
    system: SYSTEM_PARTITION,
    windows: WINDOWS_PARTITION,
    format: true,
  } as const;
  const plan: HostPlan = { ...PLAN, layout, firmware: "uefi" };
  const unformatted: HostPlan = { ...plan, layout: { ...layout, format: false } };
  const parts = [partition(1), partition(2), partition(5)];
  const lettered = [
    partition(1),
    partition(2, { paths: ["S:\\", "\\\\?\\Volume{1}\\"] }),
    partition(5, { paths: ["W:\\"] }),
  ];
  const letters: Expected = {
    tool: "diskpart",
    script:
      "select disk 3\nselect partition 2\nassign letter=S\nselect partition 5\nassign letter=W\nexit",
    does: async (files) => files.write(loader, shim),
  };
  const format: Expected = {
    tool: "diskpart",
    script: 'select volume W\nformat quick fs=ntfs label="Windows To Go"\nexit',
  };
  const begun = [...looks(parts), diskAnswer(parts), letters];
  const bcdboot: Expected = {
    tool: "bcdboot",
    args: BCDBOOT.map((arg) => (arg === "ALL" ? "UEFI" : arg)),
    does: async (files) => {
      // Were the power to fail now, it would be there still.
      expect(await files.read(`${loader}.lifeboat`)).toEqual(shim);
      await files.write(loader, "bootmgfw");
    },
  };

  test("nothing but Windows' own is formatted, and what starts the menu comes back", async () => {
    const host = await carryOut(plan, [
      ...begun,
      diskAnswer(lettered),
      format,
      { tool: "dism", args: APPLY },
      bcdboot,
      bcdedit(BCD),
      LETTER_AWAY,
    ]);
    expect(await host.files.list("S:\\EFI\\Boot")).toEqual(["bootx64.efi"]);
    expect(await host.files.read(loader)).toEqual(shim);
  });

  test("it comes back where bcdboot fails half-way, too", async () => {
    const host = new Host(await temporaryFolder(), [
      ...begun,
      { tool: "dism", args: APPLY },
      {
        ...bcdboot,
        exitCode: 1,
        stdout: "BFSVC Error: Failed to set element application device.  Status = [c000000bb]\r\n",
      },
      LETTER_AWAY,
    ]);
    await expect(
      carryOutOnWindows(unformatted, host.run, host.context(), host.files),
    ).rejects.toMatchObject({ code: "tool-failed" });
    await host.done();
    expect(await host.files.read(loader)).toEqual(shim);
  });

  test("and after a run that the power failed in", async () => {
    const cut: Expected = {
      ...letters,
      does: async (files) => {
        await files.write(`${loader}.lifeboat`, shim);
        await files.write(loader, "bootmgfw");
      },
    };
    const host = await carryOut(unformatted, [
      ...begun.slice(0, -1),
      cut,
      { tool: "dism", args: APPLY },
      bcdboot,
      bcdedit(BCD),
      LETTER_AWAY,
    ]);
    expect(await host.files.list("S:\\EFI\\Boot")).toEqual(["bootx64.efi"]);
    expect(await host.files.read(loader)).toEqual(shim);
  });

  test("another partition under the number: nothing is written", async () => {
    const changed: [string, object[]][] = [
      ["none", [partition(2)]],
      ["elsewhere", [partition(2), partition(5, { offset: 1 })]],
      ["of another size", [partition(2, { size: 1 }), partition(5)]],
      ["of another type", [partition(2), partition(5, { gptType: `{${RESERVED_GUID}}` })]],
      ["on MBR", [partition(2), partition(5, { gptType: "", mbrType: 7 })]],
    ];
    for (const [name, now] of changed) {
      const early = new Host(await temporaryFolder(), [HOST, DISKS, diskAnswer(now)]);
      const late = new Host(await temporaryFolder(), [...looks(parts), diskAnswer(now)]);
      for (const host of [early, late]) {
        const job = carryOutOnWindows(plan, host.run, host.context(), host.files);
        await expect(job, name).rejects.toMatchObject({ code: "partition-changed" });
        await host.done();
      }
    }
  });

  test("a letter that came to another partition: nothing is formatted", async () => {
    const other = [partition(1, { paths: ["W:\\"] }), lettered[1] ?? {}, partition(5)];
    const host = new Host(await temporaryFolder(), [...begun, diskAnswer(other), LETTER_AWAY]);
    const job = carryOutOnWindows(plan, host.run, host.context(), host.files);
    await expect(job).rejects.toMatchObject({ code: "partition-changed" });
    await host.done();
  });

  test("an image on a partition that stays is read from there, one on Windows' own isn't", async () => {
    const on = (number: number) =>
      parts.map((part) => (part.number === number ? { ...part, paths: ["D:\\"] } : part));
    const stays = new Host(await temporaryFolder(), [HOST, DISKS, diskAnswer(on(1)), CLOSE]);
    const job = carryOutOnWindows(unformatted, stays.run, stays.context(), stays.files);
    await expect(job).rejects.toThrow(/unexpected call: powershell/);
    const lost = new Host(await temporaryFolder(), [HOST, DISKS, diskAnswer(on(5)), imageFiles()]);
    await expect(
      carryOutOnWindows(plan, lost.run, lost.context(), lost.files),
    ).rejects.toMatchObject({ code: "source-on-disk" });
    await lost.done();
  });
});

describe("bcdboot's options", () => {
  const uefi: HostPlan = { ...PLAN, firmware: "uefi" };
  const plain = ["W:\\Windows", "/v", "/s", "S:", "/f", "UEFI"];
  const rest = [bcdedit(BCD), LETTER_AWAY];

  test("before 10.0.26100 none; and DISM without what an old one doesn't know", async () => {
    const old = hostAnswer({ build: 10_240, bcdboot: [10, 0, 22_621, 2506] });
    await carryOut({ ...uefi, image: { ...uefi.image, compact: true } }, [
      ...prepared({ tool: "powershell", stdout: old }),
      { tool: "dism", args: [...APPLY.slice(0, -1), "/Compact"] },
      { tool: "bcdboot", args: plain },
      ...rest,
    ]);
  });

  test("Windows 8.1's, whose build number says nothing", async () => {
    const old = hostAnswer({ build: 9600, bcdboot: [6, 3, 99_999, 0] });
    await carryOut(uefi, [
      ...prepared({ tool: "powershell", stdout: old }),
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
  const reserved = partition(1, { gptType: `{${RESERVED_GUID}}` });
  for (const found of [
    [diskAnswer([reserved, partition(2)])],
    [diskAnswer([partition(1)])],
    [diskAnswer([]), diskAnswer([partition(1)])],
  ]) {
    const host = new Host(await temporaryFolder(), [
      ...looks(),
      diskAnswer(),
      { tool: "diskpart", script: CLEAN },
      ...found,
    ]);
    const job = carryOutOnWindows(PLAN, host.run, host.context(), host.files);
    await expect(job).rejects.toMatchObject({ code: "disk-not-empty" });
    await host.done();
  }
});

test("another stick under the number, whenever: nothing is written to it", async () => {
  const path = "\\\\?\\usbstor#disk&ven_sandisk#7&0#{53f56307}";
  const others = [{ serial: "1" }, { size: 1 }, { model: "x" }, { path }];
  for (const changes of others) {
    for (const before of [0, 1, 2]) {
      const host = new Host(await temporaryFolder(), [
        ...looks(),
        ...[diskAnswer(), { tool: "diskpart", script: CLEAN }, diskAnswer()].slice(
          0,
          [0, 2, 3][before],
        ),
        diskAnswer([], changes),
      ]);
      const job = carryOutOnWindows(PLAN, host.run, host.context(), host.files);
      await expect(job).rejects.toMatchObject({ code: "identity-changed" });
      await host.done();
    }
  }
});

test("partitions that can't be asked for are no empty disk", async () => {
  const broken = diskAnswer([], { partitions: null });
  for (const failed of [broken, { ...broken, stdout: "" }]) {
    const host = new Host(await temporaryFolder(), [
      ...looks(),
      diskAnswer(),
      { tool: "diskpart", script: CLEAN },
      failed,
    ]);
    const job = carryOutOnWindows(PLAN, host.run, host.context(), host.files);
    await expect(job).rejects.toMatchObject({ code: "host-unreadable" });
    await host.done();
  }
});

describe("what is read from", () => {
  const refusal = async (
    plan: HostPlan,
    expected: readonly Expected[],
    links: readonly [string, string][] = [],
  ) => {
    const host = new Host(await temporaryFolder(), [HOST, DISKS, ...expected]);
    for (const [path, real] of links) host.files.links.set(path, real);
    const job = carryOutOnWindows(plan, host.run, host.context(), host.files);
    const error: unknown = await job.catch((reason: unknown) => reason);
    await host.done();
    return error;
  };
  const lies = expect.objectContaining({ code: "source-on-disk", kind: "refused" }) as unknown;
  const split: HostPlan = { ...PLAN, image: { ...PLAN.image, parts: "d:\\Sources\\INSTALL*.swm" } };
  const drivers: HostPlan = { ...PLAN, drivers: "E:\\drivers" };
  const on = (...paths: string[]) => diskAnswer([partition(1), partition(2, { paths })]);

  test("is not on the disk that is erased: image, drivers", async () => {
    expect(await refusal(PLAN, [on("D:\\"), imageFiles()])).toEqual(lies);
    expect(await refusal(PLAN, [on("C:\\sticks\\", "d:\\"), imageFiles()])).toEqual(lies);
    expect(await refusal(drivers, [on("E:\\"), imageFiles()])).toEqual(lies);
  });

  test("nor in an ISO there, or in one that lies in another there", async () => {
    const files = imageFiles("X:\\inner.vhdx", "F:\\windows.iso");
    expect(await refusal(PLAN, [on("F:\\"), files])).toEqual(lies);
  });

  test("nor behind a link, a letter of subst, or in a folder that it is mounted at", async () => {
    const links: [string, string][] = [[PLAN.image.path, "F:\\w\\install.wim"]];
    const asks = (files: Expected) => ({ ...files, script: ["Get-DiskImage", "'D', 'F'"] });
    expect(await refusal(PLAN, [on("F:\\"), asks(imageFiles())], links)).toEqual(lies);
    expect(await refusal(PLAN, [on("D:\\sources\\"), imageFiles()])).toEqual(lies);
  });

  test("a folder that only begins like it is another", async () => {
    const expected = [HOST, DISKS, on("D:\\sour\\", "G:\\"), imageFiles("H:\\g.iso"), CLOSE];
    const host = new Host(await temporaryFolder(), expected);
    const job = carryOutOnWindows(PLAN, host.run, host.context(), host.files);
    await expect(job).rejects.toThrow(/unexpected call: powershell/);
  });

  test("is there", async () => {
    const missing = { ...PLAN, image: { ...PLAN.image, path: "D:\\x.wim" } };
    expect(await refusal(missing, [diskAnswer()])).toMatchObject({ code: "wim-not-found" });
    expect(await refusal({ ...drivers, drivers: "E:\\x" }, [diskAnswer()])).toMatchObject({
      code: "drivers-missing",
    });
    const parts = { ...split, image: { ...split.image, parts: "D:\\sources\\install2.swm*x" } };
    expect(await refusal(parts, [diskAnswer()])).toMatchObject({ code: "wim-not-found" });
  });
});

test("a last letter that stays is told, and no failure", async () => {
  const rest = [{ tool: "dism" }, { tool: "bcdboot" }, bcdedit(BCD)];
  const plan: HostPlan = { ...PLAN, firmware: "uefi" };
  const host = await carryOut(plan, [
    ...PREPARED,
    ...rest,
    { ...LETTER_AWAY, exitCode: 1, stdout: "The directory is not empty.\r\n" },
  ]);
  expect(host.events.at(-1)).toMatchObject({ kind: "note", level: "warning" });
  expect(host.events.at(-1)?.text.en).toContain("S:");
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
  await carryOut({ ...PLAN, layout: { kind: "mbr" }, firmware: "bios", bootex: true }, [
    ...looks(),
    diskAnswer(),
    { tool: "diskpart", script: WHOLE_MBR },
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
