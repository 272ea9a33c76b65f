/** Which checkout a result is of. */
import { packageRoot } from "../../src/system/places.ts";
import { run } from "../../src/system/run.ts";

/** Its commit, with a + where something in it wasn't committed. */
export async function commitOfCheckout(): Promise<string> {
  const cwd = packageRoot();
  const { stdout } = await run("git", ["rev-parse", "--short=10", "HEAD"], { cwd });
  const changed = await run("git", ["status", "--porcelain", "src", "test"], { cwd });
  return `${stdout.trim()}${changed.stdout === "" ? "" : "+"}`;
}
