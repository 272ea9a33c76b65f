import type { LifeboatCommand } from "./command.ts";
import type { Register } from "./common.ts";

export const registerManual: Register = (program, open) => {
  program
    .command("manual")
    .about({
      en: "print the manual of all commands, as a man page or for the docs",
      zh: "输出包含所有命令的手册，格式为 man 页面或文档页面",
    })
    .choice(
      "--format <name>",
      { en: "markup of the page", zh: "页面格式" },
      ["man", "markdown"],
      "man",
    )
    .examples("lifeboat manual | man -l -", "lifeboat manual --format markdown --lang zh")
    .action(async (options: { format: "man" | "markdown" }, command: LifeboatCommand) => {
      const shell = open(command);
      const { referenceOf } = await import("./reference/reference.ts");
      const { manPage } = await import("./reference/man.ts");
      const { commandsPage } = await import("./reference/markdown.ts");
      const { VERSION } = await import("../system/version.ts");
      const { language } = shell;
      const reference = referenceOf(program);
      const page =
        options.format === "man"
          ? manPage(reference, { version: VERSION, date: today(), language })
          : commandsPage(reference, language);
      shell.result({ version: VERSION, ...reference }, page.trimEnd().split("\n"));
    });
};

/** The day that the page bears; a build that has to come out the same every time sets SOURCE_DATE_EPOCH (seconds). */
function today(): string {
  const epoch = process.env["SOURCE_DATE_EPOCH"];
  const now = epoch && /^\d+$/.test(epoch) ? new Date(Number(epoch) * 1000) : new Date();
  return now.toISOString().slice(0, 10);
}
