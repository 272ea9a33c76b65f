/** Files of an ISO that the hook wants: Debian's installer has the loop driver that its initrd lacks as a package on its CD. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { addFiles, removeFiles } from "../../../src/stick/add.ts";
import { readWhole } from "../../../src/stick/esp/files.ts";
import { readActiveSlot, readSlot } from "../../../src/stick/menu/slots.ts";
import { refreshStick } from "../../../src/stick/refresh.ts";
import type { RefreshTools } from "../../../src/stick/refresh.ts";
import { verifyStick } from "../../../src/stick/verify/verify.ts";
import { quietJob } from "../../support/jobs.ts";
import {
  buildStick,
  fixtureIso,
  named,
  refreshTools,
  suiteFolder,
  withStick,
} from "../../support/sticks.ts";
import { judge } from "../../support/tools.ts";

const PACKAGE = "loop-modules-6.1.0-18-amd64-di_6.1.76-1_amd64.udeb";

let folder = "";
let iso = "";
let tools: RefreshTools;

beforeAll(async () => {
  folder = await suiteFolder();
  tools = await refreshTools();
  iso = await named(await fixtureIso("debian-installer", folder), join(folder, "a"), "netinst.iso");
});

test("they lie in a cpio on the ESP, which goes with the ISO", async () => {
  const image = join(folder, "stick.img");
  await buildStick(image);
  await withStick(image, async (stick) => {
    await addFiles(stick, [iso], tools, quietJob());
    const slot = await readSlot(stick.bootVolume, await readActiveSlot(stick.bootVolume));
    const [record] = slot?.records.isos ?? [];
    const [[path, target] = ["", ""], ...more] = Object.entries(record?.copies ?? {});
    expect(more).toEqual([]);
    expect(path).toContain(PACKAGE);
    expect(slot?.menu).toContain(`initrd ($lifeboat)/lifeboat/hook.cpio ($lifeboat)${target} `);

    const cpio = join(folder, "files.cpio");
    await writeFile(cpio, (await readWhole(stick.bootVolume, target)) ?? "");
    const list = await judge("cpio", ["-itv", "--quiet", "-F", cpio]);
    expect(list).toMatch(new RegExp(String.raw`^-.* 4096 .* lifeboat/files/0-${PACKAGE}$`, "m"));

    expect(await refreshStick(stick, tools, quietJob())).toMatchObject({ changed: false });
    await stick.bootVolume.remove(target);
    const findings = await verifyStick(stick, { deep: false }, tools.run, quietJob());
    expect(findings.findings.map(({ id }) => id)).toContain("copy-missing");
    // What was missing was written: "nothing changed" would be wrong.
    expect(await refreshStick(stick, tools, quietJob())).toMatchObject({ changed: true });
    expect(await stick.bootVolume.find(target)).toBeDefined();
    expect(await refreshStick(stick, tools, quietJob())).toMatchObject({ changed: false });

    await removeFiles(stick, ["netinst.iso"], tools, quietJob());
    expect(await stick.bootVolume.find(target)).toBeUndefined();
  });
});
