/** What `lifeboat boot` needs: QEMU, hardware to run it on, a window, and firmware. */
import { FIRMWARES, findFirmware } from "../../boot/qemu/firmware.ts";
import type { Firmware } from "../../boot/qemu/firmware.ts";
import { findAccelerator, findDisplay, findQemu } from "../../boot/qemu/program.ts";
import type { Qemu } from "../../boot/qemu/program.ts";
import { failureOf } from "../../system/errors.ts";
import { packageOf } from "../../system/packages.ts";
import type { Run } from "../../system/run.ts";
import type { Check } from "./check.ts";
import { named } from "./check.ts";
import { say } from "./messages.ts";

export async function checkTryOut(run: Run): Promise<Check[]> {
  const qemu = await findQemu(run).catch(failureOf);
  const about = { id: "qemu", neededFor: say.forBoot() };
  const firmware = await Promise.all(
    FIRMWARES.filter((name) => name !== "bios").map(checkFirmware),
  );
  if (qemu instanceof Error) {
    const brings = packageOf("qemu-system-x86_64");
    const missing: Check = {
      ...about,
      level: "warning",
      what: qemu.text,
      ...(qemu.kind === "missing" && { fix: say.installFix(brings), package: brings }),
    };
    return [missing, ...firmware];
  }
  const what = named(qemu.program, qemu.version);
  return [
    { ...about, level: "ok", what },
    await checkKvm(),
    await checkWindow(qemu, run),
    ...firmware,
  ];
}

async function checkKvm(): Promise<Check> {
  const about = { id: "kvm", neededFor: say.forSpeed() };
  return (await findAccelerator()) === "kvm"
    ? { ...about, level: "ok", what: say.kvm() }
    : { ...about, level: "warning", what: say.noKvm(), fix: say.kvmFix() };
}

async function checkWindow(qemu: Qemu, run: Run): Promise<Check> {
  const about = { id: "window", neededFor: say.forBoot() };
  return (await findDisplay(qemu, process.env, run)) === "none"
    ? { ...about, level: "warning", what: say.noWindow(), fix: say.noWindowFix() }
    : { ...about, level: "ok", what: say.window() };
}

async function checkFirmware(name: Firmware): Promise<Check> {
  const about = { id: `firmware-${name}`, neededFor: say.forFirmware(name) };
  try {
    const files = await findFirmware(name);
    return { ...about, level: "ok", what: say.firmware(name, files?.code ?? "") };
  } catch (error) {
    const { text, hint } = failureOf(error);
    const brings = name === "uefi-ia32" ? "ovmf-ia32" : "ovmf";
    return { ...about, level: "warning", what: text, ...(hint && { fix: hint }), package: brings };
  }
}
