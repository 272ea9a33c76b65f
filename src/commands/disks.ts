import { formatSize } from "../system/sizes.ts";
import type { Register } from "./common.ts";

export const registerDisks: Register = (program, open) => {
  program
    .command("disks")
    .about({
      en: "the computer's disks, and which may be used, with the reason where not",
      zh: "列出计算机的磁盘，哪些可用，不可用的说明原因",
    })
    .examples("lifeboat disks", "lifeboat disks --json")
    .action(async (_options, command) => {
      const shell = open(command);
      const { diskLister } = await import("../disks/list.ts");
      const { judgeTarget } = await import("../disks/safety.ts");
      const disks = (await diskLister().list()).map((disk) => {
        const findings = judgeTarget({ kind: "disk", path: disk.path, disk, whole: true });
        const reason = findings.find(({ level }) => level === "error");
        return {
          path: disk.path,
          size: disk.size,
          model: disk.model,
          serial: disk.serial,
          bus: disk.bus,
          removable: disk.removable,
          usable: reason === undefined,
          reason: reason === undefined ? "" : shell.say(reason.text),
        };
      });
      const usable = shell.say({ en: "may be used", zh: "可用" });
      const lines = disks.map((disk) =>
        [
          disk.path.padEnd(14),
          formatSize(disk.size).padStart(9),
          disk.bus.padEnd(7),
          [disk.model, disk.serial].filter(Boolean).join(" · ").padEnd(32),
          disk.usable ? usable : disk.reason,
        ].join("  "),
      );
      const none = shell.say({ en: "No disks found", zh: "未找到磁盘" });
      shell.result({ disks }, lines.length > 0 ? lines : [none]);
    });
};
