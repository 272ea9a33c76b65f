/**
 * Secure Boot with an ISO that is started by its own shim and GRUB. No other vendor's shim can be had from Debian's archive: here it is
 * Debian's on both sides, and `loader: own` makes the stick's menu hand over although its own shim would do. What is proved: the
 * chain (the stick's shim and GRUB, the ISO's shim, its GRUB for CDs), the choice of an entry on the way, and that this GRUB
 * opens the ISO where it lies.
 */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { testIso } from "../setup/isos.ts";
import { buildImage, lifeboat } from "./lifeboat.ts";
import { LIVE_TIMEOUT_MS, imagesFolder, startEntry } from "./support.ts";
import { systemOf } from "./systems.ts";

const live = systemOf("debian-live");
const folder = await imagesFolder("own-loader");
const image = join(folder, "stick.img");

beforeAll(async () => {
  await buildImage(image, [await testIso("debian-live")]);
  const settings = join(folder, "stick.yaml");
  await writeFile(settings, 'images: {"*.iso": {loader: own}}\n');
  await lifeboat("settings", image, "--from", settings);
});

test("secure-boot: the live system comes up by its own shim and GRUB, the entry chosen in the stick's menu", async () => {
  const { serial } = await startEntry(
    image,
    "secure-boot",
    `${live.entry} (safe`,
    [
      // The stick's GRUB names what it starts, and a second GRUB says that it is there.
      "/File(shimx64.efi)",
      "Welcome to GRUB!",
      "Secure boot enabled",
      ...live.shows,
    ],
    LIVE_TIMEOUT_MS,
  );
  expect(serial).toMatch(/\\lifeboat\\efi\\[0-9a-f]+\\selected\)/i);
  // Its fourth entry: nobody chose in the second menu, so the choice came through.
  expect(serial).toMatch(/^.*Command line: .* nomodeset$/m);
});
