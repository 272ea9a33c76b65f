/** Which QEMU this computer has, and what it can do here. */
import { access, constants, readFile } from "node:fs/promises";
import { LifeboatError } from "../../system/errors.ts";
import { run as realRun } from "../../system/run.ts";
import type { Run } from "../../system/run.ts";
import type { Accelerator } from "./arguments.ts";
import { say } from "./messages.ts";

/** One program for all firmware, also the 32-bit one: it only needs a processor that starts in 16-bit mode. */
const PROGRAM = "qemu-system-x86_64";

export interface Qemu {
  readonly program: string;
  /** As it reports it: `7.2.22 (Debian …)`. */
  readonly version: string;
}

/** @throws LifeboatError `qemu-missing`, with the Debian package to install. */
export async function findQemu(run: Run = realRun): Promise<Qemu> {
  try {
    const { stdout } = await run(PROGRAM, ["--version"]);
    return { program: PROGRAM, version: /version (.+)/.exec(stdout)?.[1]?.trim() ?? "unknown" };
  } catch (cause) {
    if (!(cause instanceof LifeboatError) || cause.kind !== "missing") throw cause;
    throw new LifeboatError("qemu-missing", say.qemuMissing(), {
      kind: "missing",
      hint: say.installHint("qemu-system-x86"),
      cause,
    });
  }
}

/**
 * KVM where it can run guests. `/dev/kvm` alone proves nothing: in a virtual machine without nested virtualization it can be
 * there, open, and run firmware but no kernel. Such a processor lacks the flag of the hardware that KVM needs.
 */
export async function findAccelerator(
  kvmDevice = "/dev/kvm",
  cpuInfo = "/proc/cpuinfo",
): Promise<Accelerator> {
  if (process.arch !== "x64" || process.platform !== "linux") return "tcg";
  try {
    await access(kvmDevice, constants.R_OK | constants.W_OK);
    const flags = await readFile(cpuInfo, "utf8");
    return /^flags\s*:.*\b(?:vmx|svm)\b/m.test(flags) ? "kvm" : "tcg";
  } catch {
    return "tcg";
  }
}

/** The display back ends that show a window, in the order of preference. */
const WINDOWS = ["gtk", "sdl", "cocoa"];

/** A back end for a window; `none` where this QEMU has none or nobody could see it. */
export async function findDisplay(
  qemu: Qemu,
  environment: Readonly<Record<string, string | undefined>>,
  run: Run = realRun,
): Promise<string> {
  const visible =
    process.platform !== "linux" || environment["DISPLAY"] || environment["WAYLAND_DISPLAY"];
  if (!visible) return "none";
  const { stdout } = await run(qemu.program, ["-display", "help"], { accept: [0, 1] });
  const available = new Set(stdout.split(/\s+/));
  return WINDOWS.find((name) => available.has(name)) ?? "none";
}

/** What a window needs from the user's session; children get nothing of it otherwise. */
export function displayEnvironment(
  environment: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  const names = ["DISPLAY", "WAYLAND_DISPLAY", "XAUTHORITY", "XDG_RUNTIME_DIR"];
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = environment[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}
