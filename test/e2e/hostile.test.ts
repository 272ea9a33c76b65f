/**
 * The worst names that a file system, an ISO and a boot menu can hold, through GRUB, the kernel line, the hook and the ISO's own
 * initrd: the system starts, from the right label, and what was written as an argument arrives as it was written.
 */
import { join } from "node:path";
import { expect, test } from "vitest";
import { rangeOf } from "../../src/stick/data-volume.ts";
import { putFile } from "../../src/stick/put-file.ts";
import { openData, openStick } from "../../src/stick/stick.ts";
import { run } from "../../src/system/run.ts";
import { testIso } from "../setup/isos.ts";
import { LIVE_MEDIUM, liveIsoThatRuns } from "../support/changed-iso.ts";
import { quietJob } from "../support/jobs.ts";
import { buildImage, lifeboat } from "./lifeboat.ts";
import { LIVE_TIMEOUT_MS, imagesFolder, startEntry } from "./support.ts";

/** Everything that means something to GRUB's script, to a shell, to a menu or to a terminal; ext4 stores it all. */
const NAME = String.raw`-x 'a"b $(halt) ${"${root}"}; {e} \f }%g #h &i |j <k> *? [l] ~ 救援é`;
/** What an ISO 9660 label holds of that, in 32 bytes. */
const LABEL = String.raw`-'a" $x;{}\&|<*?#%[]/救 1`;
/** GRUB script of the ISO's own menu: double quotes around it, so that a single one can be inside. */
const TITLE = String.raw`Start --class 'x' ; halt } { \"\$root\" \\ #救援`;
const ARGUMENT = String.raw`lifeboat.hostile=a'b;c{d}$e\f|g&h*`;

const folder = await imagesFolder("hostile");

test("a live system with the worst names and label comes up", async () => {
  const iso = join(folder, "live.iso");
  const medium = LIVE_MEDIUM["dracut-live"];
  const script = `
echo "medium: $(findmnt -n -o SOURCE ${medium})"
ls /dev/disk/by-label | sed 's/^/label: /'
cat /proc/cmdline | tr ' ' '\\n' | sed 's/^/word: /'
echo "all: said"
`;
  await liveIsoThatRuns("dracut-live", script, iso, {
    volumeId: LABEL,
    texts: {
      "/boot/grub/grub.cfg": (text) =>
        text
          .replace("'Start Dracut-Live'", () => `"${TITLE}"`)
          .replace(
            " rd.live.image",
            () => ` rd.live.image '${ARGUMENT.replace("'", String.raw`'\''`)}'`,
          ),
    },
  });
  const image = await buildImage(join(folder, "hostile.img"), [], "--fs", "ext4");
  await put(image, [iso, await testIso("memtest")]);
  await lifeboat("refresh", image);

  const live = await startEntry(image, "uefi", "halt }", ["all: said"], LIVE_TIMEOUT_MS);
  expect(live.serial).toContain("medium: /dev/mapper/lifeboat");
  expect(live.serial).toContain(`word: ${ARGUMENT}`);
  // The memory test's ISOs call themselves the same, so that their paths are their titles.
  await startEntry(image, "bios", NAME, ["Memtest86+ v6", "CLK/Temp"]);
});

/** The live ISO and the memory test, the latter twice, in a folder and files with that name. */
async function put(image: string, [live = "", memtest = ""]: string[]): Promise<void> {
  const stick = await openStick(image, { writable: true });
  try {
    const volume = await openData(stick, run);
    expect(volume.storableName(NAME)).toBe(NAME);
    await volume.makeDirectory(`/${NAME}`);
    const files = [
      [live, `/${NAME}/live ${NAME}.iso`],
      [memtest, `/${NAME}/${NAME}.iso`],
      [memtest, "/memtest.iso"],
    ];
    for (const [source = "", path = ""] of files) {
      await putFile({ source, path, sizeBytes: 0 }, volume, rangeOf(stick.data), quietJob());
    }
    await stick.disk.flush();
  } finally {
    await stick.disk.close();
  }
}
