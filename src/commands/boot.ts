import { InvalidArgumentError } from "commander";
import { LifeboatError } from "../system/errors.ts";
import type { Register } from "./common.ts";
import { examples } from "./common.ts";

const FIRMWARES = ["bios", "uefi", "uefi-ia32", "secure-boot"] as const;
type FirmwareName = (typeof FIRMWARES)[number];

interface BootCommandOptions {
  readonly firmware: FirmwareName;
  readonly entry?: string;
  readonly headless?: boolean;
  readonly expect?: string[];
  readonly timeout: number;
  readonly screenshot?: string;
  readonly memory?: number;
}

export const registerBoot: Register = (program, open) => {
  program
    .command("boot <stick>")
    .description("start it in QEMU; writes never reach the stick")
    .option("--firmware <name>", `one of ${FIRMWARES.join(", ")}`, firmwareName, "uefi")
    .option("--entry <number|title>", "start this entry, as --list numbers them")
    .option("--list", "list the menu's entries on that firmware, and start nothing")
    .option("--headless", "no window")
    .option("--expect <text...>", "exit 0 once these texts were on the serial line or the screen")
    .option("--timeout <seconds>", "give up after so long", seconds, 300)
    .option("--memory <MiB>", "memory of the machine", seconds)
    .option("--screenshot <file>", "leave a picture of the screen (PNG) when it ends")
    .addHelpText(
      "after",
      examples(
        "lifeboat boot stick.img --firmware bios",
        'lifeboat boot stick.img --firmware secure-boot --entry "Debian" --headless --expect login:',
      ),
    )
    .action(async (path: string, options: BootCommandOptions & { list?: boolean }, command) => {
      const shell = open(command);
      const { listEntries, findEntry } = await import("../stick/entries.ts");
      const entries = await listEntries(path, options.firmware);
      if (options.list) {
        shell.result(
          { entries: entries.map(({ titles }, index) => ({ number: index + 1, titles })) },
          entries.map(
            ({ titles }, index) => `${String(index + 1).padStart(3)}  ${titles.join(" › ")}`,
          ),
        );
        return;
      }
      const chosen = options.entry === undefined ? undefined : findEntry(entries, options.entry);
      const { bootInQemu } = await import("../boot/qemu/boot.ts");
      const { expect, memory, screenshot } = options;
      const result = await bootInQemu({
        image: path,
        firmware: options.firmware,
        timeoutMs: options.timeout * 1000,
        headless: options.headless ?? false,
        signal: shell.job.signal,
        ...(chosen === undefined ? {} : { select: chosen.positions }),
        ...(expect === undefined ? {} : { expect }),
        ...(memory === undefined ? {} : { memoryMb: memory }),
        ...(screenshot === undefined ? {} : { screenshot }),
        onSerial: (text) => {
          if (!shell.json) process.stderr.write(text);
        },
      });
      const { ok, missing, seconds: took } = result;
      if (!ok) throw notSeen(missing ?? "", took, result.serial);
      shell.result({ ok, seconds: took, serial: result.serial, screen: result.screen }, [
        shell.say({ en: `Seen after ${took.toFixed(0)} s`, zh: `${took.toFixed(0)} 秒后出现` }),
      ]);
    });
};

function notSeen(missing: string, took: number, serial: string): LifeboatError {
  const last = serial.trim().split("\n").slice(-1)[0]?.slice(-100) ?? "";
  return new LifeboatError(
    "not-seen",
    {
      en: `"${missing}" did not appear within ${took.toFixed(0)} s; the last line was "${last}"`,
      zh: `${took.toFixed(0)} 秒内未出现“${missing}”；最后一行是“${last}”`,
    },
    { hint: { en: "Give it more time with --timeout", zh: "可用 --timeout 延长等待时间" } },
  );
}

function firmwareName(value: string): FirmwareName {
  const found = FIRMWARES.find((name) => name === value);
  if (found === undefined) throw new InvalidArgumentError(`It is one of ${FIRMWARES.join(", ")}.`);
  return found;
}

function seconds(value: string): number {
  if (!/^[1-9]\d{0,5}$/.test(value))
    throw new InvalidArgumentError("It is a whole number above 0.");
  return Number(value);
}
