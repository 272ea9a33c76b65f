/** `sync` from a folder: what is new comes, what changed is replaced, what is retired goes, and nothing else is touched. */
import { createHash, randomBytes } from "node:crypto";
import { copyFileSync } from "node:fs";
import { mkdir, readFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { addFiles } from "../../../src/stick/add.ts";
import { readActiveSlot, readSlot } from "../../../src/stick/menu/slots.ts";
import { openData } from "../../../src/stick/stick.ts";
import { refuseOtherPlan } from "../../../src/stick/sync/as-shown.ts";
import { earlierSources } from "../../../src/stick/sync/earlier.ts";
import { STATE_PATH } from "../../../src/stick/sync/state.ts";
import { verifyStick } from "../../../src/stick/verify/verify.ts";
import { run } from "../../../src/system/run.ts";
import { cancelledJob, quietJob } from "../../support/jobs.ts";
import {
  MIB,
  buildStick,
  expectCleanStick,
  fixtureIso,
  hashesByOthers,
  refreshTools,
  sha256OfFile,
  suiteFolder,
  withStick,
} from "../../support/sticks.ts";
import { brief, imagesOn, lay, planOf, syncImage } from "../../support/sync.ts";
import { judge } from "../../support/tools.ts";

let folder = "";
let empty = "";
let image = "";
let library = "";
let iso = "";
let count = 0;

beforeAll(async () => {
  folder = await suiteFolder();
  empty = join(folder, "empty.img");
  await buildStick(empty, { fileSystem: "fat32", sizeBytes: 420 * MIB });
  iso = await fixtureIso("tinycore", folder);
});

/** Each test has a stick and a library of its own. */
beforeEach(async () => {
  count += 1;
  image = join(folder, `stick-${count}.img`);
  library = join(folder, `library-${count}`);
  await judge("cp", ["--sparse=always", empty, image]);
  await mkdir(library);
});

const sha256 = (data: Uint8Array) => createHash("sha256").update(data).digest("hex");

test("new files come with their folders, and the menu starts them", async () => {
  await lay(library, "linux/tiny core.iso", await readFile(iso));
  await lay(library, "深/空.img", Buffer.alloc(0));
  await lay(library, "notes.txt", "no image");
  const result = await syncImage(image, library);
  expect(brief(result.plan)).toEqual(["add /linux/tiny core.iso new", "add /深/空.img new"]);
  expect(result.entries).toBeGreaterThan(0);
  expect(await imagesOn(image)).toEqual(["/linux/tiny core.iso", "/深/空.img"]);
  expect(await hashesByOthers(image, "fat32", ["/linux/tiny core.iso"])).toEqual([
    await sha256OfFile(iso),
  ]);
  await expectCleanStick(image, "fat32");
  const again = await syncImage(image, library);
  expect(brief(again.plan)).toEqual([
    "keep /linux/tiny core.iso same-size-and-time",
    "keep /深/空.img same-size-and-time",
  ]);
});

test("a second sync without changes writes nothing at all", async () => {
  await lay(library, "a.img", randomBytes(5000));
  await syncImage(image, library);
  const before = await sha256OfFile(image);
  expect(await syncImage(image, library)).toMatchObject({ changed: false, done: [], gone: [] });
  expect(await sha256OfFile(image)).toBe(before);
});

test("a dry run writes nothing", async () => {
  await lay(library, "a.img", randomBytes(5000));
  await syncImage(image, library);
  await lay(library, "b.img", randomBytes(5000));
  await rm(join(library, "a.img"));
  const before = [await sha256OfFile(image), (await stat(image)).mtimeMs];
  expect(brief(await planOf(image, library))).toEqual(["add /b.img new", "remove /a.img retired"]);
  expect([await sha256OfFile(image), (await stat(image)).mtimeMs]).toEqual(before);
});

describe("what is the same", () => {
  test("changed files are replaced, by size and by time; time zones are no change", async () => {
    const data = randomBytes(5000);
    await lay(library, "size.img", data);
    await lay(library, "time.img", data);
    await lay(library, "zone.img", data, "2025-01-02T03:04:07Z");
    await syncImage(image, library);
    await lay(library, "size.img", randomBytes(5001));
    await lay(library, "time.img", randomBytes(5000), "2025-01-02T03:04:16Z");
    await lay(library, "zone.img", data, "2025-01-02T11:49:06Z");
    const result = await syncImage(image, library);
    expect(brief(result.plan)).toEqual([
      "replace /size.img size",
      "replace /time.img time",
      "keep /zone.img same-size-and-time",
    ]);
    const files = ["size.img", "time.img", "zone.img"];
    expect(
      await hashesByOthers(
        image,
        "fat32",
        files.map((name) => `/${name}`),
      ),
    ).toEqual(await Promise.all(files.map(async (name) => sha256OfFile(join(library, name)))));
  });

  test("a published checksum is stronger than the time", async () => {
    const data = randomBytes(5000);
    await lay(library, "a.img", data);
    await lay(library, "b.img", data);
    await lay(library, "SHA256SUMS", `${sha256(data)}  a.img\n`);
    await lay(library, "b.img.sha256", `SHA256 (b.img) = ${sha256(data)}\n`);
    await syncImage(image, library);
    const other = randomBytes(5000);
    await lay(library, "a.img", data, "2026-01-01T00:00:00Z");
    await lay(library, "b.img", other);
    await lay(library, "b.img.sha256", `SHA256 (b.img) = ${sha256(other)}\n`);
    const result = await syncImage(image, library);
    expect(brief(result.plan)).toEqual(["replace /b.img checksum", "keep /a.img same-checksum"]);
    expect(await hashesByOthers(image, "fat32", ["/b.img"])).toEqual([sha256(other)]);
  });

  test.each(["md5", "sha1", "sha256", "sha512"])(
    "content that isn't what %s says is not kept, and the others are",
    async (algorithm) => {
      const old = randomBytes(5000);
      await lay(library, "a.img", old);
      await lay(library, "b.img", randomBytes(5000));
      await syncImage(image, library);
      const good = randomBytes(6000);
      const sum = (data: Uint8Array) => createHash(algorithm).update(data).digest("hex");
      await lay(library, "a.img", randomBytes(6000));
      await lay(library, "b.img", good);
      await lay(library, `${algorithm}sums`, `${sum(good)}  a.img\n${sum(good)}  b.img\n`);
      const result = await syncImage(image, library);
      expect(result.failed).toMatchObject([
        { path: "/a.img", error: { code: "checksum-mismatch", kind: "damaged" } },
      ]);
      expect(result.done).toMatchObject([{ path: "/b.img" }]);
      expect(await hashesByOthers(image, "fat32", ["/a.img", "/b.img"])).toEqual([
        sha256(old),
        sha256(good),
      ]);
      await expectCleanStick(image, "fat32");
    },
  );
});

describe("what is removed", () => {
  test("only what an earlier sync put there, and nobody has changed since", async () => {
    const mine = await lay(folder, `mine-${count}.img`, randomBytes(3000));
    for (const name of ["keep", "gone", "edited"]) {
      await lay(library, `${name}.img`, randomBytes(5000));
    }
    await withStick(image, async (stick) =>
      addFiles(stick, [mine], await refreshTools(), quietJob()),
    );
    await syncImage(image, library);
    const edited = await lay(folder, `edited-${count}.img`, randomBytes(4000));
    await judge("mcopy", ["-o", "-i", `${image}@@1M`, edited, "::/edited.img"]);
    await rm(join(library, "gone.img"));
    await rm(join(library, "edited.img"));
    const result = await syncImage(image, library);
    expect(brief(result.plan)).toEqual([
      "remove /gone.img retired",
      "keep /keep.img same-size-and-time",
      "keep /edited.img changed-since",
    ]);
    expect(result.gone).toEqual(["/gone.img"]);
    expect(await imagesOn(image)).toEqual(["/edited.img", "/keep.img", `/mine-${count}.img`]);
    await expectCleanStick(image, "fat32");
  });

  test("another source's files stay, and with remove: never all do", async () => {
    const other = join(folder, `other-${count}`);
    await lay(library, "a.img", randomBytes(5000));
    await lay(other, "b.img", randomBytes(5000));
    await syncImage(image, library);
    await syncImage(image, other);
    await rm(join(library, "a.img"));
    await lay(library, "c.img", randomBytes(5000));
    await lay(library, "lifeboat-sync.yaml", "remove: never\n");
    expect(brief(await planOf(image, library))).toEqual([
      "add /c.img new",
      "keep /a.img never-removed",
    ]);
    await lay(library, "lifeboat-sync.yaml", "# nothing\n");
    await syncImage(image, library);
    expect(await imagesOn(image)).toEqual(["/b.img", "/c.img"]);
  });

  test("a library that isn't mounted empties no stick", async () => {
    await lay(library, "a.img", randomBytes(5000));
    await syncImage(image, library);
    await rm(join(library, "a.img"));
    await expect(syncImage(image, library)).rejects.toMatchObject({ code: "source-empty" });
    await rm(library, { recursive: true });
    await expect(syncImage(image, library)).rejects.toMatchObject({ code: "bad-folder" });
    expect(await imagesOn(image)).toEqual(["/a.img"]);
  });

  test("with a state that can't be read nothing is removed, and it is said", async () => {
    await lay(library, "a.img", randomBytes(5000));
    await lay(library, "b.img", randomBytes(5000));
    await syncImage(image, library);
    const bad = await lay(folder, `bad-${count}.json`, '{"format":1,"files":[{"path":"/b.img"}]}');
    await judge("mcopy", ["-o", "-i", `${image}@@1M`, bad, `::${STATE_PATH}`]);
    await rm(join(library, "a.img"));
    const { actions, notes } = await planOf(image, library);
    expect(actions.map(({ action }) => action)).toEqual(["keep"]);
    expect(notes[0]?.en).toMatch(/sync\.json on the stick can't be understood/);
  });
});

describe("room", () => {
  test("retired files go first only where there isn't room otherwise", async () => {
    await lay(library, "old.img", randomBytes(70 * MIB));
    await syncImage(image, library);
    await rm(join(library, "old.img"));
    const { freeBefore } = await planOf(image, await oneFile("small.img", 3000));
    await lay(library, "new.img", randomBytes(freeBefore - 20 * MIB));
    expect(brief(await planOf(image, library))).toEqual([
      "add /new.img new",
      "remove /old.img retired",
    ]);
    await lay(library, "new.img", randomBytes(freeBefore + 20 * MIB));
    const result = await syncImage(image, library);
    expect(brief(result.plan)).toEqual(["remove /old.img retired", "add /new.img new"]);
    expect(await imagesOn(image)).toEqual(["/new.img"]);
    await lay(library, "new.img", randomBytes(freeBefore + 21 * MIB));
    const replaced = await syncImage(image, library);
    expect(replaced.plan.actions).toMatchObject([{ action: "replace", oldFirst: true }]);
    expect(await hashesByOthers(image, "fat32", ["/new.img"])).toEqual([
      await sha256OfFile(join(library, "new.img")),
    ]);
    await expectCleanStick(image, "fat32");
    await lay(library, "more.img", randomBytes(100 * MIB));
    const before = await sha256OfFile(image);
    await expect(syncImage(image, library)).rejects.toMatchObject({ code: "volume-full" });
    expect(await sha256OfFile(image)).toBe(before);
  });

  const oneFile = async (name: string, bytes: number) => {
    const other = join(folder, `one-${count}`);
    await lay(other, name, randomBytes(bytes));
    return other;
  };
});

describe("interruptions", () => {
  test("what was copied stays, is in the menu, and the next sync copies the rest only", async () => {
    await lay(library, "a.iso", await readFile(iso));
    await lay(library, "b.img", randomBytes(9 * MIB));
    await lay(library, "c.img", randomBytes(MIB));
    const job = cancelledJob((event) => event.kind === "bytes" && /b\.img/.test(event.text.en));
    await expect(syncImage(image, library, job)).rejects.toMatchObject({
      kind: "cancelled",
      text: { en: expect.stringMatching(/what was copied before stays/) as string },
    });
    await expectCleanStick(image, "fat32");
    const slot = await withStick(image, async ({ bootVolume: esp }) =>
      readSlot(esp, await readActiveSlot(esp)),
    );
    expect(slot?.records.isos.map(({ path }) => path)).toEqual(["/a.iso"]);
    const rest = await syncImage(image, library);
    expect(brief(rest.plan)).toEqual([
      "add /b.img new",
      "add /c.img new",
      "keep /a.iso same-size-and-time",
    ]);
    // And all of them are known as the sync's own.
    for (const name of ["a.iso", "b.img"]) await rm(join(library, name));
    expect((await syncImage(image, library)).gone).toEqual(["/a.iso", "/b.img"]);
  });

  test("cancelled when all is copied, the menu is made all the same: it must not have old places", async () => {
    for (const name of ["a.iso", "b.iso"]) await lay(library, name, await readFile(iso));
    await syncImage(image, library);
    await lay(library, "b.iso", "2", "2025-02-03T04:05:06Z");
    await lay(library, "a.iso", Buffer.concat([await readFile(iso), Buffer.alloc(2048)]));
    const job = cancelledJob(({ text }) => text.en.startsWith("Looking at"));
    const { changed, done } = await syncImage(image, library, job);
    expect(job.signal.aborted).toBe(true);
    expect(changed).toBe(true);
    expect(done.map(({ path }) => path)).toEqual(["/b.iso", "/a.iso"]);
    await withStick(image, async (stick) => {
      const found = await verifyStick(stick, { deep: true }, run, quietJob());
      expect(found.findings.filter(({ severity }) => severity === "error")).toEqual([]);
    });
  });

  test("pulled out in the middle, it is still known whose files these are", async () => {
    await lay(library, "a.img", randomBytes(5000));
    await lay(library, "b.img", randomBytes(5000));
    await lay(library, "c.img", randomBytes(5000));
    const cut = `${image}.cut`;
    const abort = new AbortController();
    await syncImage(image, library, {
      signal: abort.signal,
      report: (event) => {
        if (event.kind === "bytes" && /b\.img/.test(event.text.en)) copyFileSync(image, cut);
      },
    });
    await rm(join(library, "a.img"));
    await rm(join(library, "b.img"));
    const { plan } = await syncImage(cut, library);
    expect(brief(plan)).toEqual(["add /c.img new", "remove /a.img retired"]);
    expect(await imagesOn(cut)).toEqual(["/c.img"]);
    await expectCleanStick(cut, "fat32");
    await rm(cut);
  });
});

test("lifeboat's own folder, hidden files and the stick itself are never taken", async () => {
  const inside = join(library, "stick.img");
  await judge("cp", ["--sparse=always", image, inside]);
  await lay(library, "LIFEBOAT/x.img", randomBytes(100));
  await lay(library, ".hidden.iso", randomBytes(100));
  await lay(library, "._a.iso", randomBytes(100));
  await lay(library, "a.img", randomBytes(100));
  const { plan } = await syncImage(inside, library);
  expect(brief(plan)).toEqual(["add /a.img new", "skip /lifeboat/x.img not-possible"]);
});

test("names that the stick can't tell apart are not taken twice", async () => {
  await lay(library, "A.img", randomBytes(100));
  await lay(library, "a.img", randomBytes(200));
  await lay(library, "b?.img", randomBytes(200));
  const { plan } = await syncImage(image, library);
  expect(brief(plan)).toEqual(["add /A.img new", "add /b_.img new", "skip /a.img not-possible"]);
  const again = await planOf(image, library);
  expect(again.actions.map(({ action }) => action)).toEqual(["keep", "skip", "keep"]);
});

test("a folder in a file's way is left alone", async () => {
  await withStick(image, async (stick) => {
    await (await openData(stick, run)).makeDirectory("/a.img");
  });
  await lay(library, "a.img", randomBytes(100));
  expect(brief(await planOf(image, library))).toEqual(["skip /a.img not-possible"]);
});

test("a plan that was shown holds as long as it would do the same", async () => {
  await lay(library, "a.img", "one");
  await lay(library, "b.img", "two");
  const shown = await planOf(image, library);
  expect(() => refuseOtherPlan(shown, shown)).not.toThrow();
  refuseOtherPlan(shown, await planOf(image, library));
  const refused = { code: "plan-changed", kind: "refused" };
  // Of the same size, at another time.
  await lay(library, "b.img", "2nd", "2025-02-03T04:05:06Z");
  const changed = await planOf(image, library);
  expect(() => refuseOtherPlan(shown, changed)).toThrow(expect.objectContaining(refused));
  await lay(library, "c.img", "three");
  const more = await planOf(image, library);
  expect(() => refuseOtherPlan(changed, more)).toThrow(expect.objectContaining(refused));
});

test("the sources that a stick followed are known from it, but for those that have a name", async () => {
  const other = join(folder, `other-${count}`);
  await lay(library, "a.img", "one");
  await lay(other, "b.img", "two");
  await lay(other, "lifeboat-sync.yaml", "name: shop\n");
  await syncImage(image, library);
  await syncImage(image, other);
  await withStick(image, async (stick) => {
    expect(await earlierSources(stick, run)).toEqual([library]);
  });
});
