/** What is wrong with a store, or worth knowing: nothing is changed. */
import { formatDevice } from "../device/text.ts";
import { namingOf } from "../naming.ts";
import type { ObjectNaming } from "../naming.ts";
import type { ObjectId } from "../object-id.ts";
import { canonicalId, OBJECT } from "../object-id.ts";
import { OBJECT_TYPE } from "../object-type.ts";
import { childKey } from "../registry.ts";
import type { BcdObject, BcdStore } from "../store.ts";
import { ELEMENT, elementValue, findObject, KEY } from "../store.ts";
import { decodeString, REG } from "../values.ts";
import type { BcdFinding } from "./finding.ts";
import { say } from "./messages.ts";
import { checkObjects, isDraft } from "./object.ts";
import { checkReferences } from "./references.ts";

/** @param dirty whether the hive's two sequence numbers differ. */
export function checkStore(store: BcdStore, dirty: boolean): BcdFinding[] {
  const naming = namingOf(store);
  const isTemplate = store.objects.some(isDraft);
  return [
    ...(dirty ? [dirtyHive()] : []),
    ...(isTemplate ? [template()] : []),
    ...checkDescription(store),
    // Of a template, bcdboot makes the menu.
    ...(isTemplate ? [] : checkBootManager(store)),
    ...checkObjects(store, naming),
    ...checkReferences(store, naming, isTemplate),
    ...sameEntries(store, naming),
    ...foreignKeys(store),
  ];
}

function dirtyHive(): BcdFinding {
  return { id: "dirty-hive", severity: "error", what: say.dirty(), where: "", fix: say.fixDirty() };
}

function template(): BcdFinding {
  const fix = say.nothingToDo();
  return { id: "template", severity: "info", what: say.template(), where: "", fix };
}

function checkDescription({ description }: BcdStore): BcdFinding[] {
  const valueOf = (name: string) =>
    description.find((value) => value.name.toLowerCase() === name.toLowerCase());
  const keyName = valueOf("KeyName");
  const isNamed = keyName?.type === REG.sz && /^BCD[0-9]{8}$/.test(decodeString(keyName.data));
  const about = { severity: "info", where: KEY.description, fix: say.nothingToDo() } as const;
  return [
    ...(isNamed ? [] : [{ id: "no-key-name", what: say.noKeyName(), ...about }]),
    ...(valueOf("System") === undefined
      ? [{ id: "no-system", what: say.noSystem(), ...about }]
      : []),
  ];
}

function checkBootManager(store: BcdStore): BcdFinding[] {
  const where = "{bootmgr}";
  const bootmgr = findObject(store, OBJECT.bootmgr);
  if (bootmgr === undefined) {
    const what = say.noBootmgr();
    return [{ id: "no-bootmgr", severity: "error", what, where, fix: say.fixNoBootmgr() }];
  }
  const order = elementValue(bootmgr, ELEMENT.displayorder);
  const isEmpty = order === undefined || (order.format === "object-list" && order.ids.length === 0);
  const hasDefault = elementValue(bootmgr, ELEMENT.default) !== undefined;
  return [
    ...(isEmpty
      ? [
          {
            id: "empty-displayorder",
            // With a default entry the boot manager still has something to start.
            severity: hasDefault ? ("warning" as const) : ("error" as const),
            what: say.emptyDisplayorder(),
            where: `${where} displayorder`,
            fix: say.fixEmptyDisplayorder(),
          },
        ]
      : []),
    ...(hasDefault
      ? []
      : [
          {
            id: "no-default",
            severity: "warning" as const,
            what: say.noDefault(),
            where: `${where} default`,
            fix: say.fixNoDefault(),
          },
        ]),
  ];
}

function sameEntries(store: BcdStore, naming: ObjectNaming): BcdFinding[] {
  const first = new Map<string, ObjectId>();
  return store.objects.flatMap((object): BcdFinding[] => {
    const target = targetOf(object);
    if (target === undefined) return [];
    const other = first.get(target);
    if (other === undefined || other === object.id) {
      first.set(target, object.id);
      return [];
    }
    const what = say.sameEntry(naming(other));
    const where = naming(object.id);
    return [{ id: "same-entry", severity: "info", what, where, fix: say.fixSameEntry() }];
  });
}

/** What a loader starts, as a text to compare; undefined for what is none. */
function targetOf(object: BcdObject): string | undefined {
  if (object.type !== OBJECT_TYPE.osloader) return undefined;
  const device = elementValue(object, ELEMENT.osdevice);
  const root = elementValue(object, ELEMENT.systemroot);
  if (device?.format !== "device" || root?.format !== "string") return undefined;
  return `${formatDevice(device.device)} ${root.text.toLowerCase()}`;
}

function foreignKeys({ root }: BcdStore): BcdFinding[] {
  if (root === undefined) return [];
  const known = [KEY.description, KEY.objects].map((name) => name.toLowerCase());
  const top = root.subkeys.filter(({ name }) => !known.includes(name.toLowerCase()));
  const objects = childKey(root, KEY.objects)?.subkeys ?? [];
  const inner = objects.filter(({ name }) => canonicalId(name) === undefined);
  return [...top, ...inner].map(({ name }) => ({
    id: "foreign-key",
    severity: "info",
    what: say.foreignKey(name),
    where: name,
    fix: say.nothingToDo(),
  }));
}
