/** The program: commands are registered here, and nothing else happens. Each loads what it needs when it runs. */
import { Command, CommanderError, Option } from "commander";
import type { Register } from "./commands/common.ts";
import type { GlobalOptions } from "./commands/shell.ts";
import { Shell } from "./commands/shell.ts";
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

/** Loaded when they are named: the program starts in little more than Node's own time. In the order in which help lists them. */
const commands: Readonly<Record<string, () => Promise<Register>>> = {
  build: async () => (await import("./commands/build.ts")).registerBuild,
  clone: async () => (await import("./commands/clone.ts")).registerClone,
  adopt: async () => (await import("./commands/adopt.ts")).registerAdopt,
  add: async () => (await import("./commands/add.ts")).registerAdd,
  remove: async () => (await import("./commands/remove.ts")).registerRemove,
  sync: async () => (await import("./commands/sync.ts")).registerSync,
  refresh: async () => (await import("./commands/refresh.ts")).registerRefresh,
  persistence: async () => (await import("./commands/persistence.ts")).registerPersistence,
  upgrade: async () => (await import("./commands/upgrade.ts")).registerUpgrade,
  "backup-boot": async () => (await import("./commands/backup-boot.ts")).registerBackupBoot,
  "restore-boot": async () => (await import("./commands/restore-boot.ts")).registerRestoreBoot,
  verify: async () => (await import("./commands/verify.ts")).registerVerify,
  inspect: async () => (await import("./commands/inspect.ts")).registerInspect,
  scan: async () => (await import("./commands/scan.ts")).registerScan,
  boot: async () => (await import("./commands/boot.ts")).registerBoot,
  password: async () => (await import("./commands/password.ts")).registerPassword,
  settings: async () => (await import("./commands/settings.ts")).registerSettings,
  "test-media": async () => (await import("./commands/test-media.ts")).registerTestMedia,
  disks: async () => (await import("./commands/disks.ts")).registerDisks,
  kit: async () => (await import("./commands/kit.ts")).registerKit,
  tui: async () => (await import("./commands/tui.ts")).registerTui,
};

const given = process.argv.slice(2);
// Alone on a terminal it opens the screens; in a pipe it says what it can do.
const onTerminal = process.stdin.isTTY && process.stdout.isTTY;
const argv = given.length === 0 && onTerminal ? ["tui"] : given;
const named = Object.keys(commands).filter((name) => argv.includes(name));
const onlyVersion = argv.length === 1 && /^(-V|--version)$/.test(argv[0] ?? "");
// Help, and the guess at a mistyped command, want all of them.
for (const name of named.length > 0 || onlyVersion ? named : Object.keys(commands)) {
  (await commands[name]?.())?.(program, open);
}
for (const command of program.commands) withGlobalOptions(command);

if (argv.length === 0) program.outputHelp();
else await parse();

async function parse(): Promise<void> {
  try {
    await program.parseAsync(argv, { from: "user" });
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
