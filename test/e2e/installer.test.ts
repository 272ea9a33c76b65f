/**
 * Debian's installer from a CD image: its initrd has no loop driver, and looks for its medium at CD drives. What is
 * awaited, it says once it has mounted its CD.
 */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { testIso } from "../setup/isos.ts";
import { buildImage, lifeboat } from "./lifeboat.ts";
import { systemOf } from "./systems.ts";
import { imagesFolder, startEntry } from "./support.ts";

const folder = await imagesFolder("installer");

test(
  "the installer finds its CD and reads it",
  async () => {
    const { entry, shows, minutes } = systemOf("d-i-cd");
    const image = await buildImage(join(folder, "installer.img"), [await testIso("d-i-cd")]);
    // The installer soon keeps the kernel's messages from the console; on a quick computer before the hook has said its own.
    const settings = join(folder, "stick.yaml");
    await writeFile(settings, 'images: {"*.iso": {append: ignore_loglevel printk.devkmsg=on}}\n');
    await lifeboat("settings", image, "--from", settings);
    const { serial } = await startEntry(image, "bios", entry, shows, minutes * 60_000);
    expect(serial).toContain("lifeboat: the loop driver is that of");
  },
  15 * 60_000,
);
