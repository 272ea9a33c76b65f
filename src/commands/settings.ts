import { readFile } from "node:fs/promises";
import { LifeboatError } from "../system/errors.ts";
import { reasonOf } from "../system/reason.ts";
import type { Text } from "../system/text.ts";
import type { SettingsMistake } from "../stick/settings/read.ts";
import type { Register } from "./common.ts";
import { UNMOUNT } from "./options.ts";
import { describeRefresh, withStick } from "./refresh.ts";

export const registerSettings: Register = (program, open) => {
  program
    .command("settings <stick>")
    .about({
      en: "show the stick's settings (lifeboat/stick.yaml) and check them, or put others in their place",
      zh: "显示并检查 U 盘的设置（lifeboat/stick.yaml），或换成其他设置",
    })
    .value("--from <file>", {
      en: "check this file, put it on the stick and refresh the menu",
      zh: "检查此文件，将其放入 U 盘并刷新菜单",
    })
    .flag(...UNMOUNT)
    .examples(
      "lifeboat settings /dev/sdb",
      "lifeboat settings stick.img > stick.yaml",
      "lifeboat settings stick.img --from stick.yaml",
    )
    .action(async (path: string, options: { from?: string; unmount?: boolean }, command) => {
      const shell = open(command);
      const { describeMistake } = await import("../stick/settings/check.ts");
      const { parseSettings, placeOf } = await import("../stick/settings/read.ts");
      const { exampleSettings, readSettingsText, textOfSettings, writeSettings } =
        await import("../stick/settings/file.ts");
      const { run } = await import("../system/run.ts");
      const report = (mistakes: readonly SettingsMistake[]) =>
        mistakes.map(({ line, text }) => ({ where: placeOf(line), what: shell.say(text) }));
      if (options.from === undefined) {
        const { openStick } = await import("../stick/stick.ts");
        const stick = await openStick(path);
        try {
          const bytes = await readSettingsText(stick, run);
          const text =
            bytes === undefined ? await exampleSettings(shell.language) : textOfSettings(bytes);
          const { mistakes } = await parseSettings(Buffer.from(text));
          for (const mistake of mistakes) shell.warn(describeMistake(mistake));
          shell.result({ text, mistakes: report(mistakes) }, text.trimEnd().split("\n"));
        } finally {
          await stick.disk.close();
        }
        return;
      }
      const bytes = await readFile(options.from).catch((cause: unknown) => {
        throw unreadable(options.from ?? "", cause);
      });
      const { mistakes } = await parseSettings(bytes);
      const [first] = mistakes;
      if (first !== undefined) throw refused(options.from, mistakes);
      await withStick(path, options, shell, async (stick, tools) => {
        const { refreshStick } = await import("../stick/refresh.ts");
        await writeSettings(stick, bytes, tools.run);
        const result = await refreshStick(stick, tools, shell.job);
        shell.result(result, describeRefresh(result, shell));
      });
    });
};

function unreadable(file: string, cause: unknown): LifeboatError {
  const { en, zh } = reasonOf(cause);
  const text: Text = { en: `Can't read ${file}: ${en}`, zh: `无法读取 ${file}：${zh}` };
  return new LifeboatError("no-such-file", text, { kind: "usage", cause });
}

function refused(file: string, mistakes: readonly SettingsMistake[]): LifeboatError {
  const list = (language: "en" | "zh") =>
    mistakes.map(({ line, text }) => `${file}:${line}: ${text[language]}`).join("; ");
  return new LifeboatError(
    "settings-mistake",
    { en: list("en"), zh: list("zh") },
    {
      kind: "usage",
      hint: {
        en: "Nothing was written; docs/settings.md describes the keys",
        zh: "未写入任何内容；各项说明见 docs/settings.md",
      },
    },
  );
}
