/**
 * A Windows host that answers from recordings. They are put together by what Microsoft documents of the tools' output, and by
 * what users quote of their errors; they were not taken from a real Windows. Each call must be the next one expected, to the letter.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { mkdir, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { expect } from "vitest";
import { LifeboatError } from "../../../../src/system/errors.ts";
import type { ProgressEvent } from "../../../../src/system/progress.ts";
import type { Run, RunOptions, RunResult } from "../../../../src/system/run.ts";
import type {
  HostFacts,
  HostPartition,
  HostPlan,
} from "../../../../src/windows/host-tools/index.ts";
import type { HostFiles } from "../../../../src/windows/host-tools/host-files.ts";

export const SYSTEM = "C:\\Windows\\System32";
export const SCRATCH = "C:\\Windows\\Temp\\lifeboat-1";

export const FACTS: HostFacts = {
  system: SYSTEM,
  elevated: true,
  build: 26_100,
  bcdboot: { text: "10.0.26100.1", build: 26_100 },
  letters: ["C", "D", "E"],
  removable: [],
};

export const PLAN: HostPlan = {
  disk: {
    path: "\\\\.\\PhysicalDrive3",
    serial: "4C530001230101115173",
    size: 62_058_921_984,
    model: "SanDisk Ultra Fit",
  },
  layout: { kind: "gpt" },
  letters: { system: "S", windows: "W" },
  label: "Windows To Go",
  image: { path: "D:\\sources\\install.wim", index: 6, totalBytes: 1000 },
  firmware: "all",
};

/** PowerShell's answer about the host. */
export function hostAnswer(changes: Partial<Record<string, unknown>> = {}): string {
  return JSON.stringify({
    system: SYSTEM,
    elevated: true,
    build: 26_100,
    bcdboot: [10, 0, 26_100, 1],
    letters: ["C:\\", "D:\\", "e:\\"],
    removable: [],
    ...changes,
  });
}

/** The listing of disks (src/disks/windows.ts), with the plan's as number 3. */
export function disksAnswer(changes: Partial<Record<string, unknown>> = {}): string {
  const disk = {
    number: 3,
    model: PLAN.disk.model,
    serial: PLAN.disk.serial,
    size: PLAN.disk.size,
    bus: "USB",
    readOnly: false,
    boot: false,
    system: false,
    sectorSize: 512,
    ...changes,
  };
  return JSON.stringify({ disks: [disk], partitions: [], volumes: [], drives: [], pageFiles: [] });
}

export const RESERVED_GUID = "e3c9e316-0b5c-4db8-817d-f92df00215ae";
const DATA_GUID = "ebd0a0a2-b9e5-4433-87c0-68b6b72699c7";
const SYSTEM_GUID = "c12a7328-f81f-11d2-ba4b-00a0c93ec93b";

/** A partition in PowerShell's answer about the plan's disk. */
export function partition(number: number, changes: Partial<Record<string, unknown>> = {}) {
  const offset = number * 0x1000_0000;
  return {
    number,
    offset,
    size: 0x0800_0000,
    gptType: `{${number === 2 ? SYSTEM_GUID.toUpperCase() : DATA_GUID}}`,
    mbrType: 0,
    paths: [] as string[],
    ...changes,
  };
}

/** The partitions of the plan with an `existing` layout. */
export const SYSTEM_PARTITION: HostPartition = {
  number: 2,
  offset: 0x2000_0000,
  size: 0x0800_0000,
  type: SYSTEM_GUID,
};
export const WINDOWS_PARTITION: HostPartition = {
  number: 5,
  offset: 0x5000_0000,
  size: 0x0800_0000,
  type: DATA_GUID,
};

/** PowerShell asked about the plan's disk alone. */
export function diskAnswer(
  partitions: readonly object[] = [],
  changes: Partial<Record<string, unknown>> = {},
): Expected {
  const { serial, model, size } = PLAN.disk;
  const path = "\\\\?\\usbstor#disk&ven_sandisk#4c530001230101115173&0#{53f56307}";
  return {
    tool: "powershell",
    script: ["Get-Disk -Number 3", "Get-Partition | Where-Object { $_.DiskNumber -eq 3 }"],
    stdout: JSON.stringify({ serial, model, size, path, partitions, ...changes }),
  };
}

/** PowerShell asked which files are behind the letters. */
export function imageFiles(...files: string[]): Expected {
  return { tool: "powershell", script: ["Get-DiskImage", "'D'"], stdout: JSON.stringify(files) };
}

export interface Expected {
  /** The program without its folder and `.exe`. */
  readonly tool: string;
  /** Exactly; left out for PowerShell and diskpart, whose scripts are looked at. */
  readonly args?: readonly string[];
  /** diskpart: exactly the script in the file that it was given. PowerShell: what must be in the script. */
  readonly script?: string | readonly string[];
  readonly exitCode?: number;
  readonly stdout?: string | readonly string[];
  readonly stderr?: string;
  /** What the real tool would have done to files. */
  readonly does?: (files: TestFiles) => Promise<void>;
  readonly fails?: Error;
}

/** Drive letters as folders below a temporary one. */
export class TestFiles implements HostFiles {
  readonly #folder: string;
  /** Links and letters of subst. */
  readonly links = new Map<string, string>();
  readonly log: string[] = [];

  constructor(folder: string) {
    this.#folder = folder;
    for (const path of ["D:\\sources\\install.wim", "D:\\sources\\install2.swm"]) this.put(path);
    for (const drivers of ["E:\\my drivers\\net", "E:\\drivers"]) this.put(`${drivers}\\a.inf`);
  }

  put(path: string, content = ""): void {
    mkdirSync(dirname(this.#real(path)), { recursive: true });
    writeFileSync(this.#real(path), content);
  }

  #real(path: string): string {
    expect(path).toMatch(/^[A-Z]:\\/);
    return join(this.#folder, ...path.replace(":", "").split("\\"));
  }

  async exists(path: string): Promise<boolean> {
    return stat(this.#real(path)).then(
      () => true,
      () => false,
    );
  }

  async list(folder: string): Promise<string[]> {
    return readdir(this.#real(folder)).catch(() => []);
  }

  async realPath(path: string): Promise<string> {
    return this.links.get(path) ?? path;
  }

  async create(path: string, content: string | Uint8Array): Promise<void> {
    if (!path.startsWith(SCRATCH)) this.log.push(`create ${path} ${content.length}`);
    await writeFile(this.#real(path), content, { flag: "wx" });
  }

  async replace(path: string, content: Uint8Array): Promise<void> {
    this.log.push(`replace ${path}`);
    await writeFile(this.#real(path), content);
  }

  async remove(path: string): Promise<void> {
    this.log.push(`remove ${path}`);
    await rm(this.#real(path), { force: true });
  }

  async makeFolder(path: string): Promise<void> {
    this.log.push(`mkdir ${path}`);
    await mkdir(this.#real(path), { recursive: true });
  }

  async read(path: string): Promise<Buffer | undefined> {
    return readFile(this.#real(path)).catch(() => undefined);
  }

  async write(path: string, content: string | Uint8Array): Promise<void> {
    if (!path.startsWith(SCRATCH)) this.log.push(`write ${path} ${content.length}`);
    await mkdir(dirname(this.#real(path)), { recursive: true });
    await writeFile(this.#real(path), content);
  }

  async temporaryFolder(parent: string): Promise<string> {
    expect(parent).toBe("C:\\Windows\\Temp");
    await mkdir(this.#real(SCRATCH), { recursive: true });
    return SCRATCH;
  }

  async removeFolder(path: string): Promise<void> {
    await rm(this.#real(path), { recursive: true });
  }
}

export class Host {
  readonly files: TestFiles;
  readonly events: ProgressEvent[] = [];
  readonly #expected: Expected[];
  readonly #wrong: unknown[] = [];
  #calls = 0;

  constructor(folder: string, expected: readonly Expected[]) {
    this.files = new TestFiles(folder);
    this.#expected = [...expected];
  }

  /** A call that wasn't expected is told by `done` too: who made it may not have cared whether it failed. */
  readonly run: Run = async (...call) =>
    this.#answer(...call).catch((error: unknown) => {
      if (!(error instanceof LifeboatError)) this.#wrong.push(error);
      throw error;
    });

  readonly #answer: Run = async (program, args, options = {}) => {
    const expected = this.#expected.shift();
    const command = [program, ...args].join(" ");
    if (expected === undefined) throw new Error(`unexpected call: ${command}`);
    this.#calls++;
    const { tool } = expected;
    expect(`${this.#calls}: ${program}`).toBe(
      `${this.#calls}: ${tool === "powershell" ? "powershell.exe" : `${SYSTEM}\\${tool}.exe`}`,
    );
    await this.#checkScript(expected, args, options);
    if (expected.args !== undefined) expect(args).toEqual(expected.args);
    if (expected.fails !== undefined) throw expected.fails;
    await expected.does?.(this.files);
    const pieces = typeof expected.stdout === "object" ? expected.stdout : [expected.stdout ?? ""];
    for (const piece of pieces) options.onOutput?.(piece);
    const { exitCode = 0, stderr = "" } = expected;
    if (exitCode !== 0) expect(options.accept, command).toBe("any");
    return { exitCode, stdout: pieces.join(""), stderr } satisfies RunResult;
  };

  async #checkScript(expected: Expected, args: readonly string[], options: RunOptions) {
    const { tool, script } = expected;
    if (tool === "powershell") {
      expect(args).toEqual(["-NoLogo", "-NoProfile", "-NonInteractive", "-Command", "-"]);
      const words = typeof script === "object" ? script : [];
      for (const word of words) expect(String(options.input)).toContain(word);
    }
    if (tool === "diskpart") {
      expect(args).toEqual([
        "/s",
        expect.stringMatching(/^C:\\Windows\\Temp\\lifeboat-1\\\d+\.txt$/),
      ]);
      const text = (await this.files.read(args[1] ?? ""))?.toString("latin1") ?? "";
      // oxlint-disable-next-line no-control-regex
      expect(text).toMatch(/^[\x20-\x7e\r\n]*$/);
      expect(text.replaceAll("\r\n", "")).not.toMatch(/[\r\n]/);
      const commands = text.split("\r\n").filter((line) => !line.startsWith("rem "));
      expect(commands.join("\n").trim()).toBe(script);
    }
  }

  /** All expected calls were made, and nothing is left of scripts and answer files. */
  async done(): Promise<void> {
    expect(this.#wrong).toEqual([]);
    expect(this.#expected.map(({ tool }) => tool)).toEqual([]);
    expect(await this.files.exists(SCRATCH)).toBe(false);
  }

  context(signal: AbortSignal = new AbortController().signal) {
    return { report: (event: ProgressEvent) => void this.events.push(event), signal };
  }
}

/** Nothing is in the folder yet by then that anybody could read or change. */
export const CLOSE: Expected = {
  tool: "icacls",
  args: [SCRATCH, "/inheritance:r", "/grant:r", "*S-1-5-18:(OI)(CI)F", "*S-1-5-32-544:(OI)(CI)F"],
  does: async (files) => expect(await files.list(SCRATCH)).toEqual([]),
};

export const HOST: Expected = {
  tool: "powershell",
  script: ["bcdboot.exe", "Sysnative"],
  stdout: hostAnswer(),
};
export const DISKS: Expected = {
  tool: "powershell",
  script: ["Get-Disk |"],
  stdout: disksAnswer(),
};

/** What every job begins with, up to its first step. */
export function looks(partitions: readonly object[] = [], host: Expected = HOST): Expected[] {
  return [host, DISKS, diskAnswer(partitions), CLOSE];
}

export const CLEAN = "select disk 3\nclean\nconvert gpt\nexit";
export const PARTITIONS = `select disk 3
create partition efi size=260
format quick fs=fat32
assign letter=S
create partition msr size=128
create partition primary
format quick fs=ntfs label="Windows To Go"
assign letter=W
exit`;

export const WHOLE_MBR = `select disk 3
clean
convert mbr
create partition primary size=350
format quick fs=fat32
active
assign letter=S
create partition primary
format quick fs=ntfs label="Windows To Go"
assign letter=W
exit`;

export const APPLY = [
  "/English",
  "/Apply-Image",
  "/ImageFile:D:\\sources\\install.wim",
  "/Index:6",
  "/ApplyDir:W:\\",
  "/EA",
];

export const BCDBOOT = ["W:\\Windows", "/v", "/s", "S:", "/f", "ALL", "/offline"];

/** Up to where the image is applied. */
export function prepared(host: Expected = HOST): Expected[] {
  return [
    ...looks([], host),
    diskAnswer(),
    { tool: "diskpart", script: CLEAN },
    diskAnswer(),
    diskAnswer(),
    { tool: "diskpart", script: PARTITIONS },
  ];
}
export const PREPARED: readonly Expected[] = prepared();

export const LETTER_AWAY: Expected = { tool: "mountvol", args: ["S:", "/D"] };

export const bcdedit = (store: string): Expected => ({
  tool: "bcdedit",
  args: ["/store", store, "/set", "{default}", "recoveryenabled", "no"],
});

/** What bcdboot leaves behind where the image has BIOS' files too. */
export async function makesStores(files: TestFiles): Promise<void> {
  await files.write("S:\\EFI\\Microsoft\\Boot\\BCD", "uefi");
  await files.write("S:\\Boot\\BCD", "bios");
}

/** DISM's output: its greeting and bars, and where it failed, code and words as it prints them. */
export function dismOutput(error?: string, words = ""): string {
  const greeting =
    "\r\nDeployment Image Servicing and Management tool\r\nVersion: 10.0.26100.1\r\n\r\n";
  if (error === undefined) return `${greeting}The operation completed successfully.\r\n`;
  const log = "\r\nThe DISM log file can be found at C:\\WINDOWS\\Logs\\DISM\\dism.log\r\n";
  return `${greeting}\r\nError: ${error}\r\n\r\n${words}\r\n${log}`;
}
