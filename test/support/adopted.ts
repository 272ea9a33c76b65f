/** Sticks of others, made lifeboat's by `adopt`: what its boot partition leaves free lies otherwise than on one that `build` made. */
import type { Kit } from "../../src/boot/kit/kit.ts";
import type { AdoptPlan } from "../../src/stick/adopt/plan.ts";
import { adoptTarget, planAdoptionOf } from "../../src/stick/adopt/on-target.ts";
import { kitStage } from "../../src/stick/build/stage-source.ts";
import { run } from "../../src/system/run.ts";
import type { ForeignStick } from "./foreign-sticks.ts";
import { foreignStick } from "./foreign-sticks.ts";
import { quietJob } from "./jobs.ts";
import { refreshTools } from "./sticks.ts";

export async function adoptedStick(
  image: string,
  kit: Kit,
  stick: ForeignStick,
): Promise<AdoptPlan> {
  await foreignStick(image, stick);
  return adoptImage(image, kit);
}

/** @returns the plan that was carried out. */
export async function adoptImage(
  image: string,
  kit: Kit,
  backupFile = `${image}.foreign`,
): Promise<AdoptPlan> {
  const stage = kitStage(kit, "0.0.1");
  const wanted = { secureBoot: true, language: "en" } as const;
  const plan = await planAdoptionOf(image, {}, wanted, { stage, run }, quietJob());
  const tools = { ...(await refreshTools()), stage, version: "0.0.1", now: new Date(), backupFile };
  await adoptTarget(plan, tools, quietJob());
  return plan;
}
