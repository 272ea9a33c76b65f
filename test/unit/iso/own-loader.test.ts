/** The boot loader that an ISO brings: read out of Debian's signed programs, and compared with what other programs read or made. */
import * as fc from "fast-check";
import { copyFile, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { openFile } from "../../../src/block/file.ts";
import { MemoryRange } from "../../../src/block/memory.ts";
import { inspectIso } from "../../../src/iso/inspect.ts";
import { loadRecipes } from "../../../src/iso/recipes/library.ts";
import { findLoader } from "../../../src/iso/own-loader/find.ts";
import { readGrubPrefix } from "../../../src/iso/own-loader/grub-prefix.ts";
import { EXPECTED_SBAT_LEVEL } from "../../../src/iso/own-loader/sbat-level.ts";
import { parseSbat, readSbat, readSbatLevel, revokedBy } from "../../../src/iso/own-loader/sbat.ts";
import { readSection } from "../../../src/iso/pe-sections.ts";
import { secureBootOf } from "../../../src/iso/secure-boot-summary.ts";
import { packageRoot } from "../../../src/system/places.ts";
import { fuzzRounds, mutate } from "../../support/mutations.ts";
import { sign } from "../../support/signing.ts";
import { suiteFolder } from "../../support/sticks.ts";
import { judge, temporaryFolder } from "../../support/tools.ts";
import { VENDOR, makeVendorIso, signedPrograms } from "../../support/vendor-iso.ts";

type Programs = Awaited<ReturnType<typeof signedPrograms>>;

let folder = "";
let programs: Programs;
/** Debian's GRUB for CDs, signed by the other vendor as well. */
let vendorGrub = "";

beforeAll(async () => {
  folder = await suiteFolder();
  programs = await signedPrograms();
  vendorGrub = await sign(folder, VENDOR, programs.cdGrub);
});

async function read<T>(path: string, use: (range: MemoryRange) => Promise<T>): Promise<T> {
  return use(new MemoryRange(await readFile(path)));
}

/** The section as objcopy takes it out. */
async function sectionByObjcopy(program: string, name: string): Promise<Buffer> {
  const output = join(await temporaryFolder(), "section");
  await judge("objcopy", ["-O", "binary", `--only-section=${name}`, program, output]);
  return readFile(output);
}

/** A GRUB made here, with the prefix and the SBAT data given. */
async function makeGrub(prefix: string, sbat?: string): Promise<string> {
  const work = await temporaryFolder();
  const output = join(work, "grub.efi");
  const options = ["-O", "x86_64-efi", "-p", prefix, "-o", output];
  if (sbat !== undefined) {
    await writeFile(join(work, "sbat.csv"), sbat);
    options.push("--sbat", join(work, "sbat.csv"));
  }
  const { kernelAndModules } = programs;
  await judge("grub-mkimage", [...options, "-d", kernelAndModules, "normal", "fat", "part_gpt"]);
  return output;
}

describe("programs", () => {
  test("sections are those that objcopy takes out, also with long names", async () => {
    for (const [program, names] of [
      [programs.shim, [".sbat", ".sbatlevel", ".vendor_cert"]],
      [programs.cdGrub, [".sbat", "mods"]],
    ] as const) {
      for (const name of names) {
        const section = await read(program, async (range) => readSection(range, name, 16 << 20));
        const other = await sectionByObjcopy(program, name);
        expect(section?.equals(other.subarray(0, section.length)), name).toBe(true);
        expect(other.subarray(section?.length).every((byte) => byte === 0)).toBe(true);
      }
    }
    expect(await read(programs.shim, async (range) => readSection(range, "mods", 1 << 20))).toBe(
      undefined,
    );
  });

  test.each(["/boot/grub", "/EFI/fedora", "", "(memdisk)/boot/grub"])(
    "the prefix %j that grub-mkimage put in is found",
    async (prefix) => {
      const grub = await makeGrub(prefix);
      expect(await read(grub, readGrubPrefix)).toBe(prefix);
    },
  );

  test("Debian's signed GRUBs look where their package says", async () => {
    expect(await read(programs.cdGrub, readGrubPrefix)).toBe("/boot/grub");
    expect(await read(programs.grub, readGrubPrefix)).toBe("/EFI/debian");
    expect(await read(programs.shim, readGrubPrefix)).toBeUndefined();
  });

  test("generations are those of the CSV in the program", async () => {
    const csv = (await sectionByObjcopy(programs.cdGrub, ".sbat")).toString("latin1");
    const found = await read(programs.cdGrub, readSbat);
    expect(found?.get("grub")).toBe(Number(/^grub,(\d+),/m.exec(csv)?.[1]));
    expect(found?.get("grub.debian")).toBe(Number(/^grub\.debian,(\d+),/m.exec(csv)?.[1]));
  });

  test("the level to expect is the one that the kit's shim sets", async () => {
    expect(await read(programs.shim, readSbatLevel)).toEqual(EXPECTED_SBAT_LEVEL);
  });

  test("damage reads as something else, never as another error", async () => {
    for (const path of [programs.shim, vendorGrub]) {
      const bytes = await readFile(path);
      const areas = [{ start: 0, length: 1024 }];
      for (const name of [".sbatlevel", ".sbat", "mods"]) {
        const section = await readSection(new MemoryRange(bytes), name, 16 << 20);
        if (section !== undefined) areas.push({ start: bytes.indexOf(section), length: 64 });
      }
      await mutate(bytes, { areas, iterations: fuzzRounds(60), seed: 1 }, async (range) => {
        await readSbat(range);
        await readSbatLevel(range);
        await readGrubPrefix(range);
        await readSection(range, ".vendor_cert", 1 << 20);
      });
    }
  });
});

describe("SBAT", () => {
  test("a component that is too old is named", () => {
    const level = parseSbat("sbat,1,2025021800\nshim,4\ngrub,5\n");
    expect(revokedBy(level, parseSbat("sbat,1\ngrub,4,x\ngrub.vendor,1\n"))).toEqual({
      component: "grub",
      has: 4,
      needs: 5,
    });
    expect(revokedBy(level, parseSbat("sbat,1\ngrub,5,x\nother,0\n"))).toBeUndefined();
  });

  test("any text gives generations, none of them negative or beyond nine digits", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        for (const generation of parseSbat(text).values()) {
          expect(generation).toBeGreaterThanOrEqual(0);
          expect(generation).toBeLessThan(1e9);
        }
      }),
    );
  });
});

describe("an ISO of another vendor's", () => {
  const recipes = loadRecipes(join(packageRoot(), "grub", "recipes"));

  async function scan(loader: Record<string, string>, hidden = false) {
    const iso = await makeVendorIso(await temporaryFolder(), { loader, hidden });
    const range = await openFile(iso);
    try {
      const report = await inspectIso(range, "vendor.iso", await recipes);
      const own = new Set(report.entries.map(({ secureBoot }) => secureBoot));
      const problems = report.problems.filter(({ id }) => id.startsWith("secure-boot"));
      return { own: [...own], problems, summary: secureBootOf(report.entries) };
    } finally {
      await range.close();
    }
  }

  test.each([false, true])(
    "starts by its own shim and GRUB (only in its FAT image: %s)",
    async (hidden) => {
      const loader = {
        "BOOTX64.EFI": programs.shim,
        "grubx64.efi": vendorGrub,
        "mmx64.efi": programs.mokManager,
      };
      const { own, problems, summary } = await scan(loader, hidden);
      expect(own).toEqual(["own-loader"]);
      expect(summary).toBe("own-loader");
      expect(problems).toMatchObject([{ id: "secure-boot-own-loader", severity: "info" }]);
      expect(problems[0]?.text.en).toContain(VENDOR);
    },
  );

  test.each([
    ["no shim", async () => ({ "BOOTX64.EFI": vendorGrub }), "no shim of its own"],
    ["no GRUB", async () => ({ "BOOTX64.EFI": programs.shim }), "no GRUB beside"],
    [
      "something else for GRUB",
      async () => ({ "BOOTX64.EFI": programs.shim, "grubx64.efi": programs.mokManager }),
      "no GRUB beside",
    ],
    [
      "a GRUB that doesn't know the kernel's signer",
      async () => ({ "BOOTX64.EFI": programs.shim, "grubx64.efi": programs.cdGrub }),
      `does not know the key of "${VENDOR}"`,
    ],
    [
      "a GRUB of a revoked generation",
      async () => {
        const old = await makeGrub("/boot/grub", "sbat,1,SBAT Version\ngrub,3,x,grub,2.06,x\n");
        return { "BOOTX64.EFI": programs.shim, "grubx64.efi": await sign(folder, VENDOR, old) };
      },
      "SBAT: grub 3, 5 is wanted",
    ],
    [
      "a GRUB from before SBAT",
      async () => {
        const old = await sign(folder, VENDOR, await makeGrub("/boot/grub"));
        return { "BOOTX64.EFI": programs.shim, "grubx64.efi": old };
      },
      "GRUB is from before 2021",
    ],
    [
      "a GRUB that would read the stick's own files",
      async () => {
        const sly = await makeGrub("/lifeboat/grub", "sbat,1,SBAT Version\ngrub,5,x,grub,2.06,x\n");
        return { "BOOTX64.EFI": programs.shim, "grubx64.efi": await sign(folder, VENDOR, sly) };
      },
      'its configuration in "/lifeboat/grub"',
    ],
  ])("with %s does not, and says why", async (_name, loader, why) => {
    const { own, problems, summary } = await scan(await loader());
    expect(own).toEqual(["other-vendor"]);
    expect(summary).toBe("no");
    expect(problems).toMatchObject([{ id: "secure-boot-other-vendor", severity: "warning" }]);
    expect(problems[0]?.text.en).toContain(why);
  });

  test("a shim that Microsoft didn't sign is none for the firmware", async () => {
    const bare = join(folder, "shim-unsigned.efi");
    await copyFile(programs.shim, bare);
    await judge("sbattach", ["--remove", bare]);
    await judge("sbattach", ["--remove", bare], { accept: [0, 1] });
    const { problems } = await scan({
      "BOOTX64.EFI": await sign(folder, VENDOR, bare),
      "grubx64.efi": vendorGrub,
    });
    expect(problems[0]?.text.en).toContain("not signed by Microsoft");
  });

  test("damage in its FAT image hides the boot loader and nothing else", async () => {
    const loader = { "BOOTX64.EFI": programs.shim, "grubx64.efi": vendorGrub };
    const iso = await makeVendorIso(await temporaryFolder(), { loader, hidden: true });
    const bytes = await readFile(iso);
    const fat = bytes.indexOf("mkfs.fat");
    const areas = [{ start: fat - 3, length: 4096 }];
    const { IsoTree } = await import("../../../src/iso/tree.ts");
    const { openIso9660 } = await import("../../../src/filesystems/iso9660/index.ts");
    const refused = await mutate(
      bytes,
      { areas, iterations: fuzzRounds(20), seed: 7 },
      async (range) => {
        await findLoader(new IsoTree(await openIso9660(range)), range);
      },
    );
    expect(refused).toBe(0);
  });
});
