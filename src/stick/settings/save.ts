/** Puts changed settings on a stick and makes its menu from them. */
import { LifeboatError } from "../../system/errors.ts";
import type { JobContext } from "../../system/progress.ts";
import type { RefreshResult, RefreshTools } from "../refresh.ts";
import { refreshStick } from "../refresh.ts";
import type { Stick } from "../stick.ts";
import { describeMistake } from "./check.ts";
import { readSettingsText, writeSettings } from "./file.ts";
import { say } from "./messages.ts";
import { parseSettings } from "./read.ts";

/** What a change was made from. */
export interface SettingsOrigin {
  /** The stick's, as its manifest says it: another one at the same path may have the same file, for all begin with the same. */
  readonly stickName: string;
  /** The file; undefined where the stick had none. */
  readonly bytes: Uint8Array | undefined;
}

/**
 * @param before what the change was made from.
 * @throws LifeboatError `settings-mistake`; `another-stick`, and `settings-changed` where the file has become another one since: nothing is written
 * then.
 * What `refreshStick` throws: the file is the new one then, the menu the old one.
 */
export async function saveSettings(
  stick: Stick,
  before: SettingsOrigin,
  text: string,
  tools: RefreshTools,
  job: JobContext,
): Promise<RefreshResult> {
  const bytes = Buffer.from(text);
  const { mistakes } = await parseSettings(bytes);
  const [first] = mistakes;
  if (first !== undefined) {
    throw new LifeboatError("settings-mistake", describeMistake(first), { kind: "usage" });
  }
  const { name } = stick.manifest;
  if (name !== before.stickName) {
    throw new LifeboatError("another-stick", say.anotherStick(before.stickName, name), {
      kind: "refused",
      hint: say.anotherStickHint(before.stickName),
    });
  }
  const there = await readSettingsText(stick, tools.run);
  const isSame =
    there === undefined || before.bytes === undefined
      ? there === before.bytes
      : there.equals(before.bytes);
  // A second try after a refresh that failed: the file is there already.
  const isDone = there !== undefined && there.equals(bytes);
  if (!isSame && !isDone) {
    throw new LifeboatError("settings-changed", say.changedMeanwhile(), {
      kind: "refused",
      hint: say.changedMeanwhileHint(),
    });
  }
  job.signal.throwIfAborted();
  if (!isDone) await writeSettings(stick, bytes, tools.run);
  return refreshStick(stick, tools, job);
}
