/** `clone` of one stick to another: the same content and ways, identifiers of its own, a menu that fits where everything lies now. */
import { randomBytes } from "node:crypto";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { hashPassword } from "../../../src/menu/password.ts";
import { createPersistence } from "../../../src/stick/persistence/create.ts";
import type { RefreshTools } from "../../../src/stick/refresh.ts";
import { refreshStick } from "../../../src/stick/refresh.ts";
import { openData } from "../../../src/stick/stick.ts";
import { writeSettings } from "../../../src/stick/settings/file.ts";
import { readActiveSlot, readSlot } from "../../../src/stick/menu/slots.ts";
import { verifyStick } from "../../../src/stick/verify/verify.ts";
import { run } from "../../../src/system/run.ts";
import { cloneImages, contentsOf } from "../../support/clones.ts";
import { quietJob } from "../../support/jobs.ts";
import {
  MIB,
  buildStick,
  expectCleanStick,
  fixtureIso,
  hashesByOthers,
  named,
  refreshTools,
  sfdiskTable,
  sha256OfFile,
  suiteFolder,
  withStick,
} from "../../support/sticks.ts";
import { judge } from "../../support/tools.ts";

let folder = "";
let tools: RefreshTools;
let isos: string[] = [];

beforeAll(async () => {
  folder = await suiteFolder();
  tools = await refreshTools();
  const debian = await fixtureIso("debian-live", folder);
  const ubuntu = await fixtureIso("ubuntu", folder);
  isos = [debian, ubuntu, await named(debian, folder, "救援 盘 $(x) & 'co'.iso")];
});

const SETTINGS = `
menu:
  timeout: 7
  language: zh
users:
  boss: ${await hashPassword("x", 1000)}
superusers: [boss]
images:
  /debian-live.iso:
    title: Our rescue system
    inject: [/tools]
hide: [/ubuntu.iso]
`;

/** A stick with one of everything that can lie on it. */
async function fullStick(image: string, options: Parameters<typeof buildStick>[1]) {
  const built = await buildStick(image, { isos, ...options });
  await withStick(image, async (stick) => {
    const volume = await openData(stick, run);
    const old = new Date("2021-03-04T05:06:08Z");
    for (const path of [
      "/lifeboat/recipes",
      "/tools",
      "/tools/深",
      "/empty folder",
      "/tools/etc",
    ]) {
      await volume.makeDirectory(path);
    }
    await volume.writeFile("/lifeboat/recipes/own.yaml", Buffer.from(OWN_RECIPE), old);
    await volume.writeFile("/tools/etc/motd", Buffer.from("hello\n"), old);
    await volume.writeFile("/tools/深/.hidden", randomBytes(5000), old);
    await volume.writeFile("/empty file", Buffer.alloc(0), old);
    const sum = await sha256OfFile(isos[0] ?? "");
    await volume.writeFile("/SHA256SUMS", Buffer.from(`${sum}  debian-live.iso\n`));
    await volume.writeFile("/tools/large.bin", randomBytes(5 * MIB + 17), old);
    await writeSettings(stick, Buffer.from(SETTINGS), run);
    await refreshStick(stick, tools, quietJob());
    const wanted = { sizeBytes: 80 * MIB };
    await createPersistence(stick, "debian-live.iso", wanted, tools, quietJob());
  });
  return built;
}

const OWN_RECIPE = `family: mine
name: My own tools
detect: [{exists: /boot/nowhere}]
entries: [{kernel: /boot/nowhere, initrd: /boot/nothing, title: "{name}", args: ""}]
`;

const slotOf = async (image: string) =>
  withStick(image, async ({ bootVolume: esp, manifest }) => {
    const slot = await readSlot(esp, await readActiveSlot(esp));
    if (slot === undefined) throw new Error("no menu");
    return { ...slot, manifest };
  });

// Each of them is made and judged as a whole, which takes long where other work goes on.
describe.each([
  ["exfat", "gpt"],
  ["ntfs", "mbr"],
  ["fat32", "gpt"],
  ["ext4", "mbr"],
] as const)("%s, %s", { timeout: 300_000 }, (fileSystem, scheme) => {
  const source = () => join(folder, `${fileSystem}.img`);
  const clone = () => join(folder, `${fileSystem}-clone.img`);

  test("a stick with everything comes along whole", async () => {
    await fullStick(source(), { fileSystem, scheme, label: "RESCUE 1" });
    const before = await stat(source());
    const { outcomes, damaged } = await cloneImages(source(), [clone()], { sizeBytes: 420 * MIB });
    expect({ outcomes, damaged }).toMatchObject({ outcomes: [{ built: {} }], damaged: [] });
    expect((await stat(source())).mtimeMs).toBe(before.mtimeMs);
    await expectCleanStick(clone(), fileSystem);
    expect(await contentsOf(clone())).toEqual(await contentsOf(source()));
    const files = [...(await contentsOf(source()))].filter(([, about]) => about.includes(" "));
    expect(files.length).toBeGreaterThan(8);
    if (fileSystem === "exfat" && process.getuid?.() !== 0) return;
    const paths = files.map(([path]) => path);
    expect(await hashesByOthers(clone(), fileSystem, paths)).toEqual(
      files.map(([, about]) => about.split(" ")[0]),
    );
  });

  test("its menu is the source's, and verify and refresh have nothing to say", async () => {
    const [old, now] = [await slotOf(source()), await slotOf(clone())];
    expect(now.records.settings).toEqual(old.records.settings);
    expect(now.records.recipes).toBe(old.records.recipes);
    const about = (slot: typeof old) =>
      slot.records.isos.map(({ path, sha256, entries, persistenceFile }) => {
        return { path, sha256, entries, uuid: persistenceFile?.uuid };
      });
    expect(about(now).map(({ path, entries, uuid }) => ({ path, entries, uuid }))).toEqual(
      about(old).map(({ path, entries, uuid }) => ({ path, entries, uuid })),
    );
    expect(about(now).every(({ sha256 }) => sha256 !== null)).toBe(true);
    expect(now.menu).toContain("Our rescue system");
    const findings = async (image: string) =>
      withStick(image, async (stick) => {
        const options = { deep: true, recipes: tools.recipes };
        const { ok, findings } = await verifyStick(stick, options, run, quietJob());
        return { ok, found: findings.map(({ id, where }) => `${id} ${where}`) };
      });
    expect(await findings(clone())).toEqual(await findings(source()));
    expect(await findings(clone())).toMatchObject({ ok: true });
    await withStick(clone(), async (stick) => {
      expect(await refreshStick(stick, tools, quietJob())).toMatchObject({ changed: false });
    });
  });

  test("no identifier is the source's", async () => {
    const [old, now] = [await identifiers(source()), await identifiers(clone())];
    expect(now.length).toBeGreaterThan(scheme === "gpt" ? 6 : 4);
    for (const [index, id] of now.entries()) expect(id).not.toBe(old[index]);
    const { manifest } = await slotOf(clone());
    expect(manifest.name).toContain(manifest.diskId.slice(0, 8).toUpperCase());
    // The name is shown by the theme, and the hook looks for the partition by it.
    const esp = `${clone()}@@${await startOf(clone(), 2)}`;
    const theme = await judge("mtype", ["-i", esp, "::/lifeboat/grub/theme/theme.txt"]);
    expect(theme).toContain(manifest.name);
    expect(await probe(clone(), 1, "LABEL")).toBe("RESCUE 1\n");
  });
});

async function identifiers(image: string): Promise<string[]> {
  const { id, partitions } = await sfdiskTable(image);
  const { manifest } = await slotOf(image);
  const volumes = [await probe(image, 1, "UUID"), await probe(image, 2, "UUID")];
  const guids = partitions.flatMap((one) => (one as { uuid?: string }).uuid ?? []);
  return [id, manifest.name, manifest.diskId, ...volumes, ...guids];
}

async function startOf(image: string, number: number): Promise<number> {
  const { partitions } = await sfdiskTable(image);
  return (partitions.find((one) => one.number === number)?.start ?? 0) * 512;
}

async function probe(image: string, number: number, tag: string): Promise<string> {
  const offset = String(await startOf(image, number));
  return judge("blkid", ["-p", "-O", offset, "-o", "value", "-s", tag, image]);
}
