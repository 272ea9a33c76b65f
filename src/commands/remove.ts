import type { Register } from "./common.ts";
import { UNMOUNT } from "./options.ts";
import { describeRefresh, withStick } from "./refresh.ts";

export const registerRemove: Register = (program, open) => {
  program
    .command("remove <stick> <name...>")
    .about({
      en: "remove ISOs by name or path, and refresh the menu",
      zh: "按名称或路径移除 ISO，并刷新菜单",
    })
    .flag(...UNMOUNT)
    .examples("lifeboat remove /dev/sdb debian-live.iso")
    .action(async (path: string, names: string[], options: { unmount?: boolean }, command) => {
      const shell = open(command);
      const { removeFiles } = await import("../stick/add.ts");
      await withStick(path, options, shell, async (stick, tools) => {
        const result = await removeFiles(stick, names, tools, shell.job);
        shell.result(result, describeRefresh(result, shell));
      });
    });
};
