import { LifeboatError } from "../system/errors.ts";
import { formatSize, parseSize } from "../system/sizes.ts";
import type { LifeboatCommand } from "./command.ts";
import type { OpenShell, Register } from "./common.ts";
import { UNMOUNT, YES } from "./options.ts";
import { describeRefresh, withStick } from "./refresh.ts";
import type { Shell } from "./shell.ts";

export const registerPersistence: Register = (program, open) => {
  const group = program
    .command("persistence")
    .about({
      en: "files on the stick that live systems keep their changes in",
      zh: "U 盘上供 live 系统保存更改的文件",
    })
    .examples(
      "lifeboat persistence create /dev/sdb debian-live.iso --size 8G",
      "lifeboat persistence list /dev/sdb",
    );
  registerCreate(group, open);
  registerList(group, open);
  registerRemove(group, open);
};

function registerCreate(group: LifeboatCommand, open: OpenShell): void {
  group
    .command("create <stick> <iso>")
    .about({
      en: "make the file for an ISO on the stick, and its entry in the menu",
      zh: "为 U 盘上的 ISO 创建该文件及其菜单条目",
    })
    .needed("--size <size>", { en: "512M, 8G", zh: "512M、8G 等" }, (value: string) =>
      parseSize(value),
    )
    .value("--label <label>", {
      en: "another label than the one that the ISO's family looks for",
      zh: "使用其他卷标，而非该系列 ISO 默认查找的卷标",
    })
    .flag(...UNMOUNT)
    .examples("lifeboat persistence create /dev/sdb debian-live.iso --size 8G")
    .action(
      async (
        path: string,
        iso: string,
        options: { size: number; label?: string; unmount?: boolean },
        command,
      ) => {
        const shell = open(command);
        const { createPersistence } = await import("../stick/persistence/create.ts");
        const { dropCaches } = await import("../stick/target.ts");
        await withStick(path, options, shell, async (stick, tools) => {
          const { size: sizeBytes, label } = options;
          const result = await createPersistence(
            stick,
            iso,
            {
              sizeBytes,
              ...(label === undefined ? {} : { label }),
              beforeReadBack: async () => dropCaches(path, tools.run),
            },
            tools,
            shell.job,
          );
          shell.result(result, [
            `${result.path}  ${formatSize(result.sizeBytes)}  ${result.label}`,
            ...describeRefresh(result, shell),
          ]);
        });
      },
    );
}

function registerList(group: LifeboatCommand, open: OpenShell): void {
  group
    .command("list <stick>")
    .about({
      en: "the files that are there, and the ISOs that they belong to",
      zh: "列出已有的文件及其所属的 ISO",
    })
    .examples("lifeboat persistence list /dev/sdb")
    .action(async (path: string, _options, command) => {
      const shell = open(command);
      const { openStick } = await import("../stick/stick.ts");
      const { listPersistence } = await import("../stick/persistence/list.ts");
      const { run } = await import("../system/run.ts");
      const stick = await openStick(path);
      try {
        const files = await listPersistence(stick, run);
        const lines = files.map(({ path: file, iso, sizeBytes, volume }) => {
          const free = volume === null ? "" : `${volume.label}, ${formatSize(volume.freeBytes)}`;
          return `${file}  ${formatSize(sizeBytes)}  ${free}  ${iso ?? shell.say(noIso())}`;
        });
        const none = shell.say({
          en: "The stick has no persistence files",
          zh: "U 盘上没有持久化文件",
        });
        shell.result({ files }, lines.length > 0 ? lines : [none]);
      } finally {
        await stick.disk.close();
      }
    });
}

function registerRemove(group: LifeboatCommand, open: OpenShell): void {
  group
    .command("remove <stick> <iso>")
    .about({ en: "give up the changes that an ISO keeps", zh: "放弃 ISO 保存的更改" })
    .flag(...YES)
    .flag(...UNMOUNT)
    .examples("lifeboat persistence remove /dev/sdb debian-live.iso")
    .action(
      async (path: string, iso: string, options: { yes?: boolean; unmount?: boolean }, command) => {
        const shell = open(command);
        const { findPersistence, removePersistence } =
          await import("../stick/persistence/create.ts");
        const { openDataToRead } = await import("../stick/stick.ts");
        await withStick(path, options, shell, async (stick, tools) => {
          const file = await findPersistence(stick, await openDataToRead(stick, tools.run), iso);
          await askFirst(file, options.yes ?? false, shell);
          const result = await removePersistence(stick, iso, tools, shell.job);
          shell.result(result, [`- ${result.path}`, ...describeRefresh(result, shell)]);
        });
      },
    );
}

/** What somebody saved there can't be had back. */
async function askFirst(file: string, yes: boolean, shell: Shell): Promise<void> {
  const question = {
    en: `All changes in ${file} will be lost. Type yes to go on:`,
    zh: `${file} 中的所有更改都将丢失。请输入 yes 以继续：`,
  };
  if (yes || (await shell.confirm(question, "yes"))) return;
  throw new LifeboatError(
    "not-confirmed",
    { en: `Not confirmed; ${file} is still there`, zh: `未确认；${file} 仍然存在` },
    { kind: "refused", hint: { en: "In a script, add --yes", zh: "在脚本中请加 --yes" } },
  );
}

function noIso() {
  return { en: "(belongs to no ISO on the stick)", zh: "（不属于 U 盘上的任何 ISO）" };
}
