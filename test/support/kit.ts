/** The real kit for the tests: collected once from Debian's packages, and kept (see test/setup/cache.ts). */
import { join } from "node:path";
import { buildKit } from "../../src/boot/kit/build.ts";
import { openKit } from "../../src/boot/kit/kit.ts";
import type { Kit } from "../../src/boot/kit/kit.ts";
import { run } from "../../src/system/run.ts";
import { cached } from "../setup/cache.ts";
import { quietJob } from "./jobs.ts";

/** The first call makes it, which needs Debian's mirror and some seconds. */
export async function testKit(): Promise<Kit> {
  const folder = await cached({
    name: "kit",
    extension: "",
    sources: ["build", "sources", "manifest"].map((name) => `../../src/boot/kit/${name}.ts`),
    async make(work) {
      const { folder } = await buildKit(run, quietJob(), join(work, "kit"));
      return folder;
    },
  });
  return openKit(folder);
}
