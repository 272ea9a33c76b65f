import type { Register } from "./common.ts";
import { examples } from "./common.ts";
import { describeRefresh, withStick } from "./refresh.ts";
import { UNMOUNT_OPTION } from "./unmount.ts";

export const registerRemove: Register = (program, open) => {
  program
    .command("remove <stick> <name...>")
    .description("remove ISOs by name or path, and refresh the menu")
    .option(...UNMOUNT_OPTION)
    .addHelpText("after", examples("lifeboat remove /dev/sdb debian-live.iso"))
    .action(async (path: string, names: string[], options: { unmount?: boolean }, command) => {
      const shell = open(command);
      const { removeFiles } = await import("../stick/add.ts");
      await withStick(path, options, shell, async (stick, tools) => {
        const result = await removeFiles(stick, names, tools, shell.job);
        shell.result(result, describeRefresh(result, shell));
      });
    });
};
