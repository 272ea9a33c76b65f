/** `verify --fix`: each kind of damage is found, mended, and then neither we nor the real tools find anything. */
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { openFile } from "../../../src/block/file.ts";
import { readPartitions } from "../../../src/disks/partitions.ts";
import { addFiles } from "../../../src/stick/add.ts";
import { recogniseStick } from "../../../src/stick/stick.ts";
import type { FixResult } from "../../../src/stick/verify/fix.ts";
import { fixStick } from "../../../src/stick/verify/fix.ts";
import { verifyStick } from "../../../src/stick/verify/verify.ts";
import { VERSION } from "../../../src/system/version.ts";
import { quietJob } from "../../support/jobs.ts";
import { testKit } from "../../support/kit.ts";
import {
  MIB,
  buildStick,
  expectCleanStick,
  fixtureIso,
  named,
  refreshTools,
  sha256OfFile,
  hashesByOthers,
  suiteFolder,
  withStick,
} from "../../support/sticks.ts";
import { judge } from "../../support/tools.ts";
import { copySparse } from "../../support/copy-sparse.ts";

const SECTOR = 512;
/** The fixtures' kernels are signed by nobody: nothing of the stick's is wrong. */
const UNSIGNED = "secure-boot-unsigned";

let folder = "";
let iso = "";
let installer = "";

beforeAll(async () => {
  folder = await suiteFolder();
  iso = await named(await fixtureIso("debian-live", folder), join(folder, "a"), "live.iso");
  installer = await fixtureIso("debian-installer", folder);
  for (const scheme of ["gpt", "mbr"] as const) {
    const image = original(scheme);
    await buildStick(image, { scheme, sizeBytes: 360 * MIB, isos: [iso] });
    const tools = await refreshTools();
    // Its entries want a file on the ESP.
    await withStick(image, async (stick) => addFiles(stick, [installer], tools, quietJob()));
  }
  await buildStick(original("ntfs"), { fileSystem: "ntfs", sizeBytes: 360 * MIB, isos: [iso] });
});

/** By scheme; all but the last with exFAT. */
const original = (kind: Kind): string => join(folder, `${kind}.img`);

interface Stick {
  readonly image: string;
  /** Bytes. */
  readonly size: number;
  readonly esp: number;
  readonly data: number;
}

type Kind = "gpt" | "mbr" | "ntfs";

interface Damage {
  readonly name: string;
  readonly kind?: Kind;
  readonly does: (stick: Stick) => Promise<unknown>;
  /** Ids that `verify` gives it. */
  readonly ids: readonly string[];
}

async function overwrite(image: string, offset: number, data: Uint8Array): Promise<void> {
  const file = await openFile(image, { writable: true });
  await file.write(offset, data);
  await file.close();
}

const noise = (bytes: number): Buffer => Buffer.alloc(bytes, 0xa7);

/** Offsets on the disk of the MFT and of its mirror, from the boot sector; clusters are 4 KiB. */
async function ntfsPlaces(image: string, data: number): Promise<{ mft: number; mirror: number }> {
  const file = await openFile(image);
  const boot = Buffer.alloc(SECTOR);
  await file.read(data, boot);
  await file.close();
  const at = (offset: number) => data + Number(boot.readBigUInt64LE(offset)) * 4096;
  return { mft: at(48), mirror: at(56) };
}

const mtools = async ({ image, esp }: Stick, program: string, ...args: string[]) =>
  judge(program, ["-i", `${image}@@${esp}`, ...args]);

const DAMAGES: readonly Damage[] = [
  {
    name: "the primary GPT is overwritten",
    does: async ({ image }) => overwrite(image, SECTOR, noise(SECTOR)),
    ids: ["gpt-primary-missing"],
  },
  {
    name: "an entry of the primary GPT is changed",
    does: async ({ image }) => overwrite(image, 2 * SECTOR + 40, noise(4)),
    ids: ["gpt-primary-entries-crc"],
  },
  {
    name: "the backup GPT is overwritten",
    does: async ({ image, size }) => overwrite(image, size - SECTOR, noise(SECTOR)),
    ids: ["gpt-backup-missing"],
  },
  {
    name: "the protective MBR is gone",
    does: async ({ image }) => overwrite(image, 446, Buffer.alloc(66)),
    ids: ["gpt-no-protective-mbr"],
  },
  {
    name: "the data partition is renamed",
    does: async ({ image }) => judge("sgdisk", ["-c", "1:USB", image]),
    ids: ["stick-renamed"],
  },
  {
    name: "the MBR's disk signature is changed",
    kind: "mbr",
    does: async ({ image }) => judge("sfdisk", ["--disk-id", image, "0x12345678"]),
    ids: ["stick-renamed"],
  },
  {
    name: "the boot code is another system's",
    does: async ({ image }) => overwrite(image, 0, noise(440)),
    ids: ["boot-code-changed"],
  },
  {
    name: "GRUB's core image is damaged",
    kind: "mbr",
    does: async ({ image }) => overwrite(image, 50 * SECTOR, noise(8)),
    ids: ["core-image-changed"],
  },
  {
    name: "a boot loader is gone from the ESP, another is changed",
    does: async (stick) => {
      await mtools(stick, "mdel", "::/EFI/BOOT/grubx64.efi");
      await mtools(stick, "mcopy", "-o", iso, "::/EFI/BOOT/BOOTX64.EFI");
    },
    ids: ["stage-file-missing", "stage-file-changed"],
  },
  {
    name: "the ESP's two FATs differ",
    does: async ({ image, esp }) => {
      // The second FAT is as long as the first; its place is in the boot sector.
      const file = await openFile(image);
      const boot = Buffer.alloc(SECTOR);
      await file.read(esp, boot);
      await file.close();
      const second = boot.readUInt16LE(14) + boot.readUInt32LE(36);
      await overwrite(image, esp + second * SECTOR + 64, noise(16));
    },
    ids: ["fats-differ"],
  },
  {
    name: "the ESP's boot sector is overwritten",
    does: async ({ image, esp }) => overwrite(image, esp, noise(SECTOR)),
    ids: [],
  },
  {
    name: "the data partition's boot sector is overwritten",
    does: async ({ image, data }) => overwrite(image, data, noise(SECTOR)),
    ids: ["boot-region"],
  },
  {
    name: "an NTFS data partition's boot sector is overwritten",
    kind: "ntfs",
    does: async ({ image, data }) => overwrite(image, data, noise(SECTOR)),
    ids: ["boot-sector"],
  },
  {
    name: "NTFS' root directory was cut in the middle of a write, and the mirror of its MFT is damaged",
    kind: "ntfs",
    does: async ({ image, data }) => {
      const { mft, mirror } = await ntfsPlaces(image, data);
      await overwrite(image, mft + 5 * 1024 + 1022, noise(2));
      await overwrite(image, mirror, noise(SECTOR));
    },
    ids: ["torn-directory", "mirror-differs"],
  },
  {
    name: "the menu is gone",
    does: async (stick) => {
      await mtools(stick, "mdel", "::/lifeboat/menu-a/menu.cfg", "::/lifeboat/menu-b/menu.cfg");
    },
    ids: ["menu-damaged"],
  },
  {
    name: "what the menu names on the ESP is gone",
    does: async (stick) => mtools(stick, "mdeltree", "::/lifeboat/boot"),
    ids: ["copy-missing"],
  },
  {
    name: "a file was left there by an interrupted refresh",
    does: async (stick) => mtools(stick, "mcopy", iso, "::/lifeboat/extra-0.iso"),
    ids: ["esp-unknown-file"],
  },
];

async function damaged({ kind = "gpt", does }: Damage): Promise<Stick> {
  const image = join(folder, "damaged.img");
  await copySparse(original(kind), image);
  const file = await openFile(image);
  const { partitions } = await readPartitions(file);
  await file.close();
  const startOf = (wanted: number) =>
    (partitions.find(({ number }) => number === wanted)?.startLba ?? 0) * SECTOR;
  const stick = { image, size: file.size, esp: startOf(2), data: startOf(1) };
  await does(stick);
  return stick;
}

async function fix(image: string): Promise<FixResult> {
  const disk = await openFile(image, { writable: true });
  const tools = {
    ...(await refreshTools()),
    kit: await testKit(),
    version: VERSION,
    now: new Date(),
    backupFile: `${image}.boot`,
    beforeReadBack: async () => {},
  };
  await rm(tools.backupFile, { force: true });
  try {
    const options = { deep: true, recipes: tools.recipes };
    return await fixStick(disk, image, options, tools, quietJob());
  } finally {
    await disk.close();
  }
}

async function idsOf(image: string): Promise<string[]> {
  const disk = await openFile(image);
  try {
    const stick = await recogniseStick(disk, image);
    const { recipes, run } = await refreshTools();
    const { findings } = await verifyStick(stick, { deep: false, recipes }, run, quietJob());
    return findings.map(({ id }) => id);
  } finally {
    await disk.close();
  }
}

describe.each(DAMAGES)("$name", (damage) => {
  test("is found, mended, and nobody finds anything after that", async () => {
    const { image } = await damaged(damage);
    if (damage.ids.length > 0)
      expect(await idsOf(image)).toEqual(expect.arrayContaining([...damage.ids]));

    const { ok, findings, fixed } = await fix(image);
    expect(findings.filter(({ severity, id }) => severity !== "info" && id !== UNSIGNED)).toEqual(
      [],
    );
    expect(ok).toBe(true);
    const left = damage.ids.includes("esp-unknown-file");
    expect(fixed.length > 0).toBe(!left);
    expect(findings.some(({ id }) => id === "esp-unknown-file")).toBe(left);

    const fileSystem = damage.kind === "ntfs" ? "ntfs" : "exfat";
    await expectCleanStick(image, fileSystem);
    const [hash] = await hashesByOthers(image, fileSystem, ["/live.iso"], [iso]);
    expect(hash).toBe(await sha256OfFile(iso));
    expect((await fix(image)).fixed).toEqual([]);
  });
});

test("a stick that is as it should be isn't written", async () => {
  const { image } = await damaged({ name: "", ids: [], does: async () => undefined });
  const before = await sha256OfFile(image);
  expect((await fix(image)).findings.filter(({ id }) => id !== UNSIGNED)).toEqual([]);
  expect(await sha256OfFile(image)).toBe(before);
});
