/** Whole trees of a volume changed at one moment. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readBytes } from "../../../../src/block/byte-range.ts";
import { openFat, openFat32 } from "../../../../src/filesystems/fat32/index.ts";
import { LifeboatError } from "../../../../src/system/errors.ts";
import { judge } from "../../../support/tools.ts";
import { MIB, assertClean, newVolume, patterned, treeOfVolume } from "./support.ts";

const OLD = patterned(3000, 1);
const NEW = patterned(90_000, 2);

/** A stick's ESP in small, with files that stay, in folders of several clusters. */
async function start(sectorSize = 512) {
  const made = await newVolume((sectorSize === 512 ? 40 : 300) * MIB, {}, sectorSize);
  await made.volume.writeTree([
    ...Array.from({ length: 60 }, (_, index) => ({
      path: `/EFI/a longer name ${index}`,
      data: OLD,
    })),
    { path: "/EFI/BOOT/BOOTX64.EFI", data: OLD },
    { path: "/lifeboat/stays", data: OLD },
    { path: "/lifeboat/deep/er/stays", data: OLD },
    { path: "/lifeboat/goes", data: OLD },
    { path: "/elsewhere/stays", data: OLD },
  ]);
  return made;
}

const CHANGE = {
  put: [
    { path: "/EFI/BOOT/BOOTX64.EFI", data: NEW },
    { path: "/lifeboat/deep/er/new", data: NEW },
  ],
  remove: ["/lifeboat/goes"],
};

test.each([512, 4096])("changes what is named and nothing else (%i)", async (sectorSize) => {
  const { image, range, volume, folder } = await start(sectorSize);
  expect(await volume.switchTrees(CHANGE, async () => {})).toBe(1);
  // The same tree as by single changes.
  const other = await start(sectorSize);
  await other.volume.writeFile("/EFI/BOOT/BOOTX64.EFI", NEW);
  await other.volume.writeFile("/lifeboat/deep/er/new", NEW);
  await other.volume.remove("/lifeboat/goes");
  expect(await treeOfVolume(await openFat(range))).toEqual(await treeOfVolume(other.volume));
  await assertClean(image);
  await judge("mcopy", ["-i", image, "::/EFI/BOOT/BOOTX64.EFI", join(folder, "copy")]);
  expect(await readFile(join(folder, "copy"))).toEqual(Buffer.from(NEW));
});

test("gives the room of the old ones back", async () => {
  const { image, range, volume } = await start();
  const before = volume.freeBytes;
  await volume.switchTrees(
    { put: [{ path: "/lifeboat/stays", data: OLD }], remove: [] },
    async () => {},
  );
  expect(volume.freeBytes).toBe(before);
  await assertClean(image);
  // And it is written on, in old folders and in new ones.
  await volume.writeFile("/lifeboat/deep/er/more", NEW);
  await volume.writeFile("/EFI/more", NEW);
  expect((await treeOfVolume(await openFat(range))).size).toBeGreaterThan(60);
  await assertClean(image);
});

test("shows what will be, from the medium, before it is", async () => {
  const { range, volume } = await start();
  const before = await treeOfVolume(await openFat(range));
  let seen: Awaited<ReturnType<typeof treeOfVolume>> | undefined;
  await volume.switchTrees(CHANGE, async (after) => {
    seen = await treeOfVolume(after);
    expect(await treeOfVolume(await openFat(range))).toEqual(before);
  });
  expect(seen).toEqual(await treeOfVolume(await openFat(range)));
});

test("is given up where the check fails, with the volume as it was", async () => {
  const { image, range, volume } = await start();
  const before = await treeOfVolume(volume);
  const { freeBytes } = volume;
  const refusal = new LifeboatError("wrong", { en: "wrong", zh: "错误" });
  const switching = volume.switchTrees(CHANGE, async () => {
    throw refusal;
  });
  await expect(switching).rejects.toBe(refusal);
  expect(volume.freeBytes).toBe(freeBytes);
  expect(await treeOfVolume(volume)).toEqual(before);
  await assertClean(image);
  // And it can be made again.
  await volume.switchTrees(CHANGE, async () => {});
  expect(await treeOfVolume(await openFat(range))).not.toEqual(before);
  await assertClean(image);
});

test("is refused where there is no room, with the volume as it was", async () => {
  const { range } = await start();
  const before = await treeOfVolume(await openFat(range));
  const volume = await openFat32(range);
  const { freeBytes } = volume;
  const put = [{ path: "/lifeboat/huge", data: Buffer.alloc(60 * MIB) }];
  const switching = volume.switchTrees({ put, remove: [] }, async () => {});
  await expect(switching).rejects.toMatchObject({ code: "volume-full" });
  expect(volume.freeBytes).toBe(freeBytes);
  expect(await treeOfVolume(await openFat(range))).toEqual(before);
});

test("is refused where a folder lies in itself", async () => {
  const { range } = await start();
  // The entry of /lifeboat/deep gets the cluster of /lifeboat.
  const volume = await openFat32(range);
  const [place] = (await volume.whereabouts("/lifeboat/stays"))?.parts ?? [];
  const at = (place?.start ?? 0) - ((place?.start ?? 0) % 512);
  const sector = await readBytes(range, at, 512);
  const deep = sector.indexOf("DEEP       ");
  expect(deep).toBeGreaterThan(0);
  sector.copy(sector, deep + 20, 20, 22);
  sector.copy(sector, deep + 26, 26, 28);
  await range.write(at, sector);
  const damaged = await openFat32(range);
  await expect(damaged.switchTrees(CHANGE, async () => {})).rejects.toMatchObject({
    code: "fat-directory-loop",
    kind: "damaged",
  });
});
