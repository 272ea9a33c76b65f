/** What the hook changes in the initrds of particular families, run by the kit's busybox. */
import { chmod, copyFile, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { packageRoot } from "../../../src/system/places.ts";
import { testKit } from "../../support/kit.ts";
import { suiteFolder } from "../../support/sticks.ts";
import { judge } from "../../support/tools.ts";

const SCRIPT = join(packageRoot(), "payloads/hook/families");

let folder = "";
let busybox = "";

beforeAll(async () => {
  folder = await suiteFolder();
  busybox = join(folder, "busybox");
  await copyFile(join((await testKit()).folder, "files/linux/busybox"), busybox);
  await chmod(busybox, 0o755);
});

/** An init with the function that Knoppix' has: it prints the devices that it would look at, and how long it has waited. */
const KNOPPIX = `#!/bin/sh
waited=0
sleep(){ waited=$((waited + $1)); }
findknoppix(){
 local dev
 for dev in "$@"; do echo "$dev"; done
}
findknoppix /dev/sr0 "/dev/sd a1"
echo "$waited s"
`;

/** The file after `knoppix_init` has seen it. */
async function changed(init: string): Promise<string> {
  const path = join(folder, "init");
  await writeFile(path, init);
  await judge(busybox, ["sh", "-c", `B=${busybox}; . ${SCRIPT}; knoppix_init ${path}`]);
  return readFile(path, "utf8");
}

test("Knoppix waits for the image and looks at it first", async () => {
  const path = join(folder, "changed");
  await writeFile(path, await changed(KNOPPIX));
  const said = await judge(busybox, ["sh", path]);
  expect(said.trim().split("\n")).toEqual([
    "/dev/mapper/lifeboat",
    "/dev/sr0",
    "/dev/sd a1",
    "60 s",
  ]);
});

test("an init without that function stays as it is", async () => {
  const plain = "#!/bin/sh\n# findknoppix is not here\nexec /sbin/init\n";
  expect(await changed(plain)).toBe(plain);
});
