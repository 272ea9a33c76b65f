/** What a clone refuses, finds out, or leaves behind: sizes, damage and changes of the source, Windows, other disks' things. */
import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { link, readdir, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import type { ProgressEvent } from "../../../src/system/progress.ts";
import { LifeboatError } from "../../../src/system/errors.ts";
import { refuseSameDisk } from "../../../src/stick/distinct.ts";
import { openData } from "../../../src/stick/stick.ts";
import { verifyStick } from "../../../src/stick/verify/verify.ts";
import { rangeOf } from "../../../src/stick/data/volume.ts";
import { run } from "../../../src/system/run.ts";
import { cloneImages, contentsOf, planClones, withSource } from "../../support/clones.ts";
import { cancelledJob, listeningJob, quietJob } from "../../support/jobs.ts";
import {
  MIB,
  buildStick,
  expectCleanStick,
  fixtureIso,
  sfdiskTable,
  sha256OfFile,
  suiteFolder,
  withStick,
} from "../../support/sticks.ts";
import { judge } from "../../support/tools.ts";

let folder = "";
let source = "";
let big = "";

beforeAll(async () => {
  folder = await suiteFolder();
  source = join(folder, "source.img");
  big = join(folder, "big.iso");
  await writeFile(big, randomBytes(70 * MIB));
  await buildStick(source, { isos: [await fixtureIso("debian-live", folder), big] });
});

const errorOf = (outcome: unknown) => (outcome as { error?: LifeboatError }).error;

describe("targets", () => {
  test("that are smaller do where the files fit, and a clone of a clone is whole", async () => {
    const small = join(folder, "small.img");
    const larger = join(folder, "larger.img");
    await cloneImages(source, [small], { sizeBytes: 340 * MIB });
    await expectCleanStick(small, "exfat");
    await cloneImages(small, [larger], { sizeBytes: 1024 * MIB });
    await expectCleanStick(larger, "exfat");
    expect(await contentsOf(larger)).toEqual(await contentsOf(source));
    // Holes stay holes.
    expect((await stat(larger)).blocks * 512).toBeLessThan(200 * MIB);
  });

  test("that are too small are refused before anything is written, with figures", async () => {
    const target = join(folder, "tiny.img");
    await writeFile(target, "");
    await judge("truncate", ["-s", "330M", target]);
    const before = await sha256OfFile(target);
    await expect(cloneImages(source, [target], { sizeBytes: 0 })).rejects.toMatchObject({
      code: "target-too-small",
      kind: "refused",
      message: expect.stringMatching(/330 MiB.*70\.\d MiB.*3[3-9]\d(\.\d)? MiB/) as string,
    });
    expect(await sha256OfFile(target)).toBe(before);
  });

  test("that are one disk, or the source, are refused by whatever name", async () => {
    const other = join(folder, "other.img");
    await writeFile(other, "x");
    await link(other, join(folder, "hard.img"));
    await symlink(source, join(folder, "link.img"));
    const refuse = async (targets: string[], from?: string) => refuseSameDisk(targets, from, run);
    const same = { code: "same-target", kind: "usage" };
    await expect(refuse([other, other])).rejects.toMatchObject(same);
    await expect(refuse([other, join(folder, ".", "hard.img")])).rejects.toMatchObject(same);
    await expect(refuse([join(folder, "new"), `${folder}//new`])).rejects.toMatchObject(same);
    const self = { code: "source-is-target", kind: "usage" };
    await expect(refuse([other, source], source)).rejects.toMatchObject(self);
    await expect(refuse([join(folder, "link.img")], source)).rejects.toMatchObject(self);
    await expect(refuse([other, join(folder, "new")], source)).resolves.toBeUndefined();
  });
});

describe("a damaged source", () => {
  test("an ISO that isn't what it was is told, comes along, and is found out on the clone", async () => {
    const damaged = join(folder, "damaged.img");
    const target = join(folder, "damaged-clone.img");
    await buildStick(damaged, { isos: [big] });
    await withStick(damaged, async (stick) => {
      const volume = await openData(stick, run);
      const [extent] = (await volume.extents("/big.iso")) ?? [];
      await rangeOf(stick.data).write((extent?.start ?? 0) + 33 * MIB, Buffer.from("rotten"));
    });
    const { job, events } = listeningJob();
    const result = await cloneImages(damaged, [target], { jobs: [job] });
    expect(result.damaged).toEqual(["/big.iso"]);
    expect(result.outcomes).toMatchObject([{ built: {} }]);
    const warnings = events.filter((event) => event.kind === "note" && event.level === "warning");
    expect(warnings.map(({ text }) => text.en)).toEqual([expect.stringContaining("/big.iso")]);
    await withStick(target, async (stick) => {
      const found = await verifyStick(stick, { deep: true }, run, quietJob());
      expect(found.ok).toBe(false);
      expect(found.findings.map(({ where }) => where)).toContain("/big.iso");
    });
  });

  test("a boot stage that isn't whole is cloned onto nothing", async () => {
    const damaged = join(folder, "stage.img");
    await buildStick(damaged);
    const { partitions } = await sfdiskTable(damaged);
    const esp = `${damaged}@@${(partitions.find(({ number }) => number === 2)?.start ?? 0) * 512}`;
    await writeFile(join(folder, "cfg"), "# nothing\n");
    await judge("mcopy", ["-o", "-i", esp, join(folder, "cfg"), "::/lifeboat/grub/grub.cfg"]);
    await expect(cloneImages(damaged, [join(folder, "none.img")])).rejects.toMatchObject({
      code: "stage-damaged",
      kind: "damaged",
    });
    expect(await readdir(folder)).not.toContain("none.img");
  });
});

/** Something that happens once, in the middle of copying. */
function whileCopying(act: () => void) {
  let done = false;
  return {
    ...quietJob(),
    report: (event: ProgressEvent) => {
      if (done || event.kind !== "bytes" || event.text.en !== "Copying big.iso") return;
      done = true;
      act();
    },
  };
}

test("a source that changes while it is read fails the clone", async () => {
  const changing = join(folder, "changing.img");
  const target = join(folder, "changing-clone.img");
  await buildStick(changing, { isos: [big] });
  const write = "dd if=/dev/zero of=$0 bs=1 count=1 seek=300000000 conv=notrunc status=none";
  const job = whileCopying(() => void execFileSync("sh", ["-c", write, changing]));
  const { outcomes } = await cloneImages(changing, [target], { jobs: [job] });
  expect(errorOf(outcomes[0])).toMatchObject({ code: "source-changed", kind: "failed" });
  expect(await readdir(folder)).not.toContain("changing-clone.img");
});

test("cancelled, leaves nothing of a new image, and says so", async () => {
  const target = join(folder, "cancelled.img");
  const when = ({ text }: ProgressEvent) => text.en === "Copying big.iso";
  const { outcomes } = await cloneImages(source, [target], { jobs: [cancelledJob(when)] });
  expect(errorOf(outcomes[0])).toMatchObject({
    kind: "cancelled",
    message: expect.stringContaining("was removed") as string,
  });
  expect((await readdir(folder)).filter((name) => name.includes("cancelled"))).toEqual([]);
});

describe("a partition for Windows To Go", () => {
  const windows = () => join(folder, "windows.img");
  const target = () => join(folder, "windows-clone.img");

  test("that is empty is made in the same size", async () => {
    await buildStick(windows(), { windowsBytes: 40 * MIB });
    await cloneImages(windows(), [target()], { sizeBytes: 500 * MIB });
    await expectCleanStick(target(), "exfat");
    const { partitions } = await sfdiskTable(target());
    expect(partitions.find(({ number }) => number === 5)?.size).toBe((40 * MIB) / 512);
  });

  test("with contents is refused, or left behind where that is asked for", async () => {
    const { partitions } = await sfdiskTable(windows());
    const start = (partitions.find(({ number }) => number === 5)?.start ?? 0) * 512;
    const volume = join(folder, "windows.ntfs");
    await judge("dd", [
      `if=${windows()}`,
      `of=${volume}`,
      "bs=1M",
      `skip=${start / MIB}`,
      "count=40",
      "status=none",
    ]);
    await judge("ntfscp", [volume, join(folder, "cfg"), "Windows.txt"]);
    await judge("dd", [
      `if=${volume}`,
      `of=${windows()}`,
      "bs=1M",
      `seek=${start / MIB}`,
      "conv=notrunc",
      "status=none",
    ]);
    await expect(cloneImages(windows(), [target()])).rejects.toMatchObject({
      code: "windows-not-empty",
      kind: "refused",
    });
    await withSource(
      windows(),
      async (found) => {
        expect(found.notes.map(({ en }) => en).join()).toMatch(/partition 5.*not copied/);
        const [plan] = await planClones(found, [target()]);
        expect(plan?.layout.partitions.some(({ role }) => role === "windows")).toBe(true);
      },
      { emptyWindows: true },
    );
  });
});

test("systems' own folders stay behind, and are named", async () => {
  const image = join(folder, "systems.img");
  await buildStick(image);
  await withStick(image, async (stick) => {
    const volume = await openData(stick, run);
    await volume.makeDirectory("/System Volume Information");
    await volume.writeFile("/System Volume Information/IndexerVolumeGuid", Buffer.from("x"));
    await volume.makeDirectory("/mine");
    await volume.makeDirectory("/mine/lost+found");
    await stick.disk.flush();
  });
  await withSource(image, async (found) => {
    expect(found.folders).toContain("/mine/lost+found");
    expect(found.files.map(({ path }) => path)).toEqual(["/lifeboat/stick.yaml"]);
    expect(found.notes.map(({ en }) => en)).toEqual([
      expect.stringContaining("System Volume Information"),
    ]);
  });
});
