/** What `verify` says of Ventoy sticks: nothing of whole ones, and each thing that is wrong by its name. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { openFile } from "../../../../src/block/file.ts";
import type { DataFileSystem, Scheme } from "../../../../src/stick/layout.ts";
import { encodeMark } from "../../../../src/stick/ventoy/mark.ts";
import { surveyVentoy } from "../../../../src/stick/ventoy/survey.ts";
import { verifyVentoy } from "../../../../src/stick/ventoy/verify/verify.ts";
import { quietJob } from "../../../support/jobs.ts";
import { suiteFolder } from "../../../support/sticks.ts";
import { judge } from "../../../support/tools.ts";
import type { VentoyParts } from "../../../support/ventoy-release.ts";
import { ventoyParts } from "../../../support/ventoy-release.ts";
import type { MadeVentoyStick } from "../../../support/ventoy-stick.ts";
import { onDisk, ventoyStick } from "../../../support/ventoy-stick.ts";
import { releaseOf } from "../../../support/ventoy-upgrade.ts";
import { copySparse } from "../../../support/copy-sparse.ts";

const folder = await suiteFolder();
let release: VentoyParts;
const sticks = new Map<Scheme, MadeVentoyStick>();

beforeAll(async () => {
  release = await ventoyParts();
  for (const scheme of ["mbr", "gpt"] as const) {
    const files = { "/notes.txt": Buffer.from("mine") };
    const options = { scheme, release, sizeMib: 48, files };
    sticks.set(scheme, await ventoyStick(join(folder, `${scheme}.img`), options));
  }
}, 60_000);

function stickOf(scheme: Scheme): MadeVentoyStick {
  const found = sticks.get(scheme);
  if (found === undefined) throw new Error(scheme);
  return found;
}

async function verify(image: string, against: VentoyParts | null = release) {
  const disk = await openFile(image);
  try {
    const survey = await surveyVentoy(disk);
    if (survey === undefined) throw new Error("no Ventoy stick");
    const held = against === null ? undefined : releaseOf(against);
    const { ok, findings } = await verifyVentoy(disk, image, survey, held, quietJob());
    for (const { what, fix } of findings) {
      for (const text of [what, fix]) expect(text.zh).toMatch(/[\u4e00-\u9fff]/);
    }
    return { ok, findings, ids: findings.map(({ severity, id }) => `${severity} ${id}`) };
  } finally {
    await disk.close();
  }
}

let count = 0;
async function changed(
  scheme: Scheme,
  change: (image: string, stick: MadeVentoyStick) => Promise<unknown>,
) {
  const stick = stickOf(scheme);
  const image = join(folder, `changed-${count++}.img`);
  await copySparse(stick.image, image);
  await change(image, stick);
  return image;
}

const espOf = (image: string, { esp }: MadeVentoyStick) => `${image}@@${esp.startLba * 512}`;

describe.each(["mbr", "gpt"] as const)("%s", (scheme) => {
  test("a whole one has nothing wrong, with the release and without", async () => {
    const { image } = stickOf(scheme);
    expect(await verify(image, null)).toMatchObject({ ok: true, findings: [] });
    expect(await verify(image)).toMatchObject({ ok: true, findings: [] });
  });

  test.each<
    [string, readonly string[], (image: string, stick: MadeVentoyStick) => Promise<unknown>]
  >([
    [
      "boot code of something else",
      [
        "ventoy-device-check",
        "ventoy-device-check",
        "ventoy-boot-code",
        "ventoy-boot-code-differs",
      ],
      async (image) => onDisk(image, async (write) => write(0, Buffer.alloc(440, 0x90))),
    ],
    [
      "a byte of the boot code",
      ["ventoy-boot-code-differs"],
      async (image) => onDisk(image, async (write) => write(0x120, Buffer.from([7]))),
    ],
    [
      "a byte of the core image",
      ["ventoy-core-image-differs"],
      async (image) => onDisk(image, async (write) => write(600 * 512, Buffer.from([7]))),
    ],
    [
      "a core image made for the other scheme",
      ["ventoy-core-image", "ventoy-core-image-differs"],
      async (image) => {
        const at = (scheme === "gpt" ? 34 : 1) * 512 + 500;
        await onDisk(image, async (write) => write(at, Buffer.from([scheme === "gpt" ? 2 : 0x23])));
      },
    ],
    [
      "a file that the device check wants",
      ["ventoy-device-check", "ventoy-file-missing"],
      async (image, stick) => judge("mdel", ["-i", espOf(image, stick), "::/ventoy/ventoy.cpio"]),
    ],
    [
      "another file",
      ["ventoy-file-missing"],
      async (image, stick) => judge("mdel", ["-i", espOf(image, stick), "::/ventoy/marker.txt"]),
    ],
    [
      "a file with other content",
      ["ventoy-file-differs"],
      async (image, stick) => {
        const source = join(folder, "other");
        await writeFile(source, "other");
        const to = "::/grub/localboot.cfg";
        await judge("mcopy", ["-o", "-i", espOf(image, stick), source, to]);
      },
    ],
    [
      "another label",
      ["ventoy-device-check", "ventoy-partition-differs"],
      async (image, stick) => judge("mlabel", ["-i", espOf(image, stick), "::OTHER"]),
    ],
  ])("%s is named", async (_, ids, change) => {
    const image = await changed(scheme, change);
    const { ok, findings } = await verify(image);
    expect(ok).toBe(false);
    expect(findings.map(({ id }) => id)).toEqual(ids);
    for (const { fix } of findings) expect(fix.en).toContain(`lifeboat upgrade ${image} --ventoy `);
  });

  test("a file of the user's on Ventoy's partition is a warning", async () => {
    const image = await changed(scheme, async (copy, stick) =>
      judge("mcopy", ["-i", espOf(copy, stick), "-", "::/mine.txt"], { input: "mine" }),
    );
    expect(await verify(image)).toMatchObject({ ok: true, ids: ["warning ventoy-unknown-file"] });
    expect(await verify(image, null)).toMatchObject({ ok: true, ids: [] });
  });

  test("another release is said to be one, and not compared", async () => {
    const { image } = stickOf(scheme);
    const other = await ventoyParts({ version: "9.9.8" });
    expect(await verify(image, other)).toMatchObject({
      ok: true,
      ids: ["warning ventoy-other-version"],
    });
  });

  test("FATs that differ, and two files with the same clusters", async () => {
    const image = await changed(scheme, async (copy, { esp }) => {
      const volume = esp.startLba * 512;
      const bytes = await readFile(copy);
      const reserved = bytes.readUInt16LE(volume + 14);
      const sectors = bytes.readUInt16LE(volume + 22);
      const second = volume + (reserved + sectors) * 512;
      const root = volume + (reserved + 2 * sectors) * 512;
      // The second file of the folder /ventoy gets the first cluster of the first one.
      const data = root + bytes.readUInt16LE(volume + 17) * 32;
      const folderOf = (at: number, name: string): number => {
        const found = bytes.indexOf(name.padEnd(11), at);
        return data + (bytes.readUInt16LE(found + 26) - 2) * 512;
      };
      const inside = folderOf(root, "VENTOY");
      const [cpio, marker] = ["VENTOY~1CPI", "MARKER  TXT"].map((name) =>
        bytes.indexOf(name, inside),
      );
      await onDisk(copy, async (write) => {
        await write(second + 900, Buffer.from([0x77, 0x77]));
        const cluster = bytes.subarray((cpio ?? 0) + 26, (cpio ?? 0) + 28);
        await write((marker ?? 0) + 26, cluster);
      });
    });
    const { ids } = await verify(image, null);
    expect(ids).toContain("warning ventoy-fats-differ");
    expect(ids).toContain("error ventoy-shared-clusters");
  });

  test("an upgrade that was cut short is all that is said of Ventoy's part", async () => {
    const image = await changed(scheme, async (copy, { esp }) =>
      onDisk(copy, async (write) => {
        const mark = { from: "1.0", to: "2.0", secureBoot: true, backup: "/x/y.boot", started: "" };
        await write(esp.startLba * 512, encodeMark(mark));
      }),
    );
    const { ids, findings } = await verify(image);
    expect(ids).toEqual(["error ventoy-upgrade-interrupted"]);
    expect(findings[0]?.fix.en).toContain(`lifeboat restore-boot ${image} /x/y.boot`);
  });

  test("the user's file system is checked, too", async () => {
    const image = await changed(scheme, async (copy) =>
      // exFAT's bitmap says that a cluster is free which a file has.
      onDisk(copy, async (write) => write(2048 * 512 + 3, Buffer.from("EXFAT   \0\0\0\0\0x"))),
    );
    const { ids, findings } = await verify(image, null);
    expect(ids.length).toBeGreaterThan(0);
    for (const { where, repair } of findings) {
      expect(where).toMatch(/^data/);
      expect(repair).toBe("data");
    }
  });
});

test("with an MBR, the wrong active partition", async () => {
  const image = await changed("mbr", async (copy) =>
    onDisk(copy, async (write) => {
      await write(446, Buffer.from([0]));
      await write(462, Buffer.from([0x80]));
    }),
  );
  const { ids } = await verify(image, null);
  expect(ids).toEqual(["warning ventoy-active"]);
  expect((await verify(image)).ids).toEqual(["warning ventoy-active"]);
});

test("with a GPT, the entry of Ventoy's partition, and a lost backup", async () => {
  const image = await changed("gpt", async (copy) => judge("sgdisk", ["--attributes=2:=:0", copy]));
  expect((await verify(image, null)).ids).toEqual(["warning ventoy-entry"]);
  await onDisk(image, async (write) => write(48 * (1 << 20) - 512, Buffer.alloc(512)));
  const { ids } = await verify(image, null);
  expect(ids).toContain("error gpt-backup-missing");
});

test.each<[DataFileSystem]>([["fat32"], ["ntfs"], ["ext4"]])(
  "a user's partition with %s is as good as any",
  async (fileSystem) => {
    const image = join(folder, `${fileSystem}.img`);
    const files = { "/notes.txt": Buffer.from("mine") };
    await ventoyStick(image, { scheme: "mbr", release, sizeMib: 96, fileSystem, files });
    expect(await verify(image)).toMatchObject({ ok: true, findings: [] });
  },
);

test("one whose file system nobody here reads is no damage", async () => {
  const image = await changed("mbr", async (copy, { data }) =>
    onDisk(copy, async (write) => write(data.startLba * 512, Buffer.alloc(1 << 20, 0xa5))),
  );
  expect(await verify(image)).toMatchObject({ ok: true, ids: ["info data-unknown-file-system"] });
});
