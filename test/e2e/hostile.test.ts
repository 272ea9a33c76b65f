/**
 * The worst names at once: label, title and kernel arguments of a live system, the name of its file and of its folder, full of
 * what means something to GRUB, to the kernel or to udev. The system says itself what reached it.
 */
import { stat } from "node:fs/promises";
import { join, posix } from "node:path";
import { expect, test } from "vitest";
import { putFile } from "../../src/stick/data/put-file.ts";
import { openData, openStick } from "../../src/stick/stick.ts";
import { rangeOf } from "../../src/stick/data/volume.ts";
import { run } from "../../src/system/run.ts";
import { testIso } from "../setup/isos.ts";
import { LIVE_MEDIUM, liveIsoThatRuns } from "../support/changed-iso.ts";
import { quietJob } from "../support/jobs.ts";
import { buildImage, lifeboat } from "./lifeboat.ts";
import { LIVE_TIMEOUT_MS, imagesFolder, startEntry } from "./support.ts";

const WORST = String.raw`'"; halt; } { $(halt) $halt #&|<>! \ 救援`;
const LABEL = String.raw`A'B"C$D;E{F}G&H|I\J #K`;
const TITLE = String.raw`-Start "it" '; halt; } menuentry { $halt \ 启动`;
/** Words that the kernel takes as they are: what GRUB itself would escape (quotes and backslashes) can't reach it unchanged. */
const ARGUMENTS = "lifeboat.test=$halt;{a}&b|c<d>e#f!g*h?[i]~`(j)";

const SCRIPT = `
echo "label: $(lsblk -n -d -o LABEL "$(findmnt -n -o SOURCE ${LIVE_MEDIUM["dracut-live"]})")"
echo "line: $(cat /proc/cmdline)"
echo "all: said"
`;

const folder = await imagesFolder("hostile");

/** As GRUB's own quoting in the ISO's menu wants it. */
const quoted = (text: string) => `'${text.replaceAll("'", String.raw`'\''`)}'`;

test("a live system, and one in a folder, with the worst of names", async () => {
  const iso = join(folder, `${WORST}.iso`);
  await liveIsoThatRuns("dracut-live", SCRIPT, iso, {
    volumeId: LABEL,
    texts: {
      "/boot/grub/grub.cfg": (text) =>
        text
          .replace("'Start Dracut-Live'", quoted(` ${TITLE}`))
          .replace("rd.live.image", `rd.live.image ${quoted(ARGUMENTS)}`),
    },
  });
  const image = await buildImage(join(folder, "stick.img"), [iso], "--fs", "ext4");
  await putInFolder(image, await testIso("memtest"), `/${WORST}/${WORST}.iso`);
  expect(JSON.parse(await lifeboat("verify", image, "--json"))).toMatchObject({ ok: true });

  const live = await startEntry(image, "uefi", TITLE, ["label: ", "all: said"], LIVE_TIMEOUT_MS);
  expect(live.serial).toContain(`label: ${LABEL}`);
  expect(live.serial).toContain(` ${ARGUMENTS} `);

  await startEntry(image, "bios", "Memtest86+", ["Memtest86+ v6", "CLK/Temp"]);
});

/** As a user's file manager would put it there, with a refresh afterwards. */
async function putInFolder(image: string, source: string, path: string): Promise<void> {
  const stick = await openStick(image, { writable: true });
  try {
    const volume = await openData(stick, run);
    await volume.makeDirectory(posix.dirname(path));
    const { size: sizeBytes } = await stat(source);
    await putFile({ source, path, sizeBytes }, volume, rangeOf(stick.data), quietJob());
    await stick.disk.flush();
  } finally {
    await stick.disk.close();
  }
  await lifeboat("refresh", image);
}
