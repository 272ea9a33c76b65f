import type { Register } from "./common.ts";
import { examples } from "./common.ts";
import { describeRefresh, withStick } from "./refresh.ts";
import { UNMOUNT_OPTION } from "./unmount.ts";

export const registerAdd: Register = (program, open) => {
  program
    .command("add <stick> <file...>")
    .description("copy files in, read them back, and refresh the menu")
    .option("--to <folder>", "folder on the stick", "/")
    .option("--replace", "put the new file in the place of one of the same name")
    .option(...UNMOUNT_OPTION)
    .addHelpText(
      "after",
      examples("lifeboat add /dev/sdb debian-live.iso", "lifeboat add stick.img *.iso"),
    )
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
