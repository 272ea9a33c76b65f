/**
 * An ISO in many pieces: GRUB reads wrong bytes across the border of two extents, so kernel and initrd come from the ESP, and the
 * hook joins the pieces. The running system says itself what it reads from each of the ISO's large files.
 */
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import type { Extent } from "../../src/block/byte-range.ts";
import { openData, openStick } from "../../src/stick/stick.ts";
import { run } from "../../src/system/run.ts";
import { LIVE_MEDIUM, liveIsoThatRuns } from "../support/changed-iso.ts";
import { sha256OfFile } from "../support/sticks.ts";
import { judge } from "../support/tools.ts";
import { buildImage, lifeboat } from "./lifeboat.ts";
import { LIVE_TIMEOUT_MS, imagesFolder, startEntry } from "./support.ts";

const MEDIUM = LIVE_MEDIUM["debian-live"];
const FILES = ["/live/filesystem.squashfs", "/live/initrd.img", "/live/vmlinuz"];
const PIECE = 8 << 20;

/** Where it has its medium from, what device-mapper made of the pieces, and what can be read. */
const SCRIPT = `
echo "medium: $(findmnt -n -o SOURCE ${MEDIUM})"
echo "pieces: $(dmsetup table lifeboat | wc -l)"
cd ${MEDIUM}
for file in ${FILES.map((path) => path.slice(1)).join(" ")}; do
  sha256sum "$file" | sed 's/^/read: /'
done
echo "all: read"
`;

const folder = await imagesFolder("pieces");
const iso = join(folder, "live.iso");
const hashes = new Map<string, string>();

beforeAll(async () => {
  await liveIsoThatRuns("debian-live", SCRIPT, iso);
  for (const path of FILES) {
    const file = join(folder, "extracted");
    await judge("xorriso", ["-osirrox", "on", "-indev", iso, "-extract", path, file]);
    hashes.set(path.slice(1), await sha256OfFile(file));
    await judge("rm", ["-f", file]);
  }
});

test("the running system reads every byte of an ISO in more than twenty pieces", async () => {
  const image = await buildImage(join(folder, "pieces.img"), []);
  await fillWithHoles(image);
  await lifeboat("add", image, iso);
  const { isos } = JSON.parse(await lifeboat("inspect", image, "--json")) as {
    isos: { extents: { start: number; sectors: number }[] }[];
  };
  const extents = isos[0]?.extents ?? [];
  expect(extents.length).toBeGreaterThanOrEqual(20);
  const cuts = cutsOf(extents.map(({ start, sectors }) => ({ start, length: sectors * 512 })));
  for (const path of FILES) {
    const [from, to] = await placeOf(path);
    const inside = cuts.filter((at) => at > from && at < to);
    // The kernel is as long as one piece: a cut inside of it may be missing.
    if (path !== "/live/vmlinuz") expect(inside.length, path).toBeGreaterThan(1);
  }

  const result = await startEntry(
    image,
    "bios",
    "Live system (amd64)",
    ["medium: /dev/mapper/lifeboat", "all: read"],
    LIVE_TIMEOUT_MS,
  );
  expect(result.serial).toContain(`pieces: ${extents.length}`);
  for (const [path, hash] of hashes) expect(result.serial).toContain(`read: ${hash}  ${path}`);
});

/** Takes nearly all of the data partition in pieces, and gives every second one back. */
async function fillWithHoles(image: string): Promise<void> {
  const stick = await openStick(image, { writable: true });
  try {
    const volume = await openData(stick, run);
    const names: string[] = [];
    while (volume.freeBytes > 2 * PIECE) {
      const name = `/${names.length}.bin`;
      await (await volume.reserve(PIECE)).commit(name, new Date());
      names.push(name);
    }
    for (const name of names.filter((_name, index) => index % 2 === 1)) await volume.remove(name);
    await stick.disk.flush();
  } finally {
    await stick.disk.close();
  }
}

/** Where within the file one extent ends and the next begins, in bytes. */
function cutsOf(extents: readonly Extent[]): number[] {
  let at = 0;
  return extents.map(({ length }) => (at += length)).slice(0, -1);
}

/** First and last byte of a file within the ISO, as xorriso sees it. */
async function placeOf(path: string): Promise<[number, number]> {
  const said = await judge("xorriso", ["-indev", iso, "-find", path, "-exec", "report_lba"]);
  const [, block, , size] = /File data lba:\s*\d+ ,\s*(\d+) ,\s*(\d+) ,\s*(\d+) ,/.exec(said) ?? [];
  const from = Number(block) * 2048;
  return [from, from + Number(size)];
}
