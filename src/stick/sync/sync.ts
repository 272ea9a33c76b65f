/** `sync`: looks at both sides and makes the plan. */
import type { JobContext } from "../../system/progress.ts";
import { LifeboatError } from "../../system/errors.ts";
import type { Run } from "../../system/run.ts";
import { readActiveSlot, readSlot } from "../menu/slots.ts";
import type { Stick } from "../stick.ts";
import { openDataToRead } from "../stick.ts";
import { say } from "./messages.ts";
import type { SyncPlan } from "./plan.ts";
import { planSync } from "./plan.ts";
import { parseRules } from "./rules.ts";
import { readRulesFile } from "./rules-file.ts";
import type { SyncSource } from "./source.ts";
import { readState } from "./state.ts";

/**
 * @param rulesPath a rules file of this computer, in place of the source's own.
 * @throws LifeboatError `sync-rules`; `source-empty` where there is nothing to take: nothing is removed then.
 */
export async function prepareSync(
  stick: Stick,
  source: SyncSource,
  rulesPath: string | undefined,
  run: Run,
  job: JobContext,
): Promise<SyncPlan> {
  const rules = parseRules(rulesPath === undefined ? source.rules : await readRulesFile(rulesPath));
  const slot = await readSlot(stick.bootVolume, await readActiveSlot(stick.bootVolume));
  const volume = await openDataToRead(stick, run);
  const state = await readState(volume);
  const plan = await planSync(
    source,
    rules,
    { volume, records: slot?.records.isos ?? [], state },
    job,
  );
  if (plan.actions.length > 0) return plan;
  throw new LifeboatError("source-empty", say.empty(source.id), {
    kind: "usage",
    hint: say.emptyHint(),
  });
}
