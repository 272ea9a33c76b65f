/** Which program works on the contents of WIMs here. */
import type { Run } from "../../system/run.ts";
import type { WimBackend } from "./backend.ts";

/** The one for this computer. */
export async function wimBackend(
  run: Run,
  platform: NodeJS.Platform = process.platform,
): Promise<WimBackend> {
  if (platform === "win32") {
    const { dismBackend } = await import("./dism/backend.ts");
    return dismBackend(run);
  }
  const { wimlibBackend } = await import("./wimlib/backend.ts");
  return wimlibBackend(run, platform);
}
