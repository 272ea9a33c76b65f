import { commandLine } from "../system/command-line.ts";
import { formatSize } from "../system/sizes.ts";
import type { Register } from "./common.ts";
import { examples } from "./common.ts";

export const registerBackupBoot: Register = (program, open) => {
  program
    .command("backup-boot <target>")
    .description("save boot code, partition tables and EFI system partition of a disk to a file")
    .option(
      "--output <file>",
      "the file; default: beside an image, in your own folder for a device",
    )
    .addHelpText(
      "after",
      examples(
        "lifeboat backup-boot /dev/sdb --output stick.lifeboat-boot",
        "lifeboat backup-boot stick.img",
      ),
    )
    .action(async (path: string, options: { output?: string }, command) => {
      const shell = open(command);
      const { saveBootOf } = await import("../stick/boot-backup/on-target.ts");
      const { VERSION } = await import("../system/version.ts");
      const about = { version: VERSION, now: new Date() };
      const { file, fileBytes, header } = await saveBootOf(path, options.output, about, shell.job);
      const restore = commandLine(["lifeboat", "restore-boot", path, file]);
      shell.result(
        {
          file,
          bytes: fileBytes,
          disk: header.disk,
          sections: header.sections.map(({ kind, extents, sha256 }) => ({
            kind,
            bytes: extents.reduce((sum, [, length]) => sum + length, 0),
            sha256,
          })),
        },
        [
          shell.say({
            en: `Saved to ${file} (${formatSize(fileBytes)}). To bring it back: ${restore}`,
            zh: `已保存到 ${file}（${formatSize(fileBytes)}）。恢复命令：${restore}`,
          }),
        ],
      );
    });
};
