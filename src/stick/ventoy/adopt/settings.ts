/** What a lifeboat stick's settings come to for Ventoy, which doesn't read them: a ventoy.json, for the user to put on the stick. */
import { failureOf } from "../../../system/errors.ts";
import type { Run } from "../../../system/run.ts";
import type { Text } from "../../../system/text.ts";
import { readSettingsText } from "../../settings/file.ts";
import { parseSettings } from "../../settings/read.ts";
import type { Stick } from "../../stick.ts";
import { ventoyContext } from "../../ventoy-json/on-stick.ts";
import { toVentoyJson } from "../../ventoy-json/to-json.ts";

export interface StickJson {
  /** Undefined where Ventoy need be told nothing, and where the settings can't be read. */
  readonly text?: string;
  /** Why they can't be read. */
  readonly unreadable?: Text;
  /** ISOs keep their changes in files on the stick, which Ventoy's menu lists as images. */
  readonly persistence: boolean;
}

/** @throws LifeboatError only where the medium was pulled out. */
export async function ventoyJsonOf(stick: Stick, run: Run): Promise<StickJson> {
  try {
    const context = await ventoyContext(stick, run);
    const persistence = (context.persistence ?? []).length > 0;
    const { settings, mistakes } = await parseSettings(
      (await readSettingsText(stick, run)) ?? Buffer.alloc(0),
    );
    if (settings === undefined) {
      const [mistake] = mistakes;
      return { persistence, ...(mistake && { unreadable: mistake.text }) };
    }
    const { text, plugins } = toVentoyJson(settings, context);
    return Object.keys(plugins).length === 0 ? { persistence } : { persistence, text };
  } catch (error) {
    return { persistence: false, unreadable: failureOf(error).text };
  }
}
