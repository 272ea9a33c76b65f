/**
 * ISOs that were copied onto a stick by other programs, and no refresh since: the menu finds them, and boots them where the
 * system's initrd reads the stick's file system. Where something can't be, it says so.
 */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "vitest";
import { openFile } from "../../src/block/file.ts";
import type { WritableVolume } from "../../src/filesystems/volume.ts";
import { rangeOf } from "../../src/stick/data/volume.ts";
import { putFile } from "../../src/stick/data/put-file.ts";
import type { Stick } from "../../src/stick/stick.ts";
import { openData, openStick } from "../../src/stick/stick.ts";
import { run } from "../../src/system/run.ts";
import { testIso } from "../setup/isos.ts";
import { quietJob } from "../support/jobs.ts";
import { extractPartition, putPartitionBack } from "../support/sticks.ts";
import { judge } from "../support/tools.ts";
import { buildImage, lifeboat } from "./lifeboat.ts";
import { LIVE_TIMEOUT_MS, bootStick, imagesFolder } from "./support.ts";
import { systemOf } from "./systems.ts";

const live = systemOf("debian-live");
const folder = await imagesFolder("new-isos");
const SEARCH = "Look for ISOs";

/**
 * GRUB can't read the arguments out of the image's menu, where this ISO has its serial console: without a recipe of the user's
 * own it would start, and say so on its screen alone.
 */
const RECIPE = `
family: my-live
name: My live system
order: 1
detect:
  - exists: [/live/vmlinuz*, /live/*.squashfs]
entries:
  - kernel: [/live/vmlinuz*]
    title: "{name}"
    initrd: ["/live/initrd*{*}"]
    args: boot=live components console=tty0 console=ttyS0,115200 init_on_alloc=0
    append: live-media=/dev/mapper/lifeboat
`;
const ENTRY = "My live system";

test("bios, ext4: a file with an odd name in a folder with one, by debugfs", async () => {
  const image = await stickWithRecipe("ext4");
  const data = await extractPartition(image, 1);
  const commands = join(folder, "commands");
  const name = `/my [isos]/it's 50% ""new"" $x;{a}\u4e2d.iso`;
  await writeFile(
    commands,
    `mkdir "/my [isos]"\nwrite ${await testIso("debian-live")} "${name}"\n`,
  );
  await judge("debugfs", ["-w", "-f", commands, data]);
  await putPartitionBack(image, 1, data);
  await bootStick(image, "bios", [SEARCH, "/my [isos]/it's", ENTRY], live.shows, {
    timeoutMs: LIVE_TIMEOUT_MS,
  });
});

test("Secure Boot, FAT32: by mtools", async () => {
  const image = await stickWithRecipe("fat32");
  const data = await extractPartition(image, 1);
  await judge("mcopy", ["-i", data, await testIso("debian-live"), "::/DEBIAN.ISO"]);
  await putPartitionBack(image, 1, data);
  await bootStick(image, "secure-boot", [SEARCH, "/debian.iso", ENTRY], live.shows, {
    timeoutMs: LIVE_TIMEOUT_MS,
  });
});

test("bios, exFAT: GRUB reads it, the system's initrd doesn't, and the hook says what helps", async () => {
  const image = await stickWithRecipe("exfat");
  await withData(image, async (volume, stick) => {
    const source = await testIso("debian-live");
    const iso = await openFile(source);
    const file = { source, path: "/live.iso", sizeBytes: iso.size };
    await iso.close();
    await putFile(file, volume, rangeOf(stick.data), quietJob());
  });
  await bootStick(
    image,
    "bios",
    [SEARCH, "/live.iso", ENTRY],
    ["can't read the stick's file system", "Run lifeboat refresh"],
    { timeoutMs: LIVE_TIMEOUT_MS },
  );
});

/** A stick without ISOs that has been refreshed since its recipe was put on it. */
async function stickWithRecipe(fileSystem: string): Promise<string> {
  const image = await buildImage(join(folder, `${fileSystem}.img`), [], "--fs", fileSystem);
  await withData(image, async (volume) => {
    await volume.makeDirectory("/lifeboat/recipes");
    await volume.writeFile("/lifeboat/recipes/mine.yaml", Buffer.from(RECIPE));
  });
  await lifeboat("refresh", image);
  return image;
}

/** As a computer would change it that knows nothing of lifeboat: the menu stays as it is. */
async function withData(
  image: string,
  change: (volume: WritableVolume, stick: Stick) => Promise<void>,
): Promise<void> {
  const stick = await openStick(image, { writable: true });
  try {
    await change(await openData(stick, run), stick);
    await stick.disk.flush();
  } finally {
    await stick.disk.close();
  }
}
