import { FIRMWARES } from "../boot/qemu/firmware.ts";
import type { Firmware } from "../boot/qemu/firmware.ts";
import { LifeboatError } from "../system/errors.ts";
import type { Text } from "../system/text.ts";
import { wholeNumber } from "./numbers.ts";
import type { Register } from "./common.ts";
import { collect } from "./common.ts";

/** How long --expect waits where --timeout doesn't say. */
const EXPECT_SECONDS = 300;

interface BootCommandOptions {
  readonly firmware: Firmware;
  readonly entry?: string;
  readonly headless?: boolean;
  readonly expect: string[];
  readonly timeout?: number;
  readonly screenshot?: string;
  readonly memory?: number;
}

export const registerBoot: Register = (program, open) => {
  program
    .command("boot <stick>")
    .about({
      en: "start it in QEMU; writes never reach the stick",
      zh: "在 QEMU 中启动；不会写入 U 盘",
    })
    .choice(
      "--firmware <name>",
      { en: "firmware of the machine", zh: "虚拟机的固件" },
      FIRMWARES,
      "uefi",
    )
    .value("--entry <number|title>", {
      en: "start this entry, as --list numbers them",
      zh: "启动此条目，编号见 --list",
    })
    .flag("--list", {
      en: "list the menu's entries on that firmware, and start nothing",
      zh: "列出该固件下的菜单条目，不启动",
    })
    .flag("--headless", { en: "no window", zh: "不显示窗口" })
    .value(
      "--expect <text>",
      {
        en: "exit 0 once it was on the serial line or the screen; several: one after the other",
        zh: "串口或屏幕上出现此文本后以 0 退出；可指定多个，须依次出现",
      },
      collect,
      [],
    )
    .value(
      "--timeout <seconds>",
      {
        en: `give up after so long; with --expect ${EXPECT_SECONDS}, else until the machine ends`,
        zh: `超过此秒数即放弃；有 --expect 时默认 ${EXPECT_SECONDS}，否则直到虚拟机结束`,
      },
      wholeNumber("--timeout", 1, 999_999),
    )
    .value(
      "--memory <MiB>",
      { en: "memory of the machine", zh: "虚拟机的内存" },
      wholeNumber("--memory", 16, 999_999),
    )
    .value("--screenshot <file>", {
      en: "leave a picture of the screen (PNG) when it ends",
      zh: "结束时保存屏幕截图（PNG）",
    })
    .examples(
      "lifeboat boot stick.img --firmware bios",
      'lifeboat boot stick.img --firmware secure-boot --entry "Debian" --headless --expect login:',
    )
    .action(async (path: string, options: BootCommandOptions & { list?: boolean }, command) => {
      const shell = open(command);
      const { listEntries, findEntry } = await import("../stick/menu/entries.ts");
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
      const awaited = expect.length > 0;
      const limit = options.timeout ?? (awaited ? EXPECT_SECONDS : Infinity);
      const result = await bootInQemu({
        image: path,
        firmware: options.firmware,
        timeoutMs: limit * 1000,
        headless: options.headless ?? false,
        signal: shell.job.signal,
        ...(chosen === undefined ? {} : { select: chosen.positions }),
        ...(awaited ? { expect } : {}),
        ...(memory === undefined ? {} : { memoryMb: memory }),
        ...(screenshot === undefined ? {} : { screenshot }),
        onSerial: (text) => {
          if (!shell.json) process.stderr.write(text);
        },
      });
      const { ok, missing, seconds: took } = result;
      if (!ok) throw notSeen(missing ?? "", took, result.serial);
      shell.result({ ok, seconds: took, serial: result.serial, screen: result.screen }, [
        shell.say(outcome(awaited, took, limit)),
      ]);
    });
};

function outcome(awaited: boolean, took: number, limit: number): Text {
  const time = took.toFixed(0);
  if (awaited) return { en: `Seen after ${time} s`, zh: `${time} 秒后出现` };
  return took < limit
    ? { en: `The machine ended after ${time} s`, zh: `虚拟机在 ${time} 秒后结束` }
    : { en: `Stopped after ${time} s`, zh: `已在 ${time} 秒后停止` };
}

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
