/**
 * Debian's installer from a CD image: its initrd has no loop driver, and looks for its medium at CD drives. The question that is
 * awaited comes from a package on the CD.
 */
import { join } from "node:path";
import { expect, test } from "vitest";
import { testIso } from "../setup/isos.ts";
import { buildImage } from "./lifeboat.ts";
import { systemOf } from "./systems.ts";
import { imagesFolder, startEntry } from "./support.ts";

const folder = await imagesFolder("installer");

test(
  "the installer finds its CD and loads from it",
  async () => {
    const { entry, shows, minutes } = systemOf("d-i-cd");
    const image = await buildImage(join(folder, "installer.img"), [await testIso("d-i-cd")]);
    const { serial } = await startEntry(image, "bios", entry, shows, minutes * 60_000);
    expect(serial).toContain("lifeboat: the loop driver is that of");
  },
  15 * 60_000,
);
