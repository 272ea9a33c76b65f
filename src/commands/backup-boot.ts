import { commandLine } from "../system/command-line.ts";
import { formatSize } from "../system/sizes.ts";
import type { Register } from "./common.ts";

export const registerBackupBoot: Register = (program, open) => {
  program
    .command("backup-boot <target>")
    .about({
      en: "save boot code, partition tables and EFI system partition of a disk to a file",
      zh: "将磁盘的引导代码、分区表和 EFI 系统分区保存到文件",
    })
    .value("--output <file>", {
      en: "the file; default: beside an image, in your own folder for a device",
      zh: "保存到的文件；默认：映像保存在其旁边，设备保存在您的个人目录中",
    })
    .examples(
      "lifeboat backup-boot /dev/sdb --output stick.lifeboat-boot",
      "lifeboat backup-boot stick.img",
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
