/** The files as they are on a real file system: this one's. What Windows does otherwise isn't seen here. */
import { chmod, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { hostFiles } from "../../../../src/windows/host-tools/host-files.ts";
import { temporaryFolder } from "../../../support/tools.ts";

test("new content takes a file's place, a read-only one's too, and leaves nothing beside it", async () => {
  const folder = await temporaryFolder();
  const path = join(folder, "bootx64.efi");
  await hostFiles.replace(path, Buffer.from("new"));
  await chmod(path, 0o444);
  await writeFile(`${path}.new`, "left by a run that was cut off");
  await hostFiles.replace(path, Buffer.from("newer"));
  expect(String(await hostFiles.read(path))).toBe("newer");
  expect(await hostFiles.list(folder)).toEqual(["bootx64.efi"]);
  await hostFiles.remove(path);
  await hostFiles.remove(path);
  expect(await hostFiles.read(path)).toBeUndefined();
});

test("a file that somebody has put there isn't written to", async () => {
  const path = join(await temporaryFolder(), "1.txt");
  await writeFile(path, "theirs");
  await expect(hostFiles.create(path, "ours")).rejects.toMatchObject({ code: "EEXIST" });
  expect(String(await hostFiles.read(path))).toBe("theirs");
});

test("links are followed; what isn't there has no other name, and nothing in it", async () => {
  const folder = await temporaryFolder();
  await writeFile(join(folder, "a"), "");
  await symlink(join(folder, "a"), join(folder, "b"));
  expect(await hostFiles.realPath(join(folder, "b"))).toBe(
    await hostFiles.realPath(join(folder, "a")),
  );
  expect(await hostFiles.realPath(join(folder, "c"))).toBe(join(folder, "c"));
  expect(await hostFiles.list(join(folder, "c"))).toEqual([]);
});
