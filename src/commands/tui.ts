import type { Register } from "./common.ts";

/** What `lifeboat` alone does on a terminal. */
export const registerTui: Register = (program, open) => {
  program
    .command("tui [stick]")
    .about({
      en: "the screens that lifeboat alone opens on a terminal",
      zh: "打开操作界面；在终端中单独运行 lifeboat 即为此命令",
    })
    .flag("--plain", {
      en: "line by line, for screen readers and terminals that can do no more",
      zh: "逐行模式，供读屏软件和功能有限的终端使用",
    })
    .examples("lifeboat tui", "lifeboat tui stick.img", "lifeboat tui --plain")
    .action(async (stick: string | undefined, options: { plain?: boolean }, command) => {
      const shell = open(command);
      const { openTui } = await import("../tui/tui.ts");
      const { language, color } = shell;
      shell.leaveSignals();
      await openTui({ language, color, plain: options.plain ?? false, stick });
    });
};
