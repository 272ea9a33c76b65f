/**
 * The hook as a whole, in a namespace of its own, as the first process of an initrd that has nothing: no udev, no dmsetup, a
 * /dev that it mounts late. The stick is a loop device. Needs root.
 */
import { mkdir, readFile, symlink, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { unpackHook } from "../../support/hook.ts";
import { sha256OfFile } from "../../support/sticks.ts";
import { judge, temporaryFolder } from "../../support/tools.ts";

const asRoot = process.getuid?.() === 0;

/** Sectors within the data partition: where the file begins, and how long it is. */
interface Placed {
  readonly start: number;
  readonly sectors: number;
}

/** The data partition, with files at places in it: a loop device, which stands for what the hook found. */
async function makeStick(folder: string, files: readonly (readonly [string, number])[]) {
  const image = join(folder, "stick.img");
  await writeFile(image, "");
  await truncate(image, 64 << 20);
  const places: Placed[] = [];
  for (const [path, start] of files) {
    const data = await readFile(path);
    const at = ["conv=notrunc", "bs=512", `seek=${start}`, "status=none"];
    await judge("dd", [`if=${path}`, `of=${image}`, ...at]);
    places.push({ start, sectors: Math.ceil(data.length / 512) });
  }
  const device = (await judge("losetup", ["--find", "--show", image])).trim();
  onTestFinished(async () => void (await judge("losetup", ["--detach", device])));
  return { image, device: device.slice("/dev/".length), places };
}

/**
 * Starts the hook with these arguments. `checks` is shell that runs in the initrd once `/dev/mapper/lifeboat` is there, or after
 * a while without; its output is returned.
 */
async function start(
  folder: string,
  device: string,
  words: readonly string[],
  checks: string,
  extra: (root: string) => Promise<void> = async () => undefined,
): Promise<{ said: string; log: string }> {
  const root = join(folder, "root");
  await unpackHook(root);
  const hook = join(root, "lifeboat");
  // The real kernel line is this computer's: a file in the place of /proc's mount point keeps the hook from reading it.
  await writeFile(join(hook, "proc"), "");
  await writeFile(join(hook, "cmdline"), `quiet lifeboat.part=X ${words.join(" ")} splash\n`);
  // Files in the place of the kernel log and of the screen.
  await mkdir(join(hook, "dev"), { recursive: true });
  const devices = "for node in kmsg console tty0; do : >$L/dev/$node; done";
  const common = await readFile(join(hook, "common"), "utf8");
  await writeFile(
    join(hook, "common"),
    common.replace(/^make_nodes\(\) \{\n[^}]*\}/m, `make_nodes() { mkdir -p $L/dev; ${devices}; }`),
  );
  // Kernels that know no partition tables have no partition to find; what finds them has a test of its own.
  const families = await readFile(join(hook, "families"), "utf8");
  const found = `find_partition() { printf %s ${device}; }\n`;
  await writeFile(join(hook, "families"), families + found);
  await extra(root);
  const init = `#!/lifeboat/busybox sh
B=/lifeboat/busybox
$B mkdir -p /proc /sys /dev /run
$B mount -t proc proc /proc
$B mount -t sysfs sysfs /sys
$B sleep 1
$B mount -t tmpfs dev /dev
$B mknod /dev/null c 1 3
$B mount -t tmpfs run /run
seconds=0
until [ $seconds -ge 30 ] || [ -e /dev/mapper/lifeboat ] ||
  $B grep -q -e 'damaged' -e 'no file' -e 'nothing to map' /lifeboat/dev/kmsg; do
  $B sleep 1
  seconds=$((seconds + 1))
done
$B sleep 2
exec >/said 2>&1
${checks}
`;
  await writeFile(join(root, "init"), init, { mode: 0o755 });
  const log = async (): Promise<string> => {
    const files = ["kmsg", "console"].map((name) => join(hook, "dev", name));
    return (await Promise.all(files.map(async (file) => readFile(file, "utf8")))).join("");
  };
  try {
    const own = ["--mount", "--pid", "--fork", "--kill-child"];
    await judge("unshare", [...own, "chroot", root, "/lifeboat/init"]);
  } finally {
    // The last first: partitions inside an image lie over the image.
    const loops = [...(await log()).matchAll(/ (?:to|is) (loop\d+)$/gm)].map(([, name]) => name);
    for (const name of loops.toReversed()) await judge("losetup", ["--detach", `/dev/${name}`]);
  }
  return { said: await readFile(join(root, "said"), "utf8"), log: await log() };
}

/** An ISO with a hostile label. */
async function makeIso(folder: string, sizeBytes = 3 << 20): Promise<string> {
  const tree = join(folder, "tree");
  await mkdir(tree);
  await writeFile(join(tree, "file"), Buffer.alloc(sizeBytes, "0123456789abcde"));
  const iso = join(folder, "a.iso");
  await judge("xorriso", [
    "-as",
    "mkisofs",
    "-quiet",
    "-r",
    "-V",
    "a/b 'c\" $(d)",
    "-o",
    iso,
    tree,
  ]);
  return iso;
}

const LABEL = String.raw`/dev/disk/by-label/a\x2fb\x20\x27c\x22\x20\x24\x28d\x29`;

describe.skipIf(!asRoot)("the hook, in an initrd that has nothing (needs root)", () => {
  test("an ISO in one piece, with its label and UUID", async () => {
    const folder = await temporaryFolder();
    const iso = await makeIso(folder);
    const stick = await makeStick(folder, [[iso, 4001]]);
    const [place] = stick.places;
    const words = [`lifeboat.iso=4001+${place?.sectors}`];
    const bytes = (await readFile(iso)).length;
    const checks = `
      for link in /dev/mapper/lifeboat '${LABEL}' /dev/disk/by-uuid/*; do
        $B head -c ${bytes} "$link" | $B sha256sum
      done
      $B blockdev --getro /dev/mapper/lifeboat`;
    const { said, log } = await start(folder, stick.device, words, checks);
    const sum = await sha256OfFile(iso);
    expect(said.match(/[0-9a-f]{64}/g), said + log).toEqual([sum, sum, sum]);
    expect(said).toMatch(/^1$/m);
    expect(log).toContain(`found X on ${stick.device} after`);
    // The partition is free to be mounted, and the usual eight loop devices are left to the live system.
    expect(log).toMatch(/mapped the ISO, \d+ sectors, to loop([89]|\d{2})\b/);
  });

  test("in pieces, without device-mapper: joined in memory", async () => {
    const folder = await temporaryFolder();
    const iso = await makeIso(folder);
    const stick = await makeStick(folder, [[iso, 4000]]);
    const sectors = stick.places[0]?.sectors ?? 0;
    // Of one piece and as three, of odd lengths.
    const list = `4000+1001,5001+3,5004+${sectors - 1004}`;
    const words = ["lifeboat.iso=@"];
    const { said, log } = await start(
      folder,
      stick.device,
      words,
      "$B sha256sum /dev/mapper/lifeboat; $B ls /dev/disk/by-label",
      async (root) => writeFile(join(root, "lifeboat", "extents"), `${list}\n`),
    );
    expect(said, log).toContain(await sha256OfFile(iso));
    expect(log).toContain("copying 3 MiB into memory");
    expect(said).toContain(LABEL.split("/").at(-1));
  });

  test("a file for persistence can be written to, and is there first", async () => {
    const folder = await temporaryFolder();
    const iso = await makeIso(folder);
    const persistence = join(folder, "p.img");
    const uuid = "11111111-2222-4333-8444-555566667777";
    const about = ["-L", "persistence", "-U", uuid];
    await judge("mke2fs", ["-q", "-t", "ext4", ...about, persistence, "4M"]);
    const stick = await makeStick(folder, [
      [iso, 4000],
      [persistence, 60_000],
    ]);
    const words = [
      `lifeboat.iso=4000+${stick.places[0]?.sectors}`,
      `lifeboat.persist=60000+8192 lifeboat.persist-uuid=${uuid}`,
    ];
    const checks = `
      $B mkdir /mnt
      $B mount -t ext4 /dev/disk/by-label/persistence /mnt && echo kept >/mnt/new && $B umount /mnt
      $B ls /dev/mapper`;
    const { said, log } = await start(folder, stick.device, words, checks);
    expect(said, log).toBe("lifeboat\nlifeboat-persistence\n");
    expect(log.indexOf("for persistence")).toBeLessThan(log.indexOf("mapped the ISO"));
    await judge("sync", []);
    const copy = join(folder, "copy.img");
    const at = ["bs=512", "skip=60000", "count=8192", "status=none"];
    await judge("dd", [`if=${stick.image}`, `of=${copy}`, ...at]);
    expect(await judge("debugfs", ["-R", "cat /new", copy])).toContain("kept\n");
    await judge("e2fsck", ["-fn", copy]);
  });

  test("what is no longer the file for persistence is not written to", async () => {
    const folder = await temporaryFolder();
    const iso = await makeIso(folder, 1 << 20);
    const stick = await makeStick(folder, [[iso, 4000]]);
    const words = [
      `lifeboat.iso=4000+${stick.places[0]?.sectors}`,
      "lifeboat.persist=60000+8192",
      "lifeboat.persist-uuid=11111111-2222-4333-8444-555566667777",
    ];
    const { said, log } = await start(folder, stick.device, words, "$B ls /dev/mapper");
    expect(said, log).toBe("lifeboat\n");
    expect(log).toContain("*** lifeboat: changes will NOT be kept: there is no ext4 file system");
  });

  test("a file by its path, through the file system", async () => {
    const folder = await temporaryFolder();
    const iso = await makeIso(folder);
    const data = join(folder, "data.img");
    const tree = join(folder, "data");
    await mkdir(join(tree, "is os"), { recursive: true });
    await judge("cp", [iso, join(tree, "is os", "100% ‘Tux’.iso")]);
    await judge("mke2fs", ["-q", "-t", "ext4", "-d", tree, data, "32M"]);
    const stick = await makeStick(folder, [[data, 0]]);
    const path = encodeURIComponent("/is os/100% ‘Tux’.iso");
    const words = [`lifeboat.file=${path}`];
    const { said, log } = await start(
      folder,
      stick.device,
      words,
      "$B sha256sum /dev/mapper/lifeboat",
    );
    expect(said, log).toContain(await sha256OfFile(iso));
    // As GRUB spells what Linux shows in capitals.
    const small = [`lifeboat.file=${path.replace("Tux", "tUX").replace("is", "IS")}`];
    const again = await start(join(folder, "3"), stick.device, small, "$B ls /dev/mapper");
    expect(again.said, again.log).toContain("lifeboat");
    const missing = ["lifeboat.file=/none.iso"];
    const other = await start(join(folder, "2"), stick.device, missing, "");
    expect(other.log).toContain(
      "*** lifeboat: there is no file /none.iso on the stick. It has: is os lost+found",
    );
  });

  test("partitions inside the image", async () => {
    const folder = await temporaryFolder();
    const inner = join(folder, "inner.img");
    await judge("mke2fs", ["-q", "-t", "ext4", "-L", "SYSTEM", inner, "4M"]);
    const disk = join(folder, "disk.img");
    await writeFile(disk, "");
    await truncate(disk, 8 << 20);
    await judge("sfdisk", ["--quiet", disk], { input: "label: dos\n100,200\n4096,8192\n" });
    await judge("dd", [
      `if=${inner}`,
      `of=${disk}`,
      "conv=notrunc",
      "bs=512",
      "seek=4096",
      "status=none",
    ]);
    const stick = await makeStick(folder, [[disk, 5000]]);
    const words = ["lifeboat.iso=5000+16384"];
    const checks = "$B ls /dev/mapper; $B head -c 4194304 /dev/disk/by-label/SYSTEM | $B sha256sum";
    const { said, log } = await start(folder, stick.device, words, checks);
    expect(said, log).toBe(`lifeboat\nlifeboat1\nlifeboat2\n${await sha256OfFile(inner)}  -\n`);
  });

  test("files for the initrd and for the running system; links of the initrd stay links", async () => {
    const folder = await temporaryFolder();
    const iso = await makeIso(folder, 1 << 20);
    const stick = await makeStick(folder, [[iso, 4000]]);
    const words = [`lifeboat.iso=4000+${stick.places[0]?.sectors}`];
    const checks = `
      $B readlink /lib; $B cat /usr/lib/a\\ b/file; $B cat /etc/new; $B stat -c %a /etc/new
      $B cat /run/lifeboat/answers/preseed.cfg; $B ls -d /srv/empty /lib/a*`;
    const { said, log } = await start(folder, stick.device, words, checks, async (root) => {
      const files = join(root, "lifeboat", "root");
      await mkdir(join(files, "lib", "a b"), { recursive: true });
      await mkdir(join(files, "etc"));
      await mkdir(join(files, "srv", "empty"), { recursive: true });
      await mkdir(join(root, "usr", "lib"), { recursive: true });
      await symlink("usr/lib", join(root, "lib"));
      await writeFile(join(files, "lib", "a b", "file"), "one\n");
      await writeFile(join(files, "etc", "new"), "two\n", { mode: 0o755 });
      await mkdir(join(root, "lifeboat", "run", "answers"), { recursive: true });
      await writeFile(join(root, "lifeboat", "run", "answers", "preseed.cfg"), "three\n");
    });
    expect(said, log).toBe("usr/lib\none\ntwo\n755\nthree\n/lib/a b\n/srv/empty\n");
  });

  test("files alone, with nothing to map: the initrd needs no medium", async () => {
    const folder = await temporaryFolder();
    const stick = await makeStick(folder, []);
    const checks = "$B cat /preseed.cfg /run/lifeboat/answers";
    const { said, log } = await start(folder, stick.device, [], checks, async (root) => {
      const hook = join(root, "lifeboat");
      await writeFile(join(hook, "cmdline"), "vga=788 --- quiet\n");
      for (const name of ["root", "run"]) await mkdir(join(hook, name));
      await writeFile(join(hook, "root", "preseed.cfg"), "one\n");
      await writeFile(join(hook, "run", "answers"), "two\n");
    });
    expect(said, log).toBe("one\ntwo\n");
  });

  test.each([
    [
      "a list that is none",
      "lifeboat.iso=4000+x",
      "the list of the file's extents is damaged: 4000+x",
    ],
    ["no list", "quiet", "nothing to map"],
  ])("%s", async (_what, word, message) => {
    const folder = await temporaryFolder();
    const stick = await makeStick(folder, []);
    const { log } = await start(folder, stick.device, [word], "");
    expect(log).toContain(message);
  });
});
