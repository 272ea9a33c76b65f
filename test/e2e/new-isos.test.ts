/**
 * ISOs that were copied onto a stick by other programs, and no refresh since: the menu finds them, and boots them where the
 * system's initrd reads the stick's file system. Where something can't be, it says so.
 */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openFile } from "../../src/block/file.ts";
import { rangeOf } from "../../src/stick/data-volume.ts";
import { putFile } from "../../src/stick/put-file.ts";
import { openData, openStick } from "../../src/stick/stick.ts";
import { run } from "../../src/system/run.ts";
import { testIso } from "../setup/isos.ts";
import { quietJob } from "../support/jobs.ts";
import { extractPartition, putPartitionBack } from "../support/sticks.ts";
import { judge } from "../support/tools.ts";
import { buildImage } from "./lifeboat.ts";
import { LIVE_TIMEOUT_MS, bootStick, imagesFolder } from "./support.ts";
import { systemOf } from "./systems.ts";

const live = systemOf("debian-live");
const folder = await imagesFolder("new-isos");
const SEARCH = "Look for ISOs";

test("bios, ext4: a file with an odd name in a folder with one, by debugfs", async () => {
  const image = await buildImage(join(folder, "ext4.img"), [], "--fs", "ext4");
  const data = await extractPartition(image, 1);
  const commands = join(folder, "commands");
  const name = `/my [isos]/it's 50% ""new"" $x;{a}\u4e2d.iso`;
  await writeFile(
    commands,
    `mkdir "/my [isos]"\nwrite ${await testIso("debian-live")} "${name}"\n`,
  );
  await judge("debugfs", ["-w", "-f", commands, data]);
  await putPartitionBack(image, 1, data);
  await bootStick(image, "bios", [SEARCH, "/my [isos]/it's", "Debian Live"], live.shows, {
    timeoutMs: LIVE_TIMEOUT_MS,
  });
});

test("Secure Boot, FAT32: by mtools", async () => {
  const image = await buildImage(join(folder, "fat32.img"), [], "--fs", "fat32");
  const data = await extractPartition(image, 1);
  await judge("mcopy", ["-i", data, await testIso("debian-live"), "::/DEBIAN.ISO"]);
  await putPartitionBack(image, 1, data);
  await bootStick(image, "secure-boot", [SEARCH, "/debian.iso", "Debian Live"], live.shows, {
    timeoutMs: LIVE_TIMEOUT_MS,
  });
});

test("exFAT: GRUB reads it, the system's initrd doesn't, and the hook says what helps", async () => {
  const image = await buildImage(join(folder, "exfat.img"), []);
  await copyWithoutRefresh(await testIso("debian-live"), image);
  const said = await bootStick(
    image,
    "uefi",
    [SEARCH, "/live.iso", "Debian Live"],
    ["can't read the stick's file system", "Run lifeboat refresh"],
    { timeoutMs: LIVE_TIMEOUT_MS },
  );
  expect(said.serial).toContain("lifeboat");
  // The signed GRUB can't even look for it.
  await bootStick(image, "secure-boot", [SEARCH], ["the signed GRUB can't read exfat"]);
});

/** As a computer would that knows nothing of lifeboat. */
async function copyWithoutRefresh(source: string, image: string): Promise<void> {
  const stick = await openStick(image, { writable: true });
  try {
    const volume = await openData(stick, run);
    const iso = await openFile(source);
    const file = { source, path: "/live.iso", sizeBytes: iso.size };
    await iso.close();
    await putFile(file, volume, rangeOf(stick.data), quietJob());
    await stick.disk.flush();
  } finally {
    await stick.disk.close();
  }
}
