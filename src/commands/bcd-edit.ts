/** The commands of `bcd` that change a store. Each shows what it changed, or with --dry-run would change. */
import { LifeboatError } from "../system/errors.ts";
import type { StoreChange } from "../windows/bcd/edit.ts";
import type { StoreFile } from "../windows/bcd/store-file.ts";
import type { LifeboatCommand } from "./command.ts";
import type { OpenShell } from "./common.ts";
import { DRY_RUN } from "./options.ts";
import type { Shell } from "./shell.ts";

interface DryRun {
  readonly dryRun?: boolean;
}

interface AddOptions extends DryRun {
  readonly application?: string;
  readonly inherit?: string | true;
  readonly device?: boolean;
  readonly copy?: string;
  readonly description?: string;
  readonly menu?: "first" | "last";
}

export function registerBcdEdits(group: LifeboatCommand, open: OpenShell): void {
  registerSet(group, open);
  registerDeleteValue(group, open);
  registerAdd(group, open);
  registerDelete(group, open);
}

function registerSet(group: LifeboatCommand, open: OpenShell): void {
  group
    .command("set <store> <identifier> <element> <value...>")
    .about({
      en: "give an element of an object a value, as bcdedit /set does",
      zh: "设置对象元素的值，同 bcdedit /set",
    })
    .flag(...DRY_RUN)
    .examples(
      "lifeboat bcd set BCD '{bootmgr}' timeout 5",
      "lifeboat bcd set BCD '{default}' recoveryenabled no",
      "lifeboat bcd set BCD '{default}' osdevice 'partition=/dev/sdb#4' --dry-run",
    )
    .action(
      async (
        path: string,
        identifier: string,
        element: string,
        words: string[],
        options: DryRun,
        command,
      ) => {
        const shell = open(command);
        const { elementCalled, objectCalled, planSet } =
          await import("../windows/bcd/plan-values.ts");
        const { elementFormat } = await import("../windows/bcd/element-id.ts");
        const { withIdentifiers } = await import("../windows/bcd/partition-of.ts");
        await change(path, options, shell, async ({ store }) => {
          const id = elementCalled(objectCalled(store, identifier), element);
          const isDevice = elementFormat(id) === "device";
          const value = isDevice ? [await withIdentifiers(words.join(" "))] : words;
          return planSet(store, identifier, element, value);
        });
      },
    );
}

function registerDeleteValue(group: LifeboatCommand, open: OpenShell): void {
  group
    .command("deletevalue <store> <identifier> <element>")
    .about({
      en: "take an element away from an object, as bcdedit /deletevalue does",
      zh: "删除对象的元素，同 bcdedit /deletevalue",
    })
    .flag(...DRY_RUN)
    .examples("lifeboat bcd deletevalue BCD '{default}' safeboot")
    .action(async (path: string, identifier: string, element: string, options: DryRun, command) => {
      const shell = open(command);
      const { planDeleteValue } = await import("../windows/bcd/plan-values.ts");
      await change(path, options, shell, ({ store }) =>
        planDeleteValue(store, identifier, element),
      );
    });
}

function registerAdd(group: LifeboatCommand, open: OpenShell): void {
  group
    .command("add <store> [identifier]")
    .about({
      en: "make an object, as bcdedit /create and /copy do",
      zh: "创建对象，同 bcdedit /create 和 /copy",
    })
    .value("--application <type>", {
      en: "an application: osloader, resume, bootsector, bootapp, startup …",
      zh: "应用程序：osloader、resume、bootsector、bootapp、startup 等",
    })
    .value("--inherit [type]", {
      en: "settings to inherit: by bootmgr, osloader, resume, memdiag, device or any object",
      zh: "可继承的设置：供 bootmgr、osloader、resume、memdiag、device 或任何对象继承",
    })
    .flag("--device", {
      en: "additional options of a device, as a RAM disk needs them",
      zh: "设备的附加选项，例如 RAM 盘所需",
    })
    .value("--copy <identifier>", {
      en: "with the elements of this object",
      zh: "复制此对象的元素",
    })
    .value("--description <text>", { en: "its title in the menu", zh: "在菜单中的标题" })
    .choice(
      "--menu <place>",
      { en: "also into the boot manager's menu", zh: "同时加入启动管理器菜单" },
      ["first", "last"],
    )
    .flag(...DRY_RUN)
    .examples(
      "lifeboat bcd add BCD --copy '{default}' --description 'Windows, safe mode' --menu last",
      "lifeboat bcd add BCD --application osloader --description 'Windows PE'",
      "lifeboat bcd add BCD '{ramdiskoptions}'",
    )
    .action(async (path: string, identifier: string | undefined, options: AddOptions, command) => {
      const shell = open(command);
      const { planAdd } = await import("../windows/bcd/plan-objects.ts");
      const { randomGuid } = await import("../disks/guid.ts");
      const type = await typeOf(options);
      const { copy, description, menu } = options;
      let made = "";
      await change(
        path,
        options,
        shell,
        ({ store }) => {
          const wanted = {
            ...(identifier !== undefined && { identifier }),
            ...(type !== undefined && { type }),
            ...(copy !== undefined && { copy }),
            ...(description !== undefined && { description }),
            ...(menu !== undefined && { menu }),
          };
          const { id, changes } = planAdd(store, wanted, randomGuid);
          made = id;
          return changes;
        },
        () => ({ id: made }),
      );
    });
}

async function typeOf({ application, inherit, device, copy }: AddOptions) {
  const { APPLICATION_TYPES, INHERIT_TYPES, OBJECT_TYPE } =
    await import("../windows/bcd/object-type.ts");
  const kinds = [application, inherit, device, copy].filter((option) => option !== undefined);
  if (kinds.length > 1) {
    const text = {
      en: "--application, --inherit, --device and --copy say what the object is: one of them only",
      zh: "--application、--inherit、--device 和 --copy 指定对象的种类：只能使用其中一个",
    };
    throw new LifeboatError("bcd-several-types", text, { kind: "usage" });
  }
  if (device === true) return OBJECT_TYPE.deviceOptions;
  if (application !== undefined) return wordIn(APPLICATION_TYPES, application, "--application");
  if (inherit === undefined) return undefined;
  return wordIn(INHERIT_TYPES, inherit === true ? "any" : inherit, "--inherit");
}

async function wordIn(types: ReadonlyMap<string, number>, word: string, option: string) {
  const type = types.get(word.toLowerCase());
  if (type !== undefined) return type;
  const { say } = await import("../windows/bcd/messages.ts");
  const text = say.badWord(option, word, [...types.keys()]);
  throw new LifeboatError("bcd-bad-type", text, { kind: "usage" });
}

function registerDelete(group: LifeboatCommand, open: OpenShell): void {
  group
    .command("delete <store> <identifier>")
    .about({
      en: "take an object away, and every reference to it, as bcdedit /delete /cleanup does",
      zh: "删除对象及其所有引用，同 bcdedit /delete /cleanup",
    })
    .flag("--force", {
      en: "also a well-known object such as {memdiag}",
      zh: "也可删除 {memdiag} 等众所周知的对象",
    })
    .flag(...DRY_RUN)
    .examples("lifeboat bcd delete BCD '{5e2a1b3c-0d4f-4a6b-8c7d-9e0f1a2b3c4d}' --dry-run")
    .action(
      async (path: string, identifier: string, options: DryRun & { force?: boolean }, command) => {
        const shell = open(command);
        const { planDelete } = await import("../windows/bcd/plan-objects.ts");
        await change(path, options, shell, ({ store }) =>
          planDelete(store, identifier, options.force ?? false),
        );
      },
    );
}

/** Plans, shows, and unless it is a dry run writes. */
async function change(
  path: string,
  { dryRun = false }: DryRun,
  shell: Shell,
  plan: (file: StoreFile) => readonly StoreChange[] | Promise<readonly StoreChange[]>,
  more: () => object = () => ({}),
): Promise<void> {
  const { openStore } = await import("../windows/bcd/store-file.ts");
  const { editStore, plannedBytes, requireClean } = await import("../windows/bcd/in-place.ts");
  const { describeChanges } = await import("../windows/bcd/describe-changes.ts");
  const file = await openStore(path);
  requireClean(file);
  const changes = await plan(file);
  const described = describeChanges(file.store, changes);
  const now = new Date();
  // A dry run tries all but the writing: what can't be done is refused here already.
  if (dryRun) await plannedBytes(file, changes, now);
  const backup = dryRun ? undefined : await editStore(file, changes, now);
  shell.result({ store: path, ...more(), dryRun, changes: described, backup: backup ?? null }, [
    ...described.map(({ object, element, before, after }) =>
      [`${object} ${element ?? ""}`.trim(), `${joined(before)} → ${joined(after)}`].join(": "),
    ),
    ...(backup === undefined
      ? unchanged(dryRun, shell)
      : [
          shell.say({
            en: `The store as it was is in ${backup}`,
            zh: `原存储保存在 ${backup}`,
          }),
        ]),
  ]);
}

function unchanged(dryRun: boolean, shell: Shell): string[] {
  return dryRun ? [] : [shell.say({ en: "The store says so already", zh: "存储原本就是如此" })];
}

function joined(values: readonly string[] | null): string {
  return values === null ? "-" : values.join(", ");
}
