import type { Register } from "./common.ts";
import { formatSize } from "../system/sizes.ts";
import type { Shell } from "./shell.ts";
import { unchecked } from "./ventoy-release.ts";

interface AddOptions {
  readonly licence: string;
  readonly ventoySums?: string;
}

/** A release of Ventoy's is checked, and takes the place of the one before: `--ventoy kit` means it. */
async function addFile(file: string, { licence, ventoySums }: AddOptions, shell: Shell) {
  const { addReleaseToKit, isReleaseName } = await import("../boot/kit/ventoy.ts");
  if (!isReleaseName(file) && ventoySums === undefined) {
    const { addToKit } = await import("../boot/kit/transfer.ts");
    return addToKit(file, licence);
  }
  const sums = ventoySums === undefined ? {} : { sums: ventoySums };
  const { kit, release } = await addReleaseToKit(file, licence, sums);
  if (release.checked === "none") shell.warn(unchecked(file));
  return kit;
}

export const registerKit: Register = (program, open) => {
  const kit = program
    .command("kit")
    .about({ en: "the boot files that sticks are made from", zh: "制作 U 盘所用的启动文件（kit）" })
    .examples("lifeboat kit build", "lifeboat kit export kit.tar");

  kit
    .command("build")
    .about({
      en: "collect them from Debian's packages (amd64; no root needed)",
      zh: "从 Debian 软件包收集这些文件（amd64；不需要 root）",
    })
    .examples("lifeboat kit build")
    .action(async (_options, command) => {
      const shell = open(command);
      const { buildKit } = await import("../boot/kit/build.ts");
      const { run } = await import("../system/run.ts");
      const made = await buildKit(run, shell.job);
      shell.result({ folder: made.folder, files: made.manifest.files }, [made.folder]);
    });

  kit
    .command("list")
    .about({
      en: "what is in it: file, package, version, licence, SHA-256",
      zh: "列出其内容：文件、软件包、版本、许可证、SHA-256",
    })
    .examples("lifeboat kit list", "lifeboat kit list --json")
    .action(async (_options, command) => {
      const shell = open(command);
      const { openKit } = await import("../boot/kit/kit.ts");
      const { folder, manifest } = await openKit();
      const lines = manifest.files.map((file) =>
        [
          file.path.padEnd(28),
          formatSize(file.bytes).padStart(9),
          `${file.package} ${file.version}`.padEnd(48),
          file.licence.padEnd(18),
          file.sha256.slice(0, 16),
        ].join("  "),
      );
      shell.result({ folder, files: manifest.files }, [folder, ...lines]);
    });

  kit
    .command("export <archive>")
    .about({
      en: "write it to one tar file, for a machine without apt",
      zh: "导出为一个 tar 文件，供没有 apt 的计算机使用",
    })
    .examples("lifeboat kit export kit.tar")
    .action(async (archive: string, _options, command) => {
      const shell = open(command);
      const { openKit } = await import("../boot/kit/kit.ts");
      const { exportKit } = await import("../boot/kit/transfer.ts");
      await exportKit(await openKit(), archive);
      shell.result({ archive }, [archive]);
    });

  kit
    .command("import <archive>")
    .about({
      en: "take over a kit that was exported elsewhere",
      zh: "导入在其他计算机上导出的 kit",
    })
    .examples("lifeboat kit import kit.tar")
    .action(async (archive: string, _options, command) => {
      const shell = open(command);
      const { importKit } = await import("../boot/kit/transfer.ts");
      const { folder, manifest } = await importKit(archive);
      shell.result({ folder, files: manifest.files }, [folder]);
    });

  kit
    .command("add <file>")
    .about({
      en: "add a file of yours: a Ventoy release archive, wimboot, virtio drivers",
      zh: "添加您自己的文件：Ventoy 发行包、wimboot、virtio 驱动",
    })
    .value(
      "--licence <name>",
      { en: "the licence it is under", zh: "该文件的许可证" },
      undefined,
      "unknown",
    )
    .value("--ventoy-sums <file>", {
      en: "of a Ventoy release its sha256.txt; default: the one beside it",
      zh: "Ventoy 发行包的 sha256.txt；默认：发行包旁的文件",
    })
    .examples(
      "lifeboat kit add wimboot --licence GPL-2.0-or-later",
      "lifeboat kit add ventoy-1.1.17-linux.tar.gz --licence GPL-3.0-or-later",
    )
    .action(async (file: string, options: AddOptions, command) => {
      const shell = open(command);
      const { folder, manifest } = await addFile(file, options, shell);
      shell.result({ folder, files: manifest.files }, [folder]);
    });
};
