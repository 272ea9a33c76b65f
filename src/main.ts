/** The program: commands are registered here, and nothing else happens. Each loads what it needs when it runs. */
import type { Command } from "commander";
import { CommanderError } from "commander";
import { LifeboatCommand } from "./commands/command.ts";
import type { Register } from "./commands/common.ts";
import { speakHelp } from "./commands/help-words.ts";
import type { GlobalOptions } from "./commands/shell.ts";
import { Shell } from "./commands/shell.ts";
import { globalOptionsIn, languageIn, usageError } from "./commands/usage.ts";
import { LANGUAGES } from "./system/text.ts";
import { VERSION } from "./system/version.ts";

const program = new LifeboatCommand("lifeboat", languageIn(process.argv.slice(2)));
speakHelp(program, VERSION);
program
  .about({
    en: "makes and keeps one USB stick that rescues computers",
    zh: "制作并维护一只能救电脑的 U 盘",
  })
  .flag("--json", {
    en: "one JSON document on stdout; progress and messages on stderr",
    zh: "向标准输出写一个 JSON 文档；进度和消息写到标准错误",
  })
  .flag("--quiet", { en: "no progress", zh: "不显示进度" })
  .choice(
    "--lang <language>",
    {
      en: "language of help and messages; by default that of LANG",
      zh: "帮助和消息的语言，默认按 LANG",
    },
    LANGUAGES,
  )
  .flag("--no-color", { en: "no colours", zh: "不使用颜色" })
  .examples(
    "lifeboat disks",
    "lifeboat build /dev/sdb --iso debian-live.iso",
    "lifeboat build stick.img --size 8G --iso debian-live.iso --yes",
    "lifeboat boot stick.img",
    "lifeboat build --help",
  )
  // The shell says what is wrong: in one line, in the user's language, or as JSON.
  .configureOutput({ writeErr: () => {} })
  .exitOverride();

// Help is written without a shell: a reader that went away (`lifeboat --help | head`) is no crash there either.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
});

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
  doctor: async () => (await import("./commands/doctor.ts")).registerDoctor,
  completion: async () => (await import("./commands/completion.ts")).registerCompletion,
  manual: async () => (await import("./commands/manual.ts")).registerManual,
  bcd: async () => (await import("./commands/bcd.ts")).registerBcd,
  kit: async () => (await import("./commands/kit.ts")).registerKit,
  tui: async () => (await import("./commands/tui.ts")).registerTui,
};

/** Commands that tell of all commands. */
const WHOLE: ReadonlySet<string> = new Set(["completion", "manual"]);

const given = process.argv.slice(2);
// Alone on a terminal it opens the screens; in a pipe it says what it can do.
const onTerminal = process.stdin.isTTY && process.stdout.isTTY;
const argv = onTerminal && namesNoCommand(given) ? ["tui", ...given] : given;
const named = Object.keys(commands).filter((name) => argv.includes(name));
const onlyVersion = argv.length === 1 && /^(-V|--version)$/.test(argv[0] ?? "");
// Help, the guess at a mistyped command, and what tells of the program as a whole want all of them.
const few = named.length > 0 && !named.some((name) => WHOLE.has(name));
for (const name of few || onlyVersion ? named : Object.keys(commands)) {
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

/** `lifeboat build`, by the first word that names a command: `kit add` is one of kit's. */
function commandIn(argv: readonly string[]): string {
  const names = new Set(program.commands.map((command) => command.name()));
  const found = argv.find((word) => names.has(word));
  return found === undefined ? "lifeboat" : `lifeboat ${found}`;
}

/** `lifeboat build --json` as well as `lifeboat --json build`. */
function withGlobalOptions(command: Command): void {
  for (const option of program.options) {
    if (option.attributeName() !== "version") command.addOption(option);
  }
  for (const child of command.commands) withGlobalOptions(child);
}

/** Nothing at all, or only how to be told: `lifeboat --lang zh` opens the screens, too. */
function namesNoCommand(words: readonly string[]): boolean {
  const [first, ...rest] = words;
  if (first === undefined) return true;
  if (first === "--lang") return rest.length > 0 && namesNoCommand(rest.slice(1));
  return (first.startsWith("--lang=") || first === "--no-color") && namesNoCommand(rest);
}
