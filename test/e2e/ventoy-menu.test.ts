/**
 * lifeboat's menu on a Ventoy stick, started as Ventoy's F6 starts it. Ventoy itself isn't here: Debian's GRUB stands in for it, is told
 * what Ventoy's GRUB tells (`vtoy_iso_part`), and reads the same file. From there on everything is as on a real stick: exFAT, which
 * the live system's initrd can't read, the menu's block lists, and a hook that knows the disk by Ventoy's 16 bytes.
 */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "vitest";
import { makeBiosStage, writeBiosCore } from "../../src/boot/bios-stage.ts";
import { KIT_PATHS, modulePath } from "../../src/boot/kit/manifest.ts";
import { openFile } from "../../src/block/file.ts";
import { putMenuBeside } from "../../src/stick/ventoy/menu/beside.ts";
import { VERSION } from "../../src/system/version.ts";
import { testIso } from "../setup/isos.ts";
import { quietJob } from "../support/jobs.ts";
import { testKit } from "../support/kit.ts";
import { refreshTools } from "../support/sticks.ts";
import { judge } from "../support/tools.ts";
import { ventoyParts } from "../support/ventoy-release.ts";
import { ventoyStick } from "../support/ventoy-stick.ts";
import { LIVE_TIMEOUT_MS, bootStick, imagesFolder, chosenBoots } from "./support.ts";
import { systemOf } from "./systems.ts";

const live = systemOf("debian-live");
const folder = await imagesFolder("ventoy-menu");

/** What Ventoy's grub.cfg has done by the time when F6 is pressed; its GRUB has exFAT in it. */
const STAND_IN = `insmod exfat
set vtoydev=hd0
set vtoy_iso_part=(hd0,1)
set ventoy_new_context=1
export vtoy_iso_part
configfile $vtoy_iso_part/ventoy/ventoy_grub.cfg
`;

const KINDS = [
  ["mbr", "bios"],
  ["gpt", "uefi"],
] as const;

test.each(chosenBoots(KINDS, ([scheme]) => scheme === "gpt"))(
  "%s, %s: the live system starts from the ISO on exFAT",
  async (scheme, firmware) => {
    const kit = await testKit();
    const image = join(folder, `${scheme}.img`);
    const parts = await ventoyParts();
    const iso = await readFile(await testIso("debian-live"));
    const sizeMib = Math.ceil(iso.length / (1 << 20)) + 256;
    const files = { "/debian live.iso": iso };
    const stick = await ventoyStick(image, { scheme, release: parts, sizeMib, files });

    const esp = `${image}@@${stick.esp.startLba * 512}`;
    const config = join(folder, "stand-in.cfg");
    await writeFile(config, STAND_IN);
    await judge("mmd", ["-i", esp, "::/lifeboat", "::/lifeboat/grub"]);
    await judge("mcopy", ["-i", esp, config, "::/lifeboat/grub/grub.cfg"]);
    const disk = await openFile(image, { writable: true });
    if (firmware === "bios") {
      const core = await kit.read(scheme === "mbr" ? KIT_PATHS.coreMbr : KIT_PATHS.coreGpt);
      const stage = makeBiosStage(await kit.read(KIT_PATHS.bootImg), core, 40, 2000);
      await writeBiosCore(disk, stage);
      await disk.write(0, stage.bootCode);
    } else {
      const loader = join(folder, "BOOTX64.EFI");
      await writeFile(loader, await kit.read(KIT_PATHS.grubX64));
      await writeFile(config, "source /lifeboat/grub/grub.cfg\n");
      const exfat = join(folder, "exfat.mod");
      await writeFile(exfat, await kit.read(modulePath("x86_64-efi", "exfat")));
      await judge("mmd", ["-i", esp, "::/EFI/debian", "::/EFI/debian/x86_64-efi"]);
      await judge("mcopy", ["-i", esp, exfat, "::/EFI/debian/x86_64-efi/exfat.mod"]);
      await judge("mcopy", ["-i", esp, config, "::/EFI/debian/grub.cfg"]);
      await judge("mcopy", ["-o", "-i", esp, loader, "::/EFI/BOOT/BOOTX64.EFI"]);
    }
    const facts = {
      scheme,
      uuid: (await readFile(image)).subarray(384, 400).toString("hex"),
      secureBoot: false,
      data: stick.data,
    };
    const tools = {
      ...(await refreshTools()),
      kit,
      lifeboat: VERSION,
      now: new Date(),
      beforeReadBack: async () => undefined,
    };
    await putMenuBeside(disk, image, facts, { language: "en", first: false }, tools, quietJob());
    await disk.close();
    await bootStick(image, firmware, ["Debian GNU/Linux", live.entry], live.shows, {
      timeoutMs: LIVE_TIMEOUT_MS,
    });
  },
);
