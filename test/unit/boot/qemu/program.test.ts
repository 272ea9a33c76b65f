import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { findFirmware } from "../../../../src/boot/qemu/firmware.ts";
import {
  displayEnvironment,
  findAccelerator,
  findDisplay,
  findQemu,
} from "../../../../src/boot/qemu/program.ts";
import { toolMissing } from "../../../../src/system/run.ts";
import type { Run } from "../../../../src/system/run.ts";
import { temporaryFolder } from "../../../support/tools.ts";

const QEMU = { program: "qemu-system-x86_64", version: "7.2" };

const answering =
  (stdout: string): Run =>
  async () => ({ exitCode: 0, stdout, stderr: "" });

test("QEMU and its version are found on this computer", async () => {
  const { program, version } = await findQemu();
  expect(program).toBe("qemu-system-x86_64");
  expect(version).toMatch(/^\d+\.\d+/);
});

test("where QEMU is missing, the package is named", async () => {
  const nowhere: Run = async (program) => {
    throw toolMissing(program);
  };
  await expect(findQemu(nowhere)).rejects.toMatchObject({
    code: "qemu-missing",
    kind: "missing",
    hint: { en: expect.stringContaining("qemu-system-x86") },
  });
});

test.each(["uefi", "uefi-ia32", "secure-boot"] as const)(
  "firmware for %s is found on this computer",
  async (firmware) => {
    expect(await findFirmware(firmware)).toMatchObject({
      code: expect.stringMatching(/CODE/),
      variables: expect.stringMatching(/VARS/),
    });
  },
);

test("BIOS needs no files", async () => {
  expect(await findFirmware("bios")).toBeUndefined();
});

test.runIf(process.arch === "x64" && process.platform === "linux")(
  "KVM is taken only with the device and the processor's virtualization",
  async () => {
    const folder = await temporaryFolder();
    const device = join(folder, "kvm");
    const able = join(folder, "able");
    const unable = join(folder, "unable");
    await writeFile(device, "");
    await writeFile(able, "model name\t: x\nflags\t\t: fpu vme vmx sse2\n");
    await writeFile(unable, "model name\t: vmx\nflags\t\t: fpu vme vmxx sse2 hypervisor\n");
    expect(await findAccelerator(device, able)).toBe("kvm");
    expect(await findAccelerator(device, unable)).toBe("tcg");
    expect(await findAccelerator(join(folder, "none"), able)).toBe("tcg");
  },
);

test.runIf(process.platform === "linux")(
  "a window needs a display to show it and a QEMU that can",
  async () => {
    const all = answering("Available display backend types:\nnone\ncurses\nsdl\ngtk\n");
    const bare = answering("Available display backend types:\nnone\negl-headless\ncurses\n");
    expect(await findDisplay(QEMU, { DISPLAY: ":0" }, all)).toBe("gtk");
    expect(await findDisplay(QEMU, { WAYLAND_DISPLAY: "wayland-0" }, all)).toBe("gtk");
    expect(await findDisplay(QEMU, { DISPLAY: ":0" }, bare)).toBe("none");
    expect(await findDisplay(QEMU, {}, all)).toBe("none");
  },
);

test("a window gets the session's display, and nothing else of the environment", () => {
  expect(displayEnvironment({ DISPLAY: ":0", XAUTHORITY: "/x", SECRET: "1" })).toEqual({
    DISPLAY: ":0",
    XAUTHORITY: "/x",
  });
});
