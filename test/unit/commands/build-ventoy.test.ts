/** `build --ventoy` through the command line: what it makes is held against other tools, and what it refuses leaves the target alone. */
import {
  appendFile,
  cp,
  readFile,
  readdir,
  stat,
  symlink,
  truncate,
  writeFile,
} from "node:fs/promises";
import { basename, join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { openFile } from "../../../src/block/file.ts";
import { checkVentoyDevice } from "../../../src/boot/ventoy/device-check.ts";
import { withoutSecureBoot } from "../../../src/boot/ventoy/esp.ts";
import { compile, lifeboat, lifeboatJson } from "../../support/cli.ts";
import { sha256OfFile, suiteFolder } from "../../support/sticks.ts";
import { judge, temporaryFolder } from "../../support/tools.ts";
import type { MadeRelease } from "../../support/ventoy-release.ts";
import {
  packTree,
  packXz,
  ventoyRelease,
  ventoyTree,
  writeSums,
} from "../../support/ventoy-release.ts";
import { copySparse } from "../../support/copy-sparse.ts";

const MIB = 1 << 20;

let folder = "";
let release: MadeRelease;

beforeAll(async () => {
  await compile();
  folder = await suiteFolder();
  release = await ventoyRelease();
}, 300_000);

const text = expect.any(String) as string;

/** A partition of an image as a file of its own. */
async function partition(image: string, number: number): Promise<string> {
  const said = await judge("sfdisk", ["--json", image]);
  const { partitiontable } = JSON.parse(said) as {
    partitiontable: { partitions: { start: number; size: number }[] };
  };
  const found = partitiontable.partitions[number - 1];
  const path = join(await temporaryFolder(), `partition-${number}.img`);
  const where = [`skip=${found?.start}`, `count=${found?.size}`, "conv=sparse", "status=none"];
  await judge("dd", [`if=${image}`, `of=${path}`, ...where]);
  return path;
}

async function failedChecks(image: string) {
  const disk = await openFile(image);
  try {
    return (await checkVentoyDevice(disk)).filter(({ ok }) => !ok);
  } finally {
    await disk.close();
  }
}

describe.each([
  ["gpt", "tar.gz", true, 2048],
  ["mbr", "zip", false, 500],
] as const)("a stick with %s from a %s, Secure Boot %s", (scheme, form, secureBoot, mib) => {
  test("is one that Ventoy takes, and no judge finds a fault", async () => {
    const { archive } = await ventoyRelease({ form });
    const image = join(folder, `${scheme}.img`);
    const iso = join(folder, "救援 1.iso");
    await writeFile(iso, Buffer.alloc(3 * MIB + 1, "an ISO "));
    const args = ["build", image, "--size", `${mib}M`, "--ventoy", archive, "--iso", iso, "--yes"];
    const more = ["--scheme", scheme, ...(secureBoot ? [] : ["--no-secure-boot"])];
    const { status, json } = await lifeboatJson([...args, ...more]);
    expect(status).toBe(0);
    expect(json).toMatchObject({
      target: { path: image, sizeBytes: mib * MIB },
      layout: {
        scheme,
        partitions: [
          { number: 1, startLba: 2048 },
          { number: 2, sectors: 65_536 },
        ],
      },
      label: "Ventoy",
      bootStage: { kind: "ventoy", versions: { ventoy: "9.9.9" }, secureBoot },
      release: { archive, archiveSha256: await sha256OfFile(archive), version: "9.9.9" },
      files: [{ path: "/救援 1.iso", sha256: await sha256OfFile(iso) }],
    });

    expect(await failedChecks(image)).toEqual([]);
    const efi = await partition(image, 2);
    const wanted = secureBoot ? release.diskImage : withoutSecureBoot(release.diskImage);
    expect((await readFile(efi)).equals(wanted)).toBe(true);
    await judge("fsck.fat", ["-n", efi]);
    const data = await partition(image, 1);
    expect(await judge("fsck.exfat", ["-n", data])).toContain("clean. directories 1, files 1");
    expect(await judge("dump.exfat", [data])).toMatch(/Volume label:\s+Ventoy\n/);
    await judge("grub-fstest", [data, "cmp", "(loop0)/救援 1.iso", iso]);
    if (scheme === "gpt") {
      expect(await judge("sgdisk", ["-v", image])).toContain("No problems found");
    } else {
      expect(await judge("sfdisk", ["--verify", image])).toContain("No errors detected");
    }
  });
});

test("space at the end is left free, and the label is the user's", async () => {
  const image = join(folder, "reserve.img");
  const args = ["build", image, "--size", "512M", "--ventoy", release.archive];
  const { status } = await lifeboatJson([
    ...args,
    "--reserve",
    "100M",
    "--label",
    "Tools",
    "--yes",
  ]);
  expect(status).toBe(0);
  expect(await judge("sgdisk", ["-F", "-E", image])).toContain(String(512 * 2048 - 34));
  await judge("sgdisk", ["-n", "3:0:+100M", "-v", image]);
  expect(await judge("dump.exfat", [await partition(image, 1)])).toMatch(/label:\s+Tools\n/);
});

test("--dry-run tells the same and writes nothing", async () => {
  const own = await temporaryFolder();
  const image = join(own, "stick.img");
  const args = ["build", image, "--size", "512M", "--ventoy", release.archive, "--dry-run"];
  const { status, json } = await lifeboatJson(args);
  expect(status).toBe(0);
  expect(json).toMatchObject({ name: "Ventoy 9.9.9", reserveBytes: 0, clusterBytes: 32_768 });
  const said = await lifeboat(args);
  for (const word of ["Ventoy 9.9.9", "fat16", "exfat", "LBA 2048", release.archive]) {
    expect(said.stdout).toContain(word);
  }
  expect(await readdir(own)).toEqual([]);
});

test("several at once", async () => {
  const own = await temporaryFolder();
  const images = [join(own, "a.img"), join(own, "b.img")];
  const args = ["build", ...images, "--size", "200M", "--ventoy", release.archive, "--yes"];
  const { status, json } = await lifeboatJson(args);
  expect(status).toBe(0);
  const ok = (path: string) => ({ path, name: "Ventoy 9.9.9", ok: true });
  expect(json).toEqual({ targets: images.map(ok), files: [] });
  for (const image of images) expect(await failedChecks(image)).toEqual([]);
  const ids = await Promise.all(
    images.map(async (image) => (await readFile(image)).toString("hex", 384, 400)),
  );
  expect(new Set(ids).size).toBe(2);
});

describe("the archive and its sums", () => {
  test("are compared, and without sums that is said", async () => {
    const own = await temporaryFolder();
    const archive = join(own, basename(release.archive));
    await copySparse(release.archive, archive);
    const args = ["build", join(own, "s.img"), "--size", "200M", "--ventoy", archive, "--dry-run"];
    expect((await lifeboat(args)).stderr).toContain("against no checksum");
    const sums = await writeSums(archive);
    expect((await lifeboat([...args, "--ventoy-sums", sums])).stderr).not.toContain("checksum");
    await appendFile(archive, "x");
    const { status, json } = await lifeboatJson([...args, "--ventoy-sums", sums]);
    expect({ status, json }).toMatchObject({
      status: 4,
      json: { error: { code: "checksum-mismatch" } },
    });
  });
});

/** Each makes an archive in a folder of its own, and says what it is refused as. */
const HOSTILE: [what: string, code: string, make: (own: string) => Promise<string>][] = [
  [
    "cut short",
    "ventoy-archive-damaged",
    async (own) => {
      const archive = join(own, basename(release.archive));
      await copySparse(release.archive, archive);
      await truncate(archive, (await stat(archive)).size - 100);
      return archive;
    },
  ],
  [
    "of two versions",
    "ventoy-archive-mixed",
    async (own) => {
      const archive = join(own, "ventoy-9.9.8-linux.tar.gz");
      await copySparse(release.archive, archive);
      return archive;
    },
  ],
  [
    "with a link",
    "ventoy-archive-member",
    async (own) => changed(own, async (top) => symlink("/etc/passwd", join(top, "boot/extra.img"))),
  ],
  [
    "with a boot image of another size",
    "ventoy-archive-size",
    async (own) => changed(own, async (top) => truncate(join(top, "boot/boot.img"), 513)),
  ],
  [
    "with a disk image cut short",
    "ventoy-archive-size",
    async (own) =>
      changed(own, async (top) => {
        const path = join(top, "ventoy/ventoy.disk.img");
        await writeFile(path, release.diskImage.subarray(512));
        await packXz(path);
      }),
  ],
  [
    "with xz cut short",
    "ventoy-archive-damaged",
    async (own) =>
      changed(own, async (top) => {
        const path = join(top, "boot/core.img.xz");
        await truncate(path, (await stat(path)).size - 40);
      }),
  ],
  [
    "with paths out of it",
    "ventoy-archive-member",
    async (own) => {
      const archive = join(own, "ventoy-9.9.9-linux.tar.gz");
      const rename = ["-P", "--transform", "s,^.*README$,../../escaped,"];
      const tree = await ventoyTree();
      await judge("tar", ["-czf", archive, ...rename, "-C", tree, "ventoy-9.9.9"]);
      return archive;
    },
  ],
  [
    "that is none",
    "ventoy-archive-unknown",
    async (own) => {
      const archive = join(own, "ventoy-9.9.9-linux.tar.gz");
      await writeFile(archive, "not an archive");
      return archive;
    },
  ],
];

async function changed(own: string, change: (top: string) => Promise<unknown>): Promise<string> {
  const tree = join(own, "tree");
  await cp(await ventoyTree(), tree, { recursive: true });
  await change(join(tree, "ventoy-9.9.9"));
  const archive = join(own, "ventoy-9.9.9-linux.tar.gz");
  await packTree(tree, archive);
  return archive;
}

describe("nothing is written from an archive", () => {
  test.each(HOSTILE)("%s", async (_, code, make) => {
    const own = await temporaryFolder();
    const target = join(own, "target.img");
    await writeFile(target, Buffer.alloc(100 * MIB, "somebody's "));
    const before = { sum: await sha256OfFile(target), ...(await times(target)) };
    const archive = await make(own);
    const { status, json } = await lifeboatJson(["build", target, "--ventoy", archive, "--yes"]);
    expect(json).toEqual({ error: { code, message: text, hint: text } });
    expect([2, 4]).toContain(status);
    expect({ ...(await times(target)), sum: await sha256OfFile(target) }).toEqual(before);
  });
});

async function times(path: string) {
  const { mtimeNs, ctimeNs, size } = await stat(path, { bigint: true });
  return { mtimeNs, ctimeNs, size };
}

describe("is refused as usage", () => {
  test.each([
    [["--fs", "ntfs"], "exFAT"],
    [["--windows-size", "20G"], "Windows To Go"],
    [["--reserve", "1500K"], "whole MiB"],
    [["--label", "much too long a label"], "label"],
  ])("with %j", async (more, said) => {
    const own = await temporaryFolder();
    const args = [
      "build",
      join(own, "s.img"),
      "--size",
      "1G",
      "--ventoy",
      release.archive,
      "--yes",
    ];
    const { status, stderr } = await lifeboat([...args, ...more]);
    expect(status).toBe(2);
    expect(stderr).toContain(said);
    expect(await readdir(own)).toEqual([]);
  });

  test.each([
    ["--reserve", "1G"],
    ["--ventoy-sums", "sha256.txt"],
  ])("%s without --ventoy", async (flag, value) => {
    const { status, stderr } = await lifeboat(["build", "s.img", "--size", "1G", flag, value]);
    expect(status).toBe(2);
    expect(stderr).toContain(`${flag} is for Ventoy sticks`);
  });

  test("a disk that is too small", async () => {
    const args = ["build", join(folder, "small.img"), "--size", "40M", "--ventoy", release.archive];
    const { status, json } = await lifeboatJson([...args, "--reserve", "8M", "--yes"]);
    expect({ status, json }).toMatchObject({
      status: 3,
      json: { error: { code: "target-too-small" } },
    });
  });
});
