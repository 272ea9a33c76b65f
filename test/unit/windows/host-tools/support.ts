/**
 * A Windows host that answers from recordings. They are put together by what Microsoft documents of the tools' output, and by
 * what users quote of their errors; they were not taken from a real Windows. Each call must be the next one expected, to the letter.
 */
import { mkdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { expect } from "vitest";
import type { ProgressEvent } from "../../../../src/system/progress.ts";
import type { Run, RunOptions, RunResult } from "../../../../src/system/run.ts";
import type { HostFacts, HostPlan } from "../../../../src/windows/host-tools/index.ts";
import type { HostFiles } from "../../../../src/windows/host-tools/host-files.ts";

export const SYSTEM = "C:\\Windows\\System32";
const SCRATCH = "T:\\lifeboat-1";

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
  readonly log: string[] = [];

  constructor(folder: string) {
    this.#folder = folder;
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

  async temporaryFolder(): Promise<string> {
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
  #calls = 0;

  constructor(folder: string, expected: readonly Expected[]) {
    this.files = new TestFiles(folder);
    this.#expected = [...expected];
  }

  readonly run: Run = async (program, args, options = {}) => {
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
      expect(args).toEqual(["/s", expect.stringMatching(/^T:\\lifeboat-1\\\d+\.txt$/)]);
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
    expect(this.#expected.map(({ tool }) => tool)).toEqual([]);
    expect(await this.files.exists(SCRATCH)).toBe(false);
  }

  context(signal: AbortSignal = new AbortController().signal) {
    return { report: (event: ProgressEvent) => void this.events.push(event), signal };
  }
}

/** What every job begins with. */
export const LOOKS: readonly Expected[] = [
  { tool: "powershell", script: ["bcdboot.exe", "Sysnative"], stdout: hostAnswer() },
  { tool: "powershell", script: ["Get-Disk"], stdout: disksAnswer() },
];

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
export const PREPARED: readonly Expected[] = [
  ...LOOKS,
  { tool: "diskpart", script: CLEAN },
  { tool: "powershell", script: ["Get-Partition -DiskNumber 3"], stdout: "[]" },
  { tool: "diskpart", script: PARTITIONS },
];

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
