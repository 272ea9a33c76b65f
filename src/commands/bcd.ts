import type { BcdFinding } from "../windows/bcd/check/finding.ts";
import { EXIT_STATUS } from "../system/errors.ts";
import { formatSize } from "../system/sizes.ts";
import { registerBcdEdits } from "./bcd-edit.ts";
import { linesOfObject } from "./bcd-words.ts";
import type { LifeboatCommand } from "./command.ts";
import type { OpenShell, Register } from "./common.ts";
import type { Shell } from "./shell.ts";

export const registerBcd: Register = (program, open) => {
  const group = program
    .command("bcd")
    .about({
      en: "BCD stores, Windows' boot configuration, in the words of bcdedit",
      zh: "以 bcdedit 的语法查看和修改 BCD 存储（Windows 启动配置）",
    })
    .examples(
      "lifeboat bcd show /mnt/esp/EFI/Microsoft/Boot/BCD",
      "lifeboat bcd set BCD '{bootmgr}' timeout 5",
    );
  registerShow(group, open);
  registerCheck(group, open);
  registerBcdEdits(group, open);
  registerExport(group, open);
};

function registerShow(group: LifeboatCommand, open: OpenShell): void {
  group
    .command("show <store> [identifier...]")
    .about({
      en: "the objects of a store, as bcdedit /enum lists them; all, or those named",
      zh: "按 bcdedit /enum 的格式列出存储中的对象；全部或指定的对象",
    })
    .flag("--guids", {
      en: "identifiers in full instead of names such as {bootmgr}",
      zh: "显示完整标识符，而非 {bootmgr} 等名称",
    })
    .examples("lifeboat bcd show BCD", "lifeboat bcd show BCD '{default}' --json")
    .action(async (path: string, identifiers: string[], options: { guids?: boolean }, command) => {
      const shell = open(command);
      const { openStore } = await import("../windows/bcd/store-file.ts");
      const { describeObject, describeValues, listed } = await import("../windows/bcd/describe.ts");
      const { byGuid, namingOf } = await import("../windows/bcd/naming.ts");
      const { objectCalled } = await import("../windows/bcd/plan-values.ts");
      const { store, hive } = await openStore(path);
      const wanted = new Set(identifiers.map((name) => objectCalled(store, name).id));
      const naming = options.guids === true ? byGuid : namingOf(store);
      const objects = listed(store)
        .filter(({ id }) => wanted.size === 0 || wanted.has(id))
        .map((object) => describeObject(object, naming, shell.language));
      if (hive.dirty) shell.warn(DIRTY);
      const empty = shell.say({ en: "The store has no objects", zh: "存储中没有对象" });
      shell.result(
        { store: path, dirty: hive.dirty, description: describeValues(store), objects },
        objects.length === 0 ? [empty] : objects.flatMap((one) => linesOfObject(one, shell)),
      );
    });
}

const DIRTY = {
  en: "The store was not closed properly: its logs may hold changes that aren't shown here",
  zh: "存储未正常关闭：日志中可能有此处未显示的更改",
};

const RECOVERED = {
  en: "The store was not closed properly; the changes in its logs were taken over",
  zh: "存储未正常关闭；已采用其日志中的更改",
};

const OLD_LOGS = {
  en: "Where it takes the place of another store, delete the BCD.LOG, BCD.LOG1 and BCD.LOG2 that lie beside that place",
  zh: "若用它替换另一个存储，请删除该处旁边的 BCD.LOG、BCD.LOG1 和 BCD.LOG2",
};

function registerCheck(group: LifeboatCommand, open: OpenShell): void {
  group
    .command("check <store>")
    .about({
      en: "what is wrong with a store: references, elements, types, the boot manager's menu",
      zh: "检查存储的问题：引用、元素、类型、启动管理器菜单",
    })
    .examples("lifeboat bcd check BCD", "lifeboat bcd check BCD --json")
    .action(async (path: string, _options, command) => {
      const shell = open(command);
      const { openStore } = await import("../windows/bcd/store-file.ts");
      const { checkStore } = await import("../windows/bcd/check/check.ts");
      const { store, hive } = await openStore(path);
      const findings = checkStore(store, hive.dirty);
      const ok = findings.every(({ severity }) => severity !== "error");
      const said = findings.map((finding) => ({
        ...finding,
        what: shell.say(finding.what),
        fix: shell.say(finding.fix),
      }));
      shell.result({ ok, findings: said }, [
        ...findings.map((finding) => lineOf(finding, shell)),
        ...(ok ? [summary(findings, shell)] : []),
      ]);
      if (!ok) process.exitCode = EXIT_STATUS.damaged;
    });
}

function summary(findings: readonly BcdFinding[], shell: Shell): string {
  return findings.some(({ severity }) => severity === "warning")
    ? shell.say({
        en: "Nothing in the store is damaged; see the warnings above",
        zh: "存储没有损坏；请查看上面的警告",
      })
    : shell.say({ en: "The store is sound", zh: "存储完好" });
}

function lineOf({ severity, what, where, fix }: BcdFinding, shell: Shell): string {
  const stop = shell.say({ en: ". ", zh: "。" });
  const place = where === "" ? "" : `${where}: `;
  return `${severity}: ${place}${shell.say(what)}${stop}${shell.say(fix)}`;
}

function registerExport(group: LifeboatCommand, open: OpenShell): void {
  group
    .command("export <store> <file>")
    .about({
      en: "write the store anew to another file, with the same keys and values; what its logs still hold is taken over",
      zh: "将存储重新写入另一个文件，键和值不变；并采用其日志中尚未写入的更改",
    })
    .examples("lifeboat bcd export BCD BCD.fresh")
    .action(async (path: string, file: string, _options, command) => {
      const shell = open(command);
      const { exportStore, openRecovered } = await import("../windows/bcd/store-file.ts");
      const { file: store, applied } = await openRecovered(path);
      if (applied > 0) shell.warn(RECOVERED);
      if (store.hive.dirty) shell.warn(DIRTY);
      const bytes = await exportStore(store, file);
      shell.result({ file, bytes, objects: store.store.objects.length, recovered: applied > 0 }, [
        `${file}  ${formatSize(bytes)}`,
        shell.say(OLD_LOGS),
      ]);
    });
}
