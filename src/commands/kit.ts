import type { Register } from "./common.ts";
import { examples } from "./common.ts";
import { formatSize } from "../system/sizes.ts";

export const registerKit: Register = (program, open) => {
  const kit = program
    .command("kit")
    .description("the boot files that sticks are made from")
    .addHelpText("after", examples("lifeboat kit build", "lifeboat kit export kit.tar"));

  kit
    .command("build")
    .description("collect them from Debian's packages (amd64; no root needed)")
    .action(async (_options, command) => {
      const shell = open(command);
      const { buildKit } = await import("../boot/kit/build.ts");
      const { run } = await import("../system/run.ts");
      const made = await buildKit(run, shell.job);
      shell.result({ folder: made.folder, files: made.manifest.files }, [made.folder]);
    });

  kit
    .command("list")
    .description("what is in it: file, package, version, licence, SHA-256")
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
    .description("write it to one tar file, for a machine without apt")
    .action(async (archive: string, _options, command) => {
      const shell = open(command);
      const { openKit } = await import("../boot/kit/kit.ts");
      const { exportKit } = await import("../boot/kit/transfer.ts");
      await exportKit(await openKit(), archive);
      shell.result({ archive }, [archive]);
    });

  kit
    .command("import <archive>")
    .description("take over a kit that was exported elsewhere")
    .action(async (archive: string, _options, command) => {
      const shell = open(command);
      const { importKit } = await import("../boot/kit/transfer.ts");
      const { folder, manifest } = await importKit(archive);
      shell.result({ folder, files: manifest.files }, [folder]);
    });

  kit
    .command("add <file>")
    .description("add a file of yours: a Ventoy release archive, wimboot, virtio drivers")
    .option("--licence <name>", "the licence it is under", "unknown")
    .action(async (file: string, options: { licence: string }, command) => {
      const shell = open(command);
      const { addToKit } = await import("../boot/kit/transfer.ts");
      const { folder, manifest } = await addToKit(file, options.licence);
      shell.result({ folder, files: manifest.files }, [folder]);
    });
};
