/** The files of ISOs on the ESP: all of a set or none, and nothing that is named is ever removed. */
import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { ByteRange } from "../../../src/block/byte-range.ts";
import { MemoryRange } from "../../../src/block/memory.ts";
import type { Fat32Volume } from "../../../src/filesystems/fat32/index.ts";
import { formatFat32, openFat32 } from "../../../src/filesystems/fat32/index.ts";
import { walk } from "../../../src/filesystems/walk.ts";
import { readWhole } from "../../../src/stick/esp/files.ts";
import { EspStore, STORE_FOLDERS } from "../../../src/stick/esp/store.ts";
import type { IsoRecord } from "../../../src/stick/manifest.ts";
import { LifeboatError } from "../../../src/system/errors.ts";

const MIB = 1 << 20;
const FORMAT = { label: "ESP", volumeId: 1, now: new Date(2026, 10, 21) };
const { boot, extra, loaders } = STORE_FOLDERS;

/** The least that FAT32 takes: 34 MiB and some. */
async function newEsp(range: ByteRange = new MemoryRange(36 * MIB)): Promise<Fat32Volume> {
  await formatFat32(range, FORMAT);
  return openFat32(range);
}

async function filesOn(esp: Fat32Volume): Promise<string[]> {
  const found: string[] = [];
  for await (const { path, kind } of walk(esp)) if (kind === "file") found.push(path);
  return found.toSorted();
}

const of = (path: string, bytes: number, fill = "x") => ({
  path,
  source: new MemoryRange(Buffer.alloc(bytes, fill)),
});

/** A record with nothing but what it names on the ESP. */
function record(named: Partial<IsoRecord>): IsoRecord {
  return named as IsoRecord;
}

test("a set is written as a whole, with its folders, and not again", async () => {
  const esp = await newEsp();
  const store = new EspStore(esp, []);
  const files = [
    of(`${boot}/1/a`, 5000),
    { path: `${loaders}/1/grub.cfg`, data: Buffer.from("a") },
  ];
  expect(await store.put(files)).toBe("there");
  expect(await filesOn(esp)).toEqual([`${boot}/1/a`, `${loaders}/1/grub.cfg`]);
  const { changes } = esp;
  expect(await store.put(files)).toBe("there");
  expect(esp.changes).toBe(changes);
  // Of the same length, but other text; of another length.
  await store.put([
    { path: `${loaders}/1/grub.cfg`, data: Buffer.from("b") },
    of(`${boot}/1/a`, 6),
  ]);
  expect((await readWhole(esp, `${loaders}/1/grub.cfg`))?.toString()).toBe("b");
  expect((await esp.find(`${boot}/1/a`))?.sizeBytes).toBe(6);
});

test("what has no room leaves the room for menus, and nothing of its set", async () => {
  const esp = await newEsp();
  const store = new EspStore(esp, []);
  const free = esp.freeBytes;
  expect(await store.put([of(`${boot}/1/small`, 10), of(`${boot}/1/large`, free - 8 * MIB)])).toBe(
    "full",
  );
  expect(await filesOn(esp)).toEqual([]);
  expect(store.lacksRoom).toBe(true);
  expect(await new EspStore(esp, []).put([of(`${boot}/1/a`, free - 9 * MIB)])).toBe("there");
});

test("a source that can't be read is told apart from an ESP that can't be written", async () => {
  class Broken extends MemoryRange {
    armed = false;
    fail(): void {
      if (this.armed) throw new LifeboatError("broken", { en: "broken", zh: "坏" });
    }
    override async read(offset: number, into: Uint8Array): Promise<void> {
      this.fail();
      await super.read(offset, into);
    }
    override async write(offset: number, data: Uint8Array): Promise<void> {
      this.fail();
      await super.write(offset, data);
    }
  }
  const medium = new Broken(36 * MIB);
  const esp = await newEsp(medium);
  const source = new Broken(100);
  source.armed = true;
  const store = new EspStore(esp, []);
  expect(await store.put([of(`${boot}/1/a`, 10), { path: `${boot}/1/b`, source }])).toBe(
    "unreadable",
  );
  expect(await filesOn(esp)).toEqual([]);
  await esp.makeDirectory("/lifeboat");
  medium.armed = true;
  await expect(store.put([of(`${boot}/1/a`, 10)])).rejects.toThrow("broken");
});

test("orphans make room; what the menu in use names, and what was put before, doesn't", async () => {
  const esp = await newEsp();
  const MIB_EACH = 2 * MIB;
  const paths = {
    copy: `${boot}/1/kernel`,
    list: `${boot}/2/persist.cpio`,
    injected: `${extra}/1.cpio`,
    answers: `${extra}/2.cpio`,
    shim: `${loaders}/1/selected/shimx64.efi`,
  };
  const inUse = [
    record({
      copies: { "/k": paths.copy.toUpperCase() },
      persistenceFile: { path: "/p", extents: [], uuid: "", list: paths.list },
      extras: { injected: paths.injected, answers: [{ file: "/f", cpio: paths.answers }] },
      ownLoader: { folder: `${loaders}/1`, prefix: "" },
    }),
  ];
  const stray = [`${boot}/1/other`, `${boot}/3/kernel`, `${extra}/3.cpio`, `${loaders}/2/x/y`];
  const data = Buffer.alloc(MIB_EACH);
  const all = [...Object.values(paths), ...stray, "/lifeboat/other", "/EFI/BOOT/x"];
  await esp.writeTree(all.map((path) => ({ path, data })));

  const unsure = new EspStore(esp, undefined);
  const free = esp.freeBytes - 8 * MIB;
  expect(await unsure.put([of(`${boot}/4/a`, free + MIB)])).toBe("full");
  expect(await filesOn(esp)).toEqual(all.toSorted());

  const store = new EspStore(esp, inUse);
  expect(await store.put([of(`${boot}/4/a`, 100)])).toBe("there");
  expect(await filesOn(esp)).toHaveLength(all.length + 1);
  expect(await store.put([of(`${boot}/5/a`, free + 3 * MIB_EACH)])).toBe("there");
  const kept = [...Object.values(paths), "/lifeboat/other", "/EFI/BOOT/x"];
  expect(await filesOn(esp)).toEqual([...kept, `${boot}/4/a`, `${boot}/5/a`].toSorted());
  expect((await esp.list(loaders)).map(({ name }) => name)).toEqual(["1"]);
  expect(store.lacksRoom).toBe(false);

  expect(await store.removeUnused()).toBe(true);
  const left = ["/lifeboat/other", "/EFI/BOOT/x", `${boot}/4/a`, `${boot}/5/a`];
  expect(await filesOn(esp)).toEqual(left.toSorted());
  expect((await esp.list(boot)).map(({ name }) => name).toSorted()).toEqual(["4", "5"]);
  expect(await store.removeUnused()).toBe(false);
});

test("whatever is wanted of whatever is there: named files stay, and wanted ones are there or told", async () => {
  const names = [`${boot}/1/a`, `${boot}/1/b`, `${boot}/2/a`, `${extra}/a`, `${loaders}/1/s/a`];
  const path = fc.constantFrom(...names);
  const sets = fc.array(fc.tuple(path, fc.integer({ min: 1, max: 12 })), { maxLength: 6 });
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(path),
      fc.uniqueArray(path),
      sets,
      async (there, used, wanted) => {
        const esp = await newEsp();
        await esp.writeTree(there.map((one) => ({ path: one, data: Buffer.alloc(MIB) })));
        const isThere = used.filter((one) => there.includes(one));
        const store = new EspStore(esp, [
          record({ copies: Object.fromEntries(isThere.map((one) => [one, one])) }),
        ]);
        const put = new Set<string>();
        for (const [one, mib] of wanted) {
          const outcome = await store.put([of(one, mib * MIB)]);
          if (outcome === "there") put.add(one);
          const now = await filesOn(esp);
          for (const kept of [...isThere, ...put]) expect(now).toContain(kept);
          expect(esp.freeBytes).toBeGreaterThan(7.9 * MIB);
        }
        await store.removeUnused();
        expect(await filesOn(esp)).toEqual([...put].toSorted());
      },
    ),
    { numRuns: 25 },
  );
});
