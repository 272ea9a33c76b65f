/**
 * A stick that starts by lifeboat and has Ventoy behind its menu, on every firmware. Ventoy itself isn't here: Debian's shim and GRUBs lie
 * in its places, under its names (test/support/ventoy-stand-in.ts). Shown is that firmware comes to lifeboat's menu first, and that
 * from there what lies in Ventoy's places starts, with its own partition as its root.
 */
import { join } from "node:path";
import { expect, test } from "vitest";
import { openFile } from "../../src/block/file.ts";
import { checkVentoyDevice, passesDeviceCheck } from "../../src/boot/ventoy/device-check.ts";
import { partitionOf } from "../../src/stick/layout.ts";
import { testKit } from "../support/kit.ts";
import { chainStick } from "../support/ventoy-chain.ts";
import { STAND_IN_SAYS, appendToMenu, standInParts } from "../support/ventoy-stand-in.ts";
import { bootStick, imagesFolder } from "./support.ts";

const folder = await imagesFolder("ventoy-chain");

/** The way that lifeboat's menu takes. GRUB tells an EFI program by `root` which partition it lies on, wherever its file was read. */
const ENTRY = `menuentry "Over to Ventoy" {
  regexp --set=1:over_disk '^(hd[0-9]+)' "$data"
  set root=$over_disk,2
  if [ "$grub_platform" = pc ]; then
    set root=$over_disk
    chainloader --force ($lifeboat)/lifeboat/ventoy/boot.img
  elif [ "$lockdown" = y ]; then
    chainloader ($over_disk,2)/EFI/ventoy/BOOTX64.EFI
  else
    chainloader ($over_disk,2)/EFI/BOOT/grubx64_real.efi
  fi
  boot
}
`;

test.each([
  ["mbr", ["bios", "uefi"]],
  ["gpt", ["bios", "uefi", "secure-boot"]],
] as const)("%s: lifeboat's menu first, and Ventoy from there", async (scheme, firmwares) => {
  const kit = await testKit();
  const image = join(folder, `${scheme}.img`);
  const plan = await chainStick(image, kit, await standInParts(kit), { scheme });
  const esp = `${image}@@${partitionOf(plan.layout, "esp").startLba * 512}`;
  await appendToMenu(esp, ENTRY);
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
    await bootStick(image, firmware, ["Over to Ventoy"], [says]);
  }
});
