/** What the settings bring into initrds, seen where it counts: in an initrd, in a running system, in Debian's installer. */
import { join } from "node:path";
import { expect, test } from "vitest";
import { openData, openStick } from "../../src/stick/stick.ts";
import { run } from "../../src/system/run.ts";
import { testIso } from "../setup/isos.ts";
import { liveIsoThatRuns } from "../support/changed-iso.ts";
import { buildImage, lifeboat } from "./lifeboat.ts";
import { LIVE_TIMEOUT_MS, imagesFolder, startEntry } from "./support.ts";

/** Unpacking its initrd, emulated, on a machine with other work to do. */
const INSTALLER_TIMEOUT_MS = 12 * 60_000;

const folder = await imagesFolder("extras");

/** Puts files on the data partition, as a user's file manager would, and refreshes. */
async function put(image: string, files: Readonly<Record<string, string>>): Promise<void> {
  const stick = await openStick(image, { writable: true });
  try {
    const data = await openData(stick, run);
    for (const [path, text] of Object.entries(files)) {
      for (let at = path.indexOf("/", 1); at > 0; at = path.indexOf("/", at + 1)) {
        const parent = path.slice(0, at);
        if ((await data.find(parent)) === undefined) await data.makeDirectory(parent);
      }
      await data.writeFile(path, Buffer.from(text));
    }
    await stick.disk.flush();
  } finally {
    await stick.disk.close();
  }
  await lifeboat("refresh", image);
}

test("a live system: a file of its initrd, and one for the running system", async () => {
  const iso = join(folder, "live.iso");
  await liveIsoThatRuns("debian-live", `echo "running: $(cat /run/lifeboat/notes/hello)"\n`, iso);
  const image = await buildImage(join(folder, "live.img"), [iso]);
  await put(image, {
    // initramfs-tools reads these first of all; the level is shown although the kernel is told to be quiet.
    "/extra/conf/conf.d/seen": 'echo "<2>initrd: injected and read" >/dev/kmsg\n',
    "/hello.txt": "from the stick",
    "/lifeboat/stick.yaml":
      "images:\n  live.iso:\n    inject: [/extra]\n    files: {/run/lifeboat/notes/hello: /hello.txt}\n",
  });
  const wanted = ["initrd: injected and read", "running: from the stick"];
  await startEntry(image, "bios", "Live system (amd64)", wanted, LIVE_TIMEOUT_MS);
});

test("Debian's installer reads its answers from the file that the menu offers", async () => {
  const image = await buildImage(join(folder, "mini.img"), [await testIso("d-i-mini")]);
  const command = 'echo "early: the answers of the office" >/dev/console';
  await put(image, {
    "/answers/office.cfg": `d-i preseed/early_command string ${command}\n`,
    "/lifeboat/stick.yaml": 'images:\n  "*.iso": {unattended: [/answers/office.cfg]}\n',
  });
  const title = "Install unattended: office.cfg";
  const wanted = ["early: the answers of the office"];
  const result = await startEntry(image, "bios", title, wanted, INSTALLER_TIMEOUT_MS);
  expect(result.serial).not.toMatch(/lifeboat:.*(did not appear|no init)/);
});
