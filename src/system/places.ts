/** Where lifeboat keeps things on the computer it runs on, by the XDG Base Directory specification or the platform's own habit. */
import { homedir } from "node:os";
import { join } from "node:path";

type Environment = Readonly<Record<string, string | undefined>>;

/** Things that can be made again: the kit, downloads. `LIFEBOAT_CACHE` overrides it. */
export function cacheFolder(environment: Environment = process.env): string {
  const chosen = environment["LIFEBOAT_CACHE"];
  if (chosen) return chosen;
  if (process.platform === "win32") {
    return join(environment["LOCALAPPDATA"] ?? join(homedir(), "AppData", "Local"), "lifeboat");
  }
  if (process.platform === "darwin") return join(homedir(), "Library", "Caches", "lifeboat");
  return join(environment["XDG_CACHE_HOME"] || join(homedir(), ".cache"), "lifeboat");
}

/** Things that must not be lost with a cache: partition tables saved before they were changed. */
export function stateFolder(environment: Environment = process.env): string {
  const chosen = environment["LIFEBOAT_STATE"];
  if (chosen) return chosen;
  if (process.platform === "win32" || process.platform === "darwin") {
    return join(cacheFolder(environment), "state");
  }
  return join(environment["XDG_STATE_HOME"] || join(homedir(), ".local", "state"), "lifeboat");
}

/** The checkout or installed package: `grub/`, `payloads/` and `templates/` lie in it. */
export function packageRoot(): string {
  return join(import.meta.dirname, "..", "..");
}
