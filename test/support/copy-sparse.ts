/** Images of sticks are holes for the most part; node's copyFile fills them, and twenty copies are the whole memory then. */
import { run } from "../../src/system/run.ts";

export async function copySparse(from: string, to: string): Promise<void> {
  await run("cp", ["--sparse=auto", "--", from, to]);
}
