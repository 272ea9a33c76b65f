import { LifeboatError } from "../system/errors.ts";
import type { SettingsMistake } from "../stick/settings/read.ts";
import type { StickSettings } from "../stick/settings/schema.ts";
import type { Register } from "./common.ts";
import { UNMOUNT } from "./options.ts";
import { describeRefresh, withStick } from "./refresh.ts";
import {
  isSettingsFile,
  isVentoyJson,
  printVentoyJson,
  readGiven,
  showVentoyJson,
  showVentoyStick,
} from "./settings-ventoy.ts";
import type { Shell } from "./shell.ts";

interface Options {
  readonly from?: string;
  readonly ventoyJson?: boolean;
  readonly fromVentoyJson?: string;
  readonly unmount?: boolean;
}

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
    .flag("--ventoy-json", {
      en: "show the ventoy.json that the settings come to, and what it can't hold",
      zh: "显示由设置得出的 ventoy.json，以及其中无法容纳的内容",
    })
    .value("--from-ventoy-json <file>", {
      en: "put what this ventoy.json says into the settings; the rest of them stays",
      zh: "将此 ventoy.json 的内容写入设置；其余设置保留",
    })
    .flag(...UNMOUNT)
    .examples(
      "lifeboat settings /dev/sdb",
      "lifeboat settings stick.img > stick.yaml",
      "lifeboat settings stick.img --from stick.yaml",
      "lifeboat settings stick.img --ventoy-json",
      "lifeboat settings stick.yaml --from-ventoy-json ventoy.json > new.yaml",
      "lifeboat settings ventoy.json",
    )
    .action(async (path: string, options: Options, command) => {
      const shell = open(command);
      const { from, fromVentoyJson } = options;
      refuseSeveral(options);
      if (isSettingsFile(path)) return ofFile(path, options, shell);
      if (isVentoyJson(path) && from === undefined && fromVentoyJson === undefined) {
        return showVentoyJson(path, shell);
      }
      if (fromVentoyJson !== undefined) return importJson(path, fromVentoyJson, options, shell);
      if (from !== undefined) return replaceSettings(path, from, options, shell);
      return show(path, options, shell);
    });
};

/** The stick's own, or what they come to. */
async function show(path: string, options: Options, shell: Shell): Promise<void> {
  const { exampleSettings, readSettingsText, textOfSettings } =
    await import("../stick/settings/file.ts");
  const { openDataToRead, openStick } = await import("../stick/stick.ts");
  const { run } = await import("../system/run.ts");
  const stick = await openStick(path).catch(async (error: unknown) => {
    // Somebody else's Ventoy stick has no settings of lifeboat's, but Ventoy's own.
    if (await showVentoyStick(path, shell)) return undefined;
    throw error;
  });
  if (stick === undefined) return;
  try {
    const bytes = await readSettingsText(stick, run);
    const text =
      bytes === undefined ? await exampleSettings(shell.language) : textOfSettings(bytes);
    if (options.ventoyJson !== true) return await showText(text, shell);
    const { ventoyContext } = await import("../stick/ventoy-json/on-stick.ts");
    const context = await ventoyContext(stick, run);
    const volume = await openDataToRead(stick, run);
    await printVentoyJson(await soundSettings(Buffer.from(text)), shell, { context, volume });
  } finally {
    await stick.disk.close();
  }
}

async function showText(text: string, shell: Shell): Promise<void> {
  const { describeMistake } = await import("../stick/settings/check.ts");
  const { parseSettings, placeOf } = await import("../stick/settings/read.ts");
  const { mistakes } = await parseSettings(Buffer.from(text));
  for (const mistake of mistakes) shell.warn(describeMistake(mistake));
  const report = mistakes.map(({ line, text: what }) => ({
    where: placeOf(line),
    what: shell.say(what),
  }));
  shell.result({ text, mistakes: report }, text.trimEnd().split("\n"));
}

async function replaceSettings(
  path: string,
  from: string,
  options: Options,
  shell: Shell,
): Promise<void> {
  const bytes = await readGiven(from);
  await soundSettings(bytes, from);
  const { writeSettings } = await import("../stick/settings/file.ts");
  await withStick(path, options, shell, async (stick, tools) => {
    const { refreshStick } = await import("../stick/refresh.ts");
    await writeSettings(stick, bytes, tools.run);
    const result = await refreshStick(stick, tools, shell.job);
    shell.result(result, describeRefresh(result, shell));
  });
}

/** Of a ventoy.json, into the settings that the stick has. */
async function importJson(
  path: string,
  file: string,
  options: Options,
  shell: Shell,
): Promise<void> {
  const json = await readGiven(file);
  const { readVentoyJson } = await import("../stick/ventoy-json/read.ts");
  const { importVentoyJson } = await import("../stick/ventoy-json/merge.ts");
  // Before anything is unmounted.
  if (readVentoyJson(json).plugins === undefined) await importVentoyJson("", json, {}, file);
  const { exampleSettings, readSettingsText, textOfSettings } =
    await import("../stick/settings/file.ts");
  const { saveSettings } = await import("../stick/settings/save.ts");
  const { ventoyContext } = await import("../stick/ventoy-json/on-stick.ts");
  await withStick(path, options, shell, async (stick, tools) => {
    const bytes = await readSettingsText(stick, tools.run);
    const text =
      bytes === undefined ? await exampleSettings(shell.language) : textOfSettings(bytes);
    const context = await ventoyContext(stick, tools.run);
    const changed = await importVentoyJson(text, json, context, file);
    const before = { stickName: stick.manifest.name, bytes };
    const result = await saveSettings(stick, before, changed, tools, shell.job);
    shell.result(result, describeRefresh(result, shell));
  });
}

/** Settings that lie on this computer: what comes of them is printed, and nothing written. */
async function ofFile(path: string, options: Options, shell: Shell): Promise<void> {
  if (options.from !== undefined) {
    throw new LifeboatError(
      "usage",
      {
        en: `--from puts a file on a stick, and ${path} is a file itself`,
        zh: `--from 将文件放入 U 盘，而 ${path} 本身就是文件`,
      },
      { kind: "usage" },
    );
  }
  const bytes = await readGiven(path);
  const { textOfSettings } = await import("../stick/settings/file.ts");
  if (options.ventoyJson === true) return printVentoyJson(await soundSettings(bytes, path), shell);
  const text = textOfSettings(bytes);
  if (options.fromVentoyJson === undefined) return showText(text, shell);
  const { importVentoyJson } = await import("../stick/ventoy-json/merge.ts");
  const json = await readGiven(options.fromVentoyJson);
  const changed = await importVentoyJson(text, json, {}, options.fromVentoyJson);
  shell.result({ text: changed }, changed.trimEnd().split("\n"));
}

/** @param file its name; default: as it is called on a stick. @throws LifeboatError `settings-mistake`, with all of them. */
async function soundSettings(bytes: Uint8Array, file?: string): Promise<StickSettings> {
  const { parseSettings, SETTINGS_PATH } = await import("../stick/settings/read.ts");
  const { settings, mistakes } = await parseSettings(bytes);
  if (settings === undefined) throw refused(file ?? SETTINGS_PATH.slice(1), mistakes);
  return settings;
}

function refuseSeveral({ from, ventoyJson, fromVentoyJson }: Options): void {
  const given = [from !== undefined, ventoyJson === true, fromVentoyJson !== undefined];
  if (given.filter(Boolean).length < 2) return;
  throw new LifeboatError(
    "usage",
    {
      en: "Only one of --from, --ventoy-json and --from-ventoy-json can be given",
      zh: "--from、--ventoy-json 和 --from-ventoy-json 只能给出一个",
    },
    { kind: "usage" },
  );
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
