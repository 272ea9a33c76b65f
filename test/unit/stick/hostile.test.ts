/** ISOs with names and insides that mean harm: each gets an entry or a finding, and the menu stays one that GRUB takes. */
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { addFiles } from "../../../src/stick/add.ts";
import { readActiveSlot, readSlot } from "../../../src/stick/menu/slots.ts";
import type { RefreshTools } from "../../../src/stick/refresh.ts";
import { refreshStick } from "../../../src/stick/refresh.ts";
import { verifyStick } from "../../../src/stick/verify/verify.ts";
import { buildFixture, loadFixtures } from "../../support/iso-fixtures.ts";
import { quietJob } from "../../support/jobs.ts";
import {
  buildStick,
  expectCleanStick,
  fixtureIso,
  hashesByOthers,
  named,
  planStick,
  refreshTools,
  sha256OfFile,
  suiteFolder,
  withStick,
} from "../../support/sticks.ts";
import { judge } from "../../support/tools.ts";

let folder = "";
let debian = "";
let memtest = "";
let tools: RefreshTools;

beforeAll(async () => {
  folder = await suiteFolder();
  tools = await refreshTools();
  debian = await fixtureIso("debian-live", folder);
  memtest = await fixtureIso("memtest86+", folder);
});

const add = async (image: string, files: string[]) =>
  withStick(image, async (stick) => addFiles(stick, files, tools, quietJob()));

async function slotOf(image: string) {
  const slot = await withStick(image, async ({ bootVolume: esp }) =>
    readSlot(esp, await readActiveSlot(esp)),
  );
  await writeFile(`${image}.cfg`, slot?.menu ?? "if");
  await judge("grub-script-check", [`${image}.cfg`]);
  return { menu: slot?.menu ?? "", isos: slot?.records.isos ?? [] };
}

describe("names", () => {
  // Two ISOs that call themselves the same are told apart by their paths: so the names reach the menu.
  const HOSTILE = [
    "a'; halt; ${x} b.iso",
    "$(reboot) `halt` \\ {}.iso",
    "--class x %d # }.iso",
    "‮gpj.iso",
    "🛟 救援.iso",
  ];

  test.each([
    ["exfat", HOSTILE],
    ["ext4", [...HOSTILE, 'a"; halt; .iso', "back\\slash*?.iso"]],
  ] as const)("that would break a menu, on %s", async (fileSystem, names) => {
    const image = join(folder, `names-${fileSystem}.img`);
    await buildStick(image, { fileSystem });
    const isos: string[] = [];
    for (const name of names) isos.push(await named(memtest, join(folder, fileSystem), name));
    const storable =
      fileSystem === "ext4" ? names : names.map((name) => name.replaceAll("\\", "_"));
    const result = await add(image, isos);
    expect(result.files.map(({ path }) => path)).toEqual(storable.map((name) => `/${name}`));
    expect(result.notes).toHaveLength(
      storable.filter((name, index) => name !== names[index]).length,
    );

    const { menu } = await slotOf(image);
    expect(menu.match(/if lifeboat_open/g)).toHaveLength(names.length * 2);
    expect(menu).toContain(
      String.raw`'Memtest86+ (/a'\''; halt; \${x} b.iso)'`.replace("\\$", "$"),
    );
    // No word of a name stands where GRUB would take it for a command.
    expect(menu).not.toMatch(/^\s*(halt|reboot);/m);
    const original = await sha256OfFile(memtest);
    const hashes = await hashesByOthers(
      image,
      fileSystem,
      storable.map((name) => `/${name}`),
      isos,
    );
    expect(hashes).toEqual(isos.map(() => original));
    await expectCleanStick(image, fileSystem);
  });

  test.each(["exfat", "ntfs", "fat32"] as const)(
    "that %s can't hold are replaced, and the user told",
    async (fileSystem) => {
      const image = join(folder, `replaced-${fileSystem}.img`);
      const iso = await named(debian, join(folder, fileSystem), 'a"; halt; <b>|c?.iso');
      const { files, plan } = await buildStick(image, { fileSystem, isos: [iso] });
      const path = "/a_; halt; _b__c_.iso";
      expect(files.map((file) => file.path)).toEqual([path]);
      expect(plan.notes[0]?.en).toContain("can't be stored under this name");
      expect(await hashesByOthers(image, fileSystem, [path], [iso])).toEqual([
        await sha256OfFile(iso),
      ]);
      await slotOf(image);
    },
  );

  test("that would be the same on the stick are refused before anything is written", async () => {
    const image = join(folder, "same.img");
    await buildStick(image);
    const before = await sha256OfFile(image);
    const one = await named(debian, join(folder, "same"), "x?.iso");
    const other = await named(debian, join(folder, "same"), "X*.iso");
    await expect(add(image, [one, other])).rejects.toMatchObject({
      code: "same-name",
      kind: "usage",
    });
    expect(await sha256OfFile(image)).toBe(before);
  });
});

/** A directory record of the image's root: its offset, by the name that ISO 9660 has for it. */
function recordIn(image: Buffer, name: string): number {
  const root = image.readUInt32LE(16 * 2048 + 156 + 2) * 2048;
  for (let at = root; image.readUInt8(at) !== 0; at += image.readUInt8(at)) {
    const length = image.readUInt8(at + 32);
    if (image.toString("latin1", at + 33, at + 33 + length) === name) return at;
  }
  throw new Error(`no ${name}`);
}

function pointTo(image: Buffer, record: number, block: number): void {
  image.writeUInt32LE(block, record + 2);
  image.writeUInt32BE(block, record + 6);
}

describe("insides", () => {
  const broken: [string, (image: Buffer) => Buffer, RegExp][] = [
    ["empty", () => Buffer.alloc(0), /empty-file/],
    ["one byte", () => Buffer.alloc(1), /not-an-iso/],
    ["zeroes", (image) => Buffer.alloc(image.length), /not-an-iso/],
    ["truncated", (image) => image.subarray(0, image.length / 2), /iso-truncated/],
    ["cut in its first descriptor", (image) => image.subarray(0, 17 * 2048 - 1), /not-an-iso/],
    [
      "tree that loops",
      (image) => {
        pointTo(image, recordIn(image, "LIVE"), image.readUInt32LE(16 * 2048 + 156 + 2));
        return image;
      },
      /./,
    ],
    [
      "tree outside of the file",
      (image) => {
        pointTo(image, recordIn(image, "LIVE"), 0x00ffffff);
        return image;
      },
      /./,
    ],
    [
      "root outside of the file",
      (image) => {
        pointTo(image, 16 * 2048 + 156, 0x7fffffff);
        return image;
      },
      /iso-damaged|iso-truncated/,
    ],
    [
      "volume larger than any file",
      (image) => {
        image.writeUInt32LE(0xffffffff, 16 * 2048 + 80);
        image.writeUInt32BE(0xffffffff, 16 * 2048 + 84);
        return image;
      },
      /iso-truncated/,
    ],
  ];

  test("that are broken give findings; the sound one beside them starts", async () => {
    const fixture = (await loadFixtures()).find(({ family }) => family === "debian-live");
    if (fixture === undefined) throw new Error("no fixture");
    const plain = await buildFixture({ ...fixture, id: "plain" }, folder, ["-R"]);
    const files: string[] = [];
    for (const [name, change] of broken) {
      const path = join(folder, `${name}.iso`);
      await writeFile(path, change(await readFile(plain)));
      files.push(path);
    }
    const image = join(folder, "broken.img");
    // One half by `build`, the other by somebody else's program.
    await buildStick(image, { fileSystem: "fat32", isos: [debian, ...files.slice(0, 5)] });
    await judge("mcopy", ["-i", `${image}@@1M`, ...files.slice(5), "::"]);
    await withStick(image, async (stick) => refreshStick(stick, tools, quietJob()));

    const { menu, isos } = await slotOf(image);
    expect(isos).toHaveLength(broken.length + 1);
    for (const [name, , problem] of broken) {
      const iso = isos.find(({ path }) => path === `/${name}.iso`);
      const ids = iso?.problems.map(({ id }) => id).join(" ");
      expect(iso?.entries.length === 0 ? ids : `${ids} has entries`, name).toMatch(problem);
      if (iso?.entries.length === 0) expect(menu).toContain(`${name} (what is wrong with it)`);
    }
    expect(menu).toContain("submenu 'Debian GNU/Linux Live 13.4.0'");
    const again = await withStick(image, async (stick) => refreshStick(stick, tools, quietJob()));
    expect(again.changed).toBe(false);
    const { ok } = await withStick(image, async (stick) =>
      verifyStick(stick, { deep: true }, tools.run, quietJob()),
    );
    expect(ok).toBe(true);
    await expectCleanStick(image, "fat32");
  });
});

test("FAT32 refuses a file of 4 GiB, and says what to do", async () => {
  const big = join(folder, "big.iso");
  await writeFile(big, "");
  await judge("truncate", ["-s", "4G", big]);
  const image = join(folder, "small.img");
  const options = { fileSystem: "fat32", isos: [big], sizeBytes: 8 * 2 ** 30 } as const;
  await expect(planStick(image, options)).rejects.toMatchObject({
    code: "file-too-large",
    kind: "usage",
    hint: { en: "Build the stick with --fs exfat, ntfs or ext4" },
  });
  await buildStick(image, { fileSystem: "fat32" });
  const before = await sha256OfFile(image);
  await expect(add(image, [big])).rejects.toMatchObject({ code: "file-too-large" });
  expect(await sha256OfFile(image)).toBe(before);
  await rm(big);
});
