/** Two lifeboats never change one image file at the same time. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readFile, readdir, rename, stat, symlink, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { openStickToWrite } from "../../../src/stick/target.ts";
import { run } from "../../../src/system/run.ts";
import { MIB, buildStick, sha256OfFile, suiteFolder } from "../../support/sticks.ts";

let folder = "";

beforeAll(async () => {
  folder = await suiteFolder();
});

describe("an image file", () => {
  const lockOf = (image: string) => join(dirname(image), `.${basename(image)}.lifeboat-lock`);

  test("is changed by one at a time", async () => {
    const image = join(folder, "locked.img");
    await buildStick(image);
    const link = join(folder, "link.img");
    await symlink(image, link);
    const busy = { code: "in-use", kind: "refused" };
    const stick = await openStickToWrite(image, run);
    expect(await readFile(lockOf(image), "utf8")).toBe(`${process.pid}\n`);
    await expect(openStickToWrite(image, run)).rejects.toMatchObject(busy);
    await expect(openStickToWrite(link, run)).rejects.toMatchObject(busy);
    const before = await sha256OfFile(image);
    await expect(buildStick(image, { sizeBytes: 0 })).rejects.toMatchObject(busy);
    await expect(buildStick(image)).rejects.toMatchObject(busy);
    expect(await sha256OfFile(image)).toBe(before);
    await stick.disk.close();
    await expect(stat(lockOf(image))).rejects.toMatchObject({ code: "ENOENT" });
    await (await openStickToWrite(link, run)).disk.close();
    await buildStick(image, { sizeBytes: 0 });
    await expect(stat(lockOf(image))).rejects.toMatchObject({ code: "ENOENT" });
  });

  test("is locked for other processes while they live, and not for longer", async () => {
    const image = join(folder, "stale.img");
    await buildStick(image);
    const living = spawn("sleep", ["100"]);
    onTestFinished(() => void living.kill());
    await writeFile(lockOf(image), `${living.pid}\n`);
    await expect(openStickToWrite(image, run)).rejects.toMatchObject({
      code: "in-use",
      message: expect.stringContaining(`process ${living.pid}`) as string,
    });
    const ended = once(living, "exit");
    living.kill();
    await ended;
    await (await openStickToWrite(image, run)).disk.close();
    // Ours by its number, but of a process that had it before; and one that was cut before it got a number.
    for (const left of [`${process.pid}\n`, "", "rubbish"]) {
      await writeFile(lockOf(image), left);
      await (await openStickToWrite(image, run)).disk.close();
      await expect(stat(lockOf(image))).rejects.toMatchObject({ code: "ENOENT" });
    }
  });

  test("that is no stick is left without a lock", async () => {
    const inside = join(folder, "no stick");
    await mkdir(inside);
    const image = join(inside, "none.img");
    await writeFile(image, Buffer.alloc(MIB));
    await expect(openStickToWrite(image, run)).rejects.toMatchObject({ code: "not-a-stick" });
    expect(await readdir(inside)).toEqual(["none.img"]);
  });

  test("whose folder takes no lock is changed without one", async () => {
    const inside = join(folder, "no lock");
    await mkdir(inside);
    // No room in the name for what the lock's adds to it: that stops root, too.
    const image = join(inside, `${"x".repeat(246)}.img`);
    const short = join(inside, "short.img");
    await buildStick(short);
    await rename(short, image);
    const stick = await openStickToWrite(image, run);
    expect(await readdir(inside)).toEqual([basename(image)]);
    await stick.disk.close();
  });
});
