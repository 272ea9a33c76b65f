/**
 * Reads an ISO's GRUB configuration the way GRUB would run it, without a machine: variables and functions work, sourced
 * files are read from the same ISO, conditions that only the machine can answer take both branches.
 */
import type { BootEntry } from "../boot-entry.ts";
import type { BootFiles } from "../tree.ts";
import { Interpreter } from "./interpret.ts";
import { OWN_DEVICE, Scope } from "./scope.ts";

/** The GRUB that the configuration believes to run in. */
export interface GrubEnvironment {
  readonly platform: "pc" | "efi";
  readonly cpu: "i386" | "x86_64";
  /** Further variables that are set before the configuration starts, as `iso_path` for a loopback.cfg. */
  readonly variables?: Readonly<Record<string, string>>;
  /** What `probe --fs-uuid` answers for any device; without it the answer is unknown. */
  readonly fsUuid?: string;
}

/**
 * The entries of the configuration at `path`, in menu order, submenus flattened. Empty where there is no such file. Bounded in
 * files, commands, entries and depth, whatever the files hold; never throws for what they hold.
 */
export async function readGrubConfig(
  files: BootFiles,
  path: string,
  environment: GrubEnvironment,
): Promise<BootEntry[]> {
  const folder = path.slice(0, path.lastIndexOf("/"));
  const scope = new Scope(
    new Map([
      ["root", OWN_DEVICE],
      ["prefix", `(${OWN_DEVICE})${folder}`],
      ["cmdpath", `(${OWN_DEVICE})/EFI/BOOT`],
      ["config_directory", `(${OWN_DEVICE})${folder}`],
      ["config_file", `(${OWN_DEVICE})${path}`],
      ["grub_platform", environment.platform],
      ["grub_cpu", environment.cpu],
      ["feature_menuentry_id", "y"],
      ["feature_default_font_path", "y"],
      ...Object.entries(environment.variables ?? {}),
    ]),
  );
  const interpreter = new Interpreter(files, environment.fsUuid);
  await interpreter.runFile(path, scope);
  return interpreter.entries;
}
