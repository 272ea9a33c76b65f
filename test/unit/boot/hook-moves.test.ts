/**
 * The initrds of Slax and Porteus move themselves into a tmpfs and delete what was there: the hook goes first, and lives on in the
 * new place. In a namespace of its own, as the first process of an initrd in memory. Needs root.
 */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { unpackHook } from "../../support/hook.ts";
import { judge, temporaryFolder } from "../../support/tools.ts";

const asRoot = process.getuid?.() === 0;

/** Says where it runs, and what the hook's watcher has said by then. */
const INIT = `#!/lifeboat/busybox sh
B=/lifeboat/busybox
$B mkdir -p /proc
$B mount -t proc proc /proc
$B sleep 1
echo "arguments: $*"
echo "moved: $($B cat /lib/initramfs_escaped)"
echo "folder: $($B ls -d /m 2>&1)"
echo "functions: $($B cat /finit 2>&1)"
echo "link: $($B readlink /bin)"
$B grep ' / ' /proc/mounts
$B sed 's/^/log: /' /lifeboat/dev/kmsg
`;

/** @param files what the initrd has beside its init, by path */
async function start(files: Record<string, string>): Promise<string> {
  const folder = await temporaryFolder();
  const root = join(folder, "root");
  await unpackHook(root);
  const common = join(root, "lifeboat/common");
  // A file in the place of the kernel log, and of /proc's mount point: the real kernel line is this computer's.
  const nodes = "make_nodes() { $B mkdir -p $L/dev; : >>$L/dev/kmsg; }";
  await writeFile(
    common,
    (await readFile(common, "utf8")).replace(/^make_nodes\(\) \{\n[^}]*\}/m, nodes),
  );
  await writeFile(join(root, "lifeboat/proc"), "");
  await writeFile(join(root, "lifeboat/cmdline"), "quiet lifeboat.part=X splash\n");
  for (const name of ["lib", "dev", "usr", "m"]) await mkdir(join(root, name));
  await judge("ln", ["-s", "usr", join(root, "bin")]);
  for (const [path, text] of Object.entries(files)) await writeFile(join(root, path), text);
  await writeFile(join(root, "init"), INIT, { mode: 0o755 });
  const memory = join(folder, "memory");
  await mkdir(memory);
  const enter = [
    'mount -t tmpfs old "$2" && cp -a "$1/." "$2" && cd "$2"',
    'exec chroot "$2" /lifeboat/init one "two words"',
  ].join(" && ");
  const own = ["--mount", "--pid", "--fork", "--kill-child"];
  return judge("unshare", [...own, "sh", "-c", enter, "sh", root, memory]);
}

test.skipIf(!asRoot)("the hook moves Slax' initrd and watches from the new place", async () => {
  const said = await start({ "lib/livekitlib": "" });
  expect(said).toContain("arguments: one two words\n");
  expect(said).toContain("moved: moved by lifeboat\n");
  expect(said).toContain("link: usr\n");
  // The file system that the initrd came in was called "old".
  expect(said).toMatch(/^tmpfs \/ tmpfs /m);
  expect(said.match(/^log: lifeboat: looking for X$/gm)).toHaveLength(1);
});

test.skipIf(!asRoot)("the hook moves Porteus' initrd, and makes it wait longer", async () => {
  const said = await start({
    linuxrc: "#!/bin/sh\n### linuxrc script by brokenman <http://www.porteus.org>\n. ./finit\n",
    finit:
      "locate() { SLEEP=6; OVERSLEEP=60; while [ $SLEEP -gt 0 ]; do let SLEEP=SLEEP-1; done; }",
  });
  expect(said).toContain("arguments: one two words\n");
  // Where there is none, its script doesn't move the initrd again.
  expect(said).toMatch(/^folder: ls: \/m: No such file/m);
  expect(said).toContain(
    "functions: locate() { SLEEP=60; OVERSLEEP=60; while [ $SLEEP -gt 0 ]; do let SLEEP=SLEEP-1; done; }\n",
  );
  expect(said).toContain("link: usr\n");
  expect(said).toMatch(/^tmpfs \/ tmpfs /m);
  expect(said.match(/^log: lifeboat: looking for X$/gm)).toHaveLength(1);
});

test.skipIf(!asRoot)("any other initrd stays where it is", async () => {
  const said = await start({ linuxrc: "#!/bin/sh\n. ./functions\n", finit: "SLEEP=6" });
  expect(said).toContain("arguments: one two words\n");
  expect(said).toContain("moved: \n");
  expect(said).toContain("folder: /m\n");
  expect(said).toContain("functions: SLEEP=6\n");
  expect(said).toMatch(/^old \/ tmpfs /m);
});
