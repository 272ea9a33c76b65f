/**
 * An ISO larger than the computer's memory. GRUB must read only what it needs of it: with the tpm module, which Debian's EFI
 * images bring, it would read the whole of a file that it opens.
 */
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, test } from "vitest";
import { rangeOfExtents } from "../../src/block/concatenation.ts";
import { rangeOf } from "../../src/stick/data/volume.ts";
import { openData, openStick } from "../../src/stick/stick.ts";
import { run } from "../../src/system/run.ts";
import { cacheFolder } from "../setup/cache.ts";
import { testIso } from "../setup/isos.ts";
import { bootStick } from "./support.ts";

const LIFEBOAT = join(import.meta.dirname, "..", "..", "lifeboat");
const GIB = 2 ** 30;

let image = "";

beforeAll(async () => {
  const folder = await mkdtemp(join(cacheFolder(), "large-"));
  afterAll(async () => rm(folder, { recursive: true, force: true }));
  image = join(folder, "large.img");
  await run(process.execPath, [LIFEBOAT, "build", image, "--size", "4G", "--yes"]);
  // Its end is a hole: only what is at the beginning is ever asked for.
  const iso = await readFile(await testIso("grub-rescue"));
  const stick = await openStick(image, { writable: true });
  try {
    const room = await (await openData(stick, run)).reserve(3 * GIB);
    await rangeOfExtents(rangeOf(stick.data), room.extents).write(0, iso);
    await room.commit("/large.iso", new Date());
    await stick.disk.flush();
  } finally {
    await stick.disk.close();
  }
  await run(process.execPath, [LIFEBOAT, "refresh", image]);
});

test.each(["secure-boot", "uefi"] as const)("%s: its own menu comes up", async (firmware) => {
  await bootStick(image, firmware, [0], ["GNU/Hurd", "Change the colors"], {
    memoryMb: 1024,
    timeoutMs: 3 * 60_000,
  });
});
