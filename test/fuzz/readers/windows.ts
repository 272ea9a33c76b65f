/** Windows' own formats. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { MemoryRange } from "../../../src/block/memory.ts";
import { WIM_HEADER_BYTES } from "../../../src/windows/wim/header.ts";
import { chooseImage, checkIntegrity, describeWim } from "../../../src/windows/wim/index.ts";
import { failureOf } from "../../../src/system/errors.ts";
import { quietJob } from "../../support/jobs.ts";
import type { FuzzedReader, Seed } from "../reader.ts";

/** The header (twice: most is decided there), the tables and the XML data at the end. */
const TABLES = 4096;

async function wimSeeds(folder: string): Promise<Seed[]> {
  const { WIM_KINDS, makeWims } = await import("../../support/wims.ts");
  const { paths } = await makeWims(folder);
  return Promise.all(
    WIM_KINDS.map(async (name) => {
      const bytes = await readFile(paths[name]);
      const header = { start: 0, length: WIM_HEADER_BYTES };
      const start = Math.max(0, bytes.length - TABLES);
      return { name, bytes, hot: [header, header, { start, length: bytes.length - start }] };
    }),
  );
}

export const wim: FuzzedReader = {
  name: "wim",
  what: "WIM, ESD, SWM and pipable WIM by wimlib-imagex: header, XML data, blob table, integrity table",
  kind: "image",
  makeSeeds: wimSeeds,
  read: async ({ bytes }) => {
    const range = new MemoryRange(bytes);
    const { header, images, integrityTable, problems } = await describeWim(range);
    for (const image of images) {
      assert(Number.isSafeInteger(image.index) && image.index > 0);
      assert.equal(chooseImage(images, { index: image.index }), image);
      assert(image.created === undefined || !Number.isNaN(image.created.getTime()));
    }
    if (integrityTable) await checkIntegrity(range, header, quietJob()).catch(failureOf);
    return problems.length === 0 ? "whole" : "part";
  },
};
