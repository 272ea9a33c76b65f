/** stick.yaml → ventoy.json → stick.yaml, and the other way round: nothing is lost that Ventoy knows. */
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { stringify } from "yaml";
import { parseSettings } from "../../../../src/stick/settings/read.ts";
import type { StickSettings } from "../../../../src/stick/settings/schema.ts";
import { fromVentoyJson, settingsOfPlugins } from "../../../../src/stick/ventoy-json/from-json.ts";
import { importVentoyJson } from "../../../../src/stick/ventoy-json/merge.ts";
import { toVentoyJson } from "../../../../src/stick/ventoy-json/to-json.ts";
import { sharedYaml, ventoyJson } from "./arbitraries.ts";

const RUNS = Number(process.env["LIFEBOAT_FUZZ"] ?? 50);

const CONTEXT = {
  persistence: [
    { image: "/a.iso", backend: "/lifeboat/persistence/a.iso.img", label: "persistence" },
  ],
};

async function settingsIn(text: string): Promise<StickSettings> {
  const { settings, mistakes } = await parseSettings(Buffer.from(text));
  expect(mistakes).toEqual([]);
  return settings ?? {};
}

function imported(text: string, context = {}): StickSettings {
  const { settings, mistakes } = fromVentoyJson(Buffer.from(text), context);
  expect(mistakes).toEqual([]);
  return settings ?? {};
}

describe("a round trip", () => {
  test.each([
    ["without a context", {}],
    ["with persistence files found on the stick", CONTEXT],
  ])("ventoy.json → stick.yaml → ventoy.json is the same data, %s", async (_name, context) => {
    await fc.assert(
      fc.asyncProperty(ventoyJson, async (json) => {
        const text = await importVentoyJson("", Buffer.from(JSON.stringify(json)), context);
        const settings = await settingsIn(text);
        const written = toVentoyJson(settings, context).text;
        const back: unknown = JSON.parse(written);
        const found = (json["persistence"] ?? []) as { image?: string }[];
        // What is on the stick is written whether the file named it or not.
        const isAdded = context === CONTEXT && !found.some(({ image }) => image === "/a.iso");
        if (isAdded) {
          const { persistence = [], ...rest } = back as { persistence?: unknown[] };
          const others = persistence.slice(1);
          expect({
            ...rest,
            ...(json["persistence"] === undefined ? {} : { persistence: others }),
          }).toEqual(json);
        } else expect(back).toEqual(json);
      }),
      { numRuns: RUNS },
    );
  });

  test("stick.yaml → ventoy.json → stick.yaml has all that Ventoy knows", async () => {
    await fc.assert(
      fc.asyncProperty(sharedYaml, ventoyJson, async (shared, json) => {
        // The plugins under `ventoy`, in the form that they have there, beside settings that both menus know.
        const { ventoy } = settingsOfPlugins(json);
        const isListed = Object.keys(ventoy ?? {}).some((key) => key.startsWith("image_list"));
        const { hide, ...rest } = shared;
        const plain = { ...rest, ...(isListed || hide === undefined ? {} : { hide }), ventoy };
        const settings = await settingsIn(stringify(plain, { lineWidth: 0 }));
        const { text } = toVentoyJson(settings);
        const back = imported(text);
        // Once through, both say the same to Ventoy, and the second time nothing changes at all.
        expect(toVentoyJson(back).plugins).toEqual(JSON.parse(text));
        expect(imported(toVentoyJson(back).text)).toEqual(back);
        expect(await settingsIn(stringify(back, { lineWidth: 0 }))).toEqual(back);
      }),
      { numRuns: RUNS },
    );
  });

  test("settings of both menus come back under their own keys", async () => {
    await fc.assert(
      fc.asyncProperty(sharedYaml, async (shared) => {
        const settings = await settingsIn(stringify(shared, { lineWidth: 0 }));
        const empty = shared.menu !== undefined && Object.keys(shared.menu).length === 0;
        const { menu: _menu, ...rest } = settings;
        expect(imported(toVentoyJson(settings).text)).toEqual(empty ? rest : settings);
      }),
      { numRuns: RUNS },
    );
  });

  test("a stick.yaml takes its own ventoy.json in without a change", async () => {
    await fc.assert(
      fc.asyncProperty(sharedYaml, ventoyJson, async (shared, json) => {
        const { ventoy } = settingsOfPlugins(json);
        const own = {
          hide: ["*-old.iso"],
          images: { "*.iso": { append: "x", title: "Pattern" } },
          folders: {},
          menu: { sort: "size" },
        };
        const plain = {
          menu: { ...shared.menu, ...own.menu },
          hide: own.hide,
          folders: shared.folders ?? {},
          images: { ...shared.images, ...own.images },
          ventoy,
        };
        const before = `# mine\n${stringify(plain, { lineWidth: 0 })}`;
        const settings = await settingsIn(before);
        const after = await importVentoyJson(before, Buffer.from(toVentoyJson(settings).text));
        expect(after.startsWith("# mine\n")).toBe(true);
        const kept = await settingsIn(after);
        expect(toVentoyJson(kept).plugins).toEqual(toVentoyJson(settings).plugins);
        expect(kept.menu?.sort).toBe("size");
        expect(kept.hide).toContain("*-old.iso");
        expect(kept.images?.["*.iso"]).toEqual(own.images["*.iso"]);
      }),
      { numRuns: RUNS },
    );
  });
});
