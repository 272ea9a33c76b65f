/** `sync` as it is called: what it prints, and its exit statuses. */
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { compile, lifeboat } from "../../support/cli.ts";
import { buildStick, expectCleanStick, sha256OfFile, suiteFolder } from "../../support/sticks.ts";
import { imagesOn, lay } from "../../support/sync.ts";

let folder = "";

beforeAll(async () => {
  await compile();
  folder = await suiteFolder();
});

test.each(["exfat", "ntfs", "ext4"] as const)(
  "%s: plan, refusal, sync, mistake and mismatch",
  { timeout: 120_000 },
  async (fileSystem) => {
    const image = join(folder, `${fileSystem}.img`);
    const library = join(folder, `${fileSystem} library`);
    await mkdir(library);
    await buildStick(image, { fileSystem, sizeBytes: 420 << 20 });
    await lay(library, "a.img", Buffer.alloc(5000, 1));
    await lay(library, "sub/b.img", Buffer.alloc(70_000, 2));
    const before = await sha256OfFile(image);
    const dry = await lifeboat(["sync", image, library, "--dry-run", "--json"]);
    expect(dry.status).toBe(0);
    expect(JSON.parse(dry.stdout)).toMatchObject({
      actions: [
        { action: "add", path: "/a.img", reason: "new" },
        { action: "add", path: "/sub/b.img", reason: "new" },
      ],
      copyBytes: 75_000,
      missingBytes: 0,
    });
    expect(await sha256OfFile(image)).toBe(before);
    expect(await lifeboat(["sync", image, library])).toMatchObject({ status: 0 });

    await lay(library, "a.img", Buffer.alloc(6000, 3));
    await rm(join(library, "sub", "b.img"));
    const asked = await lifeboat(["sync", image, library]);
    expect(asked.status).toBe(3);
    expect(asked.stderr).toMatch(/~ \/a\.img .*\n- \/sub\/b\.img /);
    await lay(library, "lifeboat-sync.yaml", "to: /\nxyz: 1\n");
    const mistaken = await lifeboat(["sync", image, library, "--yes"]);
    expect(mistaken.status).toBe(2);
    expect(mistaken.stderr).toContain('lifeboat-sync.yaml:2: there is no setting "xyz" here');
    await rm(join(library, "lifeboat-sync.yaml"));
    await lay(library, "a.img.sha256", "ab".repeat(32));
    const wrong = await lifeboat(["sync", image, library, "--yes", "--json"]);
    expect(wrong.status).toBe(4);
    expect(JSON.parse(wrong.stdout)).toMatchObject({
      gone: ["/sub/b.img"],
      failed: [{ path: "/a.img", error: { code: "checksum-mismatch" } }],
    });
    await rm(join(library, "a.img.sha256"));
    const done = await lifeboat(["sync", image, library, "--yes", "--json"]);
    expect(JSON.parse(done.stdout)).toMatchObject({ done: [{ path: "/a.img" }], failed: [] });
    expect(await imagesOn(image)).toEqual(["/a.img"]);
    await expectCleanStick(image, fileSystem);
  },
);
