/** What is on a lifeboat stick that its ventoy.json is to name. */
import type { Run } from "../../system/run.ts";
import { listPersistence } from "../persistence/list.ts";
import type { Stick } from "../stick.ts";
import type { VentoyContext } from "./shared.ts";

/** The persistence files that belong to an image. */
export async function ventoyContext(stick: Stick, run: Run): Promise<VentoyContext> {
  const found = await listPersistence(stick, run);
  const persistence = found.flatMap(({ path, iso, volume }) => {
    return iso === null || volume === null
      ? []
      : [{ image: iso, backend: path, label: volume.label }];
  });
  return { persistence };
}
