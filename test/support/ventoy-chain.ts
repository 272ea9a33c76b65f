/** Sticks that start by lifeboat with Ventoy behind its menu, made into image files. */
import { randomGuid } from "../../src/disks/guid.ts";
import type { Kit } from "../../src/boot/kit/kit.ts";
import { kitStage } from "../../src/stick/build/stage-source.ts";
import { examineTarget } from "../../src/stick/target.ts";
import { buildChainOnTarget } from "../../src/stick/ventoy/chain/on-target.ts";
import { chainImages } from "../../src/stick/ventoy/chain/parts.ts";
import type { ChainOptions, ChainPlan } from "../../src/stick/ventoy/chain/plan.ts";
import { planChain } from "../../src/stick/ventoy/chain/plan.ts";
import { run } from "../../src/system/run.ts";
import { VERSION } from "../../src/system/version.ts";
import { quietJob } from "./jobs.ts";
import { MIB, refreshTools } from "./sticks.ts";
import type { VentoyParts } from "./ventoy-release.ts";
import { releaseOf } from "./ventoy-upgrade.ts";

export const CHAIN_MIB = 384;

export async function chainStick(
  image: string,
  kit: Kit,
  parts: VentoyParts,
  options: Partial<ChainOptions> = {},
  sizeMib = CHAIN_MIB,
): Promise<ChainPlan> {
  const target = await examineTarget(image, sizeMib * MIB, {}, run);
  const wanted = {
    scheme: "gpt",
    reserveBytes: 0,
    label: "LIFEBOAT",
    secureBoot: true,
    isos: [],
    language: "en",
    ...options,
  } as const;
  const images = chainImages(parts, wanted.secureBoot);
  // Any file that is there: it is held against the target, and no more.
  const release = { ...releaseOf(images), archive: import.meta.filename };
  const plan = await planChain(target, release, wanted, randomGuid);
  const tools = { ...(await refreshTools()), kit, stage: kitStage(kit, VERSION) };
  await buildChainOnTarget(plan, images, tools, quietJob());
  return plan;
}
