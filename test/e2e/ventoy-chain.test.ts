/**
 * A stick that starts by lifeboat and has Ventoy behind its menu, on every firmware. Ventoy itself isn't here: Debian's shim and GRUBs lie
 * in its places, under its names (test/support/ventoy-stand-in.ts). Shown is that firmware comes to lifeboat's menu first, and that
 * from there what lies in Ventoy's places starts, with its own partition as its root.
 */
import { mkdtemp } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openFile } from "../../src/block/file.ts";
import { checkVentoyDevice, passesDeviceCheck } from "../../src/boot/ventoy/device-check.ts";
import { buildDisc } from "../support/disc-iso.ts";
import { testKit } from "../support/kit.ts";
import { chainStick } from "../support/ventoy-chain.ts";
import { STAND_IN_SAYS, standInParts } from "../support/ventoy-stand-in.ts";
import { bootStick, imagesFolder, chosenBoots } from "./support.ts";

const folder = await imagesFolder("ventoy-chain");

/** Which of the menu's entries is chosen: the image that only Ventoy starts, or Ventoy's own list. */
const BY_IMAGE = "other (Ventoy)";
const ITSELF = "Ventoy";

const KINDS = [
  [
    "mbr",
    [
      ["bios", ITSELF],
      ["uefi", BY_IMAGE],
    ],
  ],
  [
    "gpt",
    [
      ["bios", BY_IMAGE],
      ["uefi", ITSELF],
      ["secure-boot", BY_IMAGE],
    ],
  ],
] as const;

test.each(chosenBoots(KINDS, ([scheme]) => scheme === "gpt"))(
  "%s: lifeboat's menu first, and Ventoy from there",
  async (scheme, boots) => {
    const kit = await testKit();
    const image = join(folder, `${scheme}.img`);
    const disc = { bios: true, efi: { "BOOTX64.EFI": "@efi64" } };
    const fixture = { id: "other", volumeId: "OTHER", files: { "/readme.txt": "nothing to boot" } };
    const iso = await buildDisc(fixture, disc, await mkdtemp(join(folder, "iso-")));
    await chainStick(image, kit, await standInParts(kit), { scheme, isos: [iso] });
    const disk = await openFile(image);
    try {
      expect(passesDeviceCheck(await checkVentoyDevice(disk))).toBe(true);
    } finally {
      await disk.close();
    }
    for (const [firmware, entry] of boots) {
      const partition = scheme === "gpt" ? "gpt2" : "msdos2";
      const from = firmware === "bios" ? "pc IN (hd0,2)" : `efi IN (hd0,${partition})`;
      const says = `${STAND_IN_SAYS} ON ${from}`;
      const chosen = entry === BY_IMAGE ? ["Its menu opens next", "/other.iso", says] : [says];
      await bootStick(image, firmware, [entry], chosen);
    }
  },
);
