/** The program: commands are registered here, and nothing else happens. Each loads what it needs when it runs. */
import { Command, CommanderError } from "commander";
import { registerAdd } from "./commands/add.ts";
import { registerBoot } from "./commands/boot.ts";
import { registerBuild } from "./commands/build.ts";
import { registerDisks } from "./commands/disks.ts";
import { registerInspect } from "./commands/inspect.ts";
import { registerKit } from "./commands/kit.ts";
import { registerRefresh } from "./commands/refresh.ts";
import { registerRemove } from "./commands/remove.ts";
import { registerScan } from "./commands/scan.ts";
import type { GlobalOptions } from "./commands/shell.ts";
import { Shell } from "./commands/shell.ts";
import { registerVerify } from "./commands/verify.ts";
import { EXIT_STATUS } from "./system/errors.ts";
import { VERSION } from "./system/version.ts";

const program = new Command("lifeboat")
  .description("makes and keeps one USB stick that rescues computers")
  .version(VERSION)
  .option("--json", "one JSON document on stdout; progress and messages on stderr")
  .option("--quiet", "no progress")
  .option("--lang <language>", "en or zh; default: by LANG")
  .option("--no-color", "no colours")
  .showHelpAfterError("(lifeboat --help lists the commands)")
  .exitOverride();

let shell: Shell | undefined;
const open = (command: Command): Shell => {
  shell = new Shell(command.optsWithGlobals<GlobalOptions>());
  return shell;
};

for (const register of [
  registerBuild,
  registerAdd,
  registerRemove,
  registerRefresh,
  registerVerify,
  registerInspect,
  registerScan,
  registerBoot,
  registerDisks,
  registerKit,
]) {
  register(program, open);
}
for (const command of program.commands) withGlobalOptions(command);

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) {
    // --help and --version end here too, with 0; everything else is a wrong command line.
    process.exitCode = error.exitCode === 0 ? 0 : EXIT_STATUS.usage;
  } else {
    (shell ?? new Shell({})).fail(error);
  }
}

/** `lifeboat build --json` as well as `lifeboat --json build`. */
function withGlobalOptions(command: Command): void {
  for (const option of program.options) {
    if (option.attributeName() !== "version") command.addOption(option);
  }
  for (const child of command.commands) withGlobalOptions(child);
}
