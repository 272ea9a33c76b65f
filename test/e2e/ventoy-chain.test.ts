/**
 * A stick that starts by lifeboat and has Ventoy behind its menu, on every firmware. Ventoy itself isn't here: Debian's shim and GRUBs lie
 * in its places, under its names (test/support/ventoy-stand-in.ts). Shown is that firmware comes to lifeboat's menu first, and that
 * from there what lies in Ventoy's places starts, with its own partition as its root.
 */
import { join } from "node:path";
import { expect, test } from "vitest";
import { openFile } from "../../src/block/file.ts";
import { checkVentoyDevice, passesDeviceCheck } from "../../src/boot/ventoy/device-check.ts";
import { testKit } from "../support/kit.ts";
import { chainStick } from "../support/ventoy-chain.ts";
import { STAND_IN_SAYS, standInParts } from "../support/ventoy-stand-in.ts";
import { bootStick, imagesFolder } from "./support.ts";

const folder = await imagesFolder("ventoy-chain");

test.each([
  ["mbr", ["bios", "uefi"]],
  ["gpt", ["bios", "uefi", "secure-boot"]],
] as const)("%s: lifeboat's menu first, and Ventoy from there", async (scheme, firmwares) => {
  const kit = await testKit();
  const image = join(folder, `${scheme}.img`);
  await chainStick(image, kit, await standInParts(kit), { scheme });
  const disk = await openFile(image);
  try {
    expect(passesDeviceCheck(await checkVentoyDevice(disk))).toBe(true);
  } finally {
    await disk.close();
  }
  for (const firmware of firmwares) {
    const partition = scheme === "gpt" ? "gpt2" : "msdos2";
    const from = firmware === "bios" ? "pc IN (hd0,2)" : `efi IN (hd0,${partition})`;
    const says = `${STAND_IN_SAYS} ON ${from}`;
    await bootStick(image, firmware, ["Ventoy"], [says]);
  }
});
