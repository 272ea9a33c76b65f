/** The program: commands are registered here, and nothing else happens. Each loads what it needs when it runs. */
import { Command, CommanderError, Option } from "commander";
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
import { globalOptionsIn, usageError } from "./commands/usage.ts";
import { LANGUAGES } from "./system/text.ts";
import { VERSION } from "./system/version.ts";

const program = new Command("lifeboat")
  .description("makes and keeps one USB stick that rescues computers")
  .version(VERSION)
  .option("--json", "one JSON document on stdout; progress and messages on stderr")
  .option("--quiet", "no progress")
  .addOption(new Option("--lang <language>", "default: by LANG").choices(LANGUAGES))
  .option("--no-color", "no colours")
  // The shell says what is wrong: in one line, in the user's language, or as JSON.
  .configureOutput({ writeErr: () => {} })
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

const argv = process.argv.slice(2);
if (argv.length === 0) program.outputHelp();
else await parse();

async function parse(): Promise<void> {
  try {
    await program.parseAsync();
  } catch (error) {
    // --help and --version end here too, with 0.
    if (error instanceof CommanderError && error.exitCode === 0) return;
    const known = error instanceof CommanderError ? usageError(error, commandIn(argv)) : error;
    (shell ?? new Shell(globalOptionsIn(argv))).fail(known);
  }
}

/** `lifeboat build`, where the first word names a command. */
function commandIn(argv: readonly string[]): string {
  const found = program.commands.find((command) => argv.includes(command.name()));
  return found === undefined ? "lifeboat" : `lifeboat ${found.name()}`;
}

/** `lifeboat build --json` as well as `lifeboat --json build`. */
function withGlobalOptions(command: Command): void {
  for (const option of program.options) {
    if (option.attributeName() !== "version") command.addOption(option);
  }
  for (const child of command.commands) withGlobalOptions(child);
}
