/** Which sources a stick has followed before, as far as they can be opened again. */
import { isAbsolute } from "node:path";
import type { Run } from "../../system/run.ts";
import type { Stick } from "../stick.ts";
import { openDataToRead } from "../stick.ts";
import { isWebAddress } from "./http.ts";
import { readState } from "./state.ts";

/**
 * Folders and addresses, each once. One that has a name in its rules is remembered by that, and so isn't among them; nor are user and
 * password of an address.
 */
export async function earlierSources(stick: Stick, run: Run): Promise<string[]> {
  const { files } = await readState(await openDataToRead(stick, run));
  const sources = new Set(files.map(({ source }) => source));
  return [...sources].filter((source) => isWebAddress(source) || isAbsolute(source));
}
