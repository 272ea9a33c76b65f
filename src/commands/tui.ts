import type { Register } from "./common.ts";
import { examples } from "./common.ts";

/** What `lifeboat` alone does on a terminal. */
export const TUI_COMMAND = "tui";

export const registerTui: Register = (program, open) => {
  program
    .command(`${TUI_COMMAND} [stick]`)
    .description("the screens that lifeboat alone opens on a terminal")
    .option("--plain", "line by line, for screen readers and terminals that can do no more")
    .addHelpText("after", examples("lifeboat", "lifeboat tui stick.img", "lifeboat tui --plain"))
    .action(async (stick: string | undefined, options: { plain?: boolean }, command) => {
      const shell = open(command);
      const { openTui } = await import("../tui/tui.ts");
      const { language, color } = shell;
      shell.leaveSignals();
      await openTui({ language, color, plain: options.plain ?? false, stick });
    });
};
