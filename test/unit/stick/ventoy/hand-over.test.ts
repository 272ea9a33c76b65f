/** An image that only Ventoy starts, on a stick that has Ventoy and on one that hasn't: menu, counts, records, and what the screens say. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { openFile } from "../../../../src/block/file.ts";
import type { IsoRecord } from "../../../../src/stick/manifest.ts";
import { menuTextOfStick } from "../../../../src/stick/menu/menu.ts";
import { readActiveSlot, readSlot } from "../../../../src/stick/menu/slots.ts";
import { refreshStick } from "../../../../src/stick/refresh.ts";
import type { Stick } from "../../../../src/stick/stick.ts";
import { putMenuBeside } from "../../../../src/stick/ventoy/menu/beside.ts";
import { VERSION } from "../../../../src/system/version.ts";
import { describeReport } from "../../../../src/tui/build/iso-words.ts";
import { treeOf } from "../../../../src/tui/stick/iso-tree.ts";
import { buildDisc } from "../../../support/disc-iso.ts";
import { quietJob } from "../../../support/jobs.ts";
import { testKit } from "../../../support/kit.ts";
import { buildStick, refreshTools, suiteFolder, withStick } from "../../../support/sticks.ts";
import { ventoyParts } from "../../../support/ventoy-release.ts";
import { ventoyStick } from "../../../support/ventoy-stick.ts";

let folder = "";
let iso = "";

beforeAll(async () => {
  folder = await suiteFolder();
  const fixture = { id: "other", volumeId: "OTHER", files: { "/readme.txt": "nothing to boot" } };
  iso = await buildDisc(fixture, { bios: true, efi: { "BOOTX64.EFI": "@efi64" } }, folder);
});

async function slotOf({ bootVolume }: Stick) {
  const slot = await readSlot(bootVolume, await readActiveSlot(bootVolume));
  if (slot === undefined) throw new Error("no menu");
  return slot;
}

function only<T>(all: readonly T[]): T {
  const [first] = all;
  if (first === undefined || all.length > 1) throw new Error(`${all.length} instead of one`);
  return first;
}

const kept = ({ entries, problems }: IsoRecord) => ({
  entries: entries.map(({ via, method, firmware }) => ({ via, method, firmware })),
  problems: problems.map(({ id }) => id),
});
const KEPT = {
  entries: [{ via: "ventoy", method: { kind: "ventoy" }, firmware: ["bios", "x64"] }],
  problems: ["unknown-image", "needs-ventoy"],
};

describe("a lifeboat stick", () => {
  test("without Ventoy says what it lacks, with it behind its menu has the entry", async () => {
    const image = join(folder, "plain.img");
    const { entries } = await buildStick(image, { isos: [iso] });
    expect(entries).toBe(0);
    await withStick(image, async (stick) => {
      const tools = await refreshTools();
      expect(await refreshStick(stick, tools, quietJob())).toMatchObject({
        changed: false,
        entries: 0,
      });
      const { records, menu } = await slotOf(stick);
      const record = only(records.isos);
      expect(kept(record)).toEqual(KEPT);
      expect(menu).toMatch(/menuentry 'other \(what is wrong with it\)' \{\n.*--ventoy-chain/);
      expect(menu).not.toContain("lifeboat_ventoy");
      expect(treeOf([record], stick.manifest)[0]).toMatchObject({
        detail: { en: "starts by Ventoy only" },
        tone: "bad",
      });
      expect(describeReport(record as Parameters<typeof describeReport>[0], true)).toMatchObject({
        detail: { zh: "只能由 Ventoy 启动" },
        tone: "bad",
      });

      const bootStage = { ...stick.manifest.bootStage, ventoyChain: true as const };
      const chained = { ...stick, manifest: { ...stick.manifest, bootStage } };
      expect(await refreshStick(chained, tools, quietJob())).toMatchObject({
        changed: true,
        entries: 1,
      });
      const now = await slotOf(chained);
      expect(kept(only(now.records.isos))).toEqual(KEPT);
      expect(now.menu).toContain("menuentry 'other (Ventoy)' {");
      expect(now.menu).toContain("if lifeboat_ventoy_waits; then\n  menuentry Ventoy {");
      expect(treeOf(now.records.isos, chained.manifest)[0]?.detail).toMatch(/BIOS · UEFI$/);
    });
  });
});

describe("a Ventoy stick with lifeboat's menu", () => {
  test("has the entry, whose file may lie in pieces", async () => {
    const image = join(folder, "beside.img");
    const files = { "/other.iso": await readFile(iso) };
    const release = await ventoyParts();
    const { uuid, data } = await ventoyStick(image, {
      scheme: "gpt",
      release,
      sizeMib: 160,
      files,
    });
    const disk = await openFile(image, { writable: true });
    const facts = { scheme: "gpt" as const, uuid: uuid.toString("hex"), secureBoot: true, data };
    const tools = {
      ...(await refreshTools()),
      kit: await testKit(),
      lifeboat: VERSION,
      now: new Date("2026-06-01T12:00:00Z"),
      beforeReadBack: async () => undefined,
    };
    await putMenuBeside(disk, image, facts, { language: "zh", first: false }, tools, quietJob());
    await disk.close();
    await withStick(image, async (stick) => {
      const { records, menu } = await slotOf(stick);
      const record = only(records.isos);
      expect(kept(record)).toEqual(KEPT);
      expect(menu).toContain("menuentry 'other (Ventoy)' {");
      expect(menu).toContain("请按 Esc");
      expect(await refreshStick(stick, tools, quietJob())).toMatchObject({
        changed: false,
        entries: 1,
      });
      const pieces = [
        { start: 1 << 20, length: 1 << 20 },
        { start: 4 << 20, length: 1 << 20 },
      ];
      const isos = [{ ...record, extents: pieces }];
      expect(menuTextOfStick({ isos }, stick)).toContain("menuentry 'other (Ventoy)' {");
    });
  });
});
