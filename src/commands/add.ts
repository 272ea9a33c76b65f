import type { Register } from "./common.ts";
import { UNMOUNT } from "./options.ts";
import { describeRefresh, withStick } from "./refresh.ts";

export const registerAdd: Register = (program, open) => {
  program
    .command("add <stick> <file...>")
    .about({
      en: "copy files in, read them back, and refresh the menu",
      zh: "复制文件到 U 盘，读回校验，并刷新菜单",
    })
    .value(
      "--to <folder>",
      { en: "folder on the stick; made where it isn't there", zh: "U 盘上的文件夹；不存在时新建" },
      undefined,
      "/",
    )
    .flag("--replace", {
      en: "put the new file in the place of one of the same name",
      zh: "用新文件替换同名文件",
    })
    .flag(...UNMOUNT)
    .examples("lifeboat add /dev/sdb debian-live.iso", "lifeboat add stick.img *.iso")
    .action(
      async (
        path: string,
        files: string[],
        options: { to: string; replace?: boolean; unmount?: boolean },
        command,
      ) => {
        const shell = open(command);
        const { addFiles } = await import("../stick/add.ts");
        const { dropCaches } = await import("../stick/target.ts");
        await withStick(path, options, shell, async (stick, tools) => {
          const { notes, ...result } = await addFiles(stick, files, tools, shell.job, {
            folder: `/${options.to.replaceAll(/^\/+|\/+$/g, "")}`,
            replace: options.replace ?? false,
            beforeReadBack: async () => dropCaches(path, tools.run),
          });
          for (const note of notes) shell.warn(note);
          shell.result({ ...result, notes: notes.map((note) => shell.say(note)) }, [
            ...result.files.map(({ path: file, sha256 }) => `${sha256}  ${file}`),
            ...(result.changed
              ? describeRefresh(result, shell)
              : [shell.say({ en: "The menu is as it was", zh: "菜单没有变化" })]),
          ]);
        });
      },
    );
};
