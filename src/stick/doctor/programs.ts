/** The programs that lifeboat starts: which are there, in which version, and which job wants the others. */
import { failureOf } from "../../system/errors.ts";
import { packageOf } from "../../system/packages.ts";
import type { Run } from "../../system/run.ts";
import type { Text } from "../../system/text.ts";
import type { Check } from "./check.ts";
import { named } from "./check.ts";
import { say } from "./messages.ts";

interface Program {
  readonly name: string;
  /** Makes it say its version and do nothing else. */
  readonly ask: readonly string[];
  readonly neededFor: () => Text;
  /** Without it building and keeping sticks doesn't work. */
  readonly basic: boolean;
  /** How it comes to a system that doesn't bring it itself, other than Linux. */
  readonly fix?: () => Text;
}

const VERSION = ["--version"];

const LINUX: readonly Program[] = [
  { name: "lsblk", ask: VERSION, neededFor: say.forListing, basic: true },
  { name: "blockdev", ask: VERSION, neededFor: say.forFlushing, basic: true },
  { name: "partx", ask: VERSION, neededFor: say.forReread, basic: false },
  { name: "udevadm", ask: VERSION, neededFor: say.forUdevEvents, basic: false },
  { name: "flock", ask: VERSION, neededFor: say.forUdev, basic: false },
  { name: "findmnt", ask: VERSION, neededFor: say.forUnmounting, basic: false },
  { name: "umount", ask: VERSION, neededFor: say.forUnmounting, basic: false },
  { name: "fuser", ask: ["-V"], neededFor: say.forBusy, basic: false },
  { name: "mke2fs", ask: ["-V"], neededFor: say.forExt4, basic: false },
  { name: "debugfs", ask: ["-V"], neededFor: say.forExt4, basic: false },
  { name: "apt-get", ask: VERSION, neededFor: say.forKitBuild, basic: false },
  { name: "dpkg", ask: VERSION, neededFor: say.forKitBuild, basic: false },
  { name: "dpkg-deb", ask: VERSION, neededFor: say.forKitBuild, basic: false },
  { name: "wimlib-imagex", ask: VERSION, neededFor: say.forWindowsImages, basic: false },
];

const WINDOWS: readonly Program[] = [
  {
    name: "powershell.exe",
    ask: ["-NoProfile", "-NonInteractive", "-Command", "$PSVersionTable.PSVersion.ToString()"],
    neededFor: say.forListing,
    basic: true,
  },
  // It wants an administrator even for this, and says so.
  {
    name: "dism.exe",
    ask: ["/English", "/?"],
    neededFor: say.forWindowsImages,
    basic: false,
  },
];

const MACOS: readonly Program[] = [
  { name: "diskutil", ask: ["listFilesystems"], neededFor: say.forListing, basic: true },
  { name: "system_profiler", ask: ["-listDataTypes"], neededFor: say.forListing, basic: false },
  {
    name: "wimlib-imagex",
    ask: VERSION,
    neededFor: say.forWindowsImages,
    basic: false,
    fix: say.homebrewFix,
  },
];

/** Those of a platform; QEMU is another group's. */
export function programsOf(platform: NodeJS.Platform): readonly Program[] {
  if (platform === "win32") return WINDOWS;
  if (platform === "darwin") return MACOS;
  return platform === "linux" ? LINUX : [];
}

/** @param udevRuns where it doesn't, nothing is asked of it. */
export async function checkPrograms(
  run: Run,
  platform: NodeJS.Platform,
  udevRuns: boolean,
): Promise<Check[]> {
  const wanted = programsOf(platform).filter(({ name }) => udevRuns || name !== "udevadm");
  return Promise.all(wanted.map(async (program) => look(program, run, platform)));
}

async function look(program: Program, run: Run, platform: NodeJS.Platform): Promise<Check> {
  const { name, ask, neededFor, basic, fix = say.ofTheSystem } = program;
  const about = { id: `program-${name}`, neededFor: neededFor() };
  const level = basic ? "error" : "warning";
  try {
    // blockdev and others of util-linux tell the version in a sentence, e2fsprogs' on standard error.
    const { stdout, stderr } = await run(name, ask);
    return { ...about, level: "ok", what: named(name, versionIn(`${stdout}\n${stderr}`)) };
  } catch (error) {
    const failure = failureOf(error);
    if (failure.code !== "tool-missing") {
      return { ...about, level, what: say.programFails(name, failure.text.en) };
    }
    const what = say.programMissing(name);
    if (platform !== "linux") return { ...about, level, what, fix: fix() };
    const brings = packageOf(name);
    return { ...about, level, what, fix: say.installFix(brings), package: brings };
  }
}

/** Empty where it says none. */
function versionIn(words: string): string {
  return /\d+(?:\.\d+)+/.exec(words)?.[0] ?? /\b\d+\b/.exec(words)?.[0] ?? "";
}
