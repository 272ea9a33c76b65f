/** Checks of objects: type, what a loader needs, what is there twice. */
import { ELEMENT_CLASS, elementClass, parseElementKeyName } from "../element-id.ts";
import { elementName } from "../names/element-names.ts";
import type { ObjectNaming } from "../naming.ts";
import { OBJECT_TYPE, wellKnownType } from "../object-type.ts";
import { childKey, childValue } from "../registry.ts";
import type { BcdObject, BcdStore } from "../store.ts";
import { ELEMENT, findElement, KEY, VALUE } from "../store.ts";
import { checkElement } from "./element.ts";
import type { BcdFinding } from "./finding.ts";
import { say } from "./messages.ts";

export function checkObjects(store: BcdStore, naming: ObjectNaming): BcdFinding[] {
  const seen = new Set<string>();
  return store.objects.flatMap((object) => {
    const name = naming(object.id);
    const isTwice = seen.has(object.id);
    seen.add(object.id);
    return [
      ...(isTwice ? [twice(name)] : []),
      ...checkType(object, name),
      ...checkLoader(object, name),
      ...checkElementKeys(object, name),
      ...object.elements.flatMap((element) => checkElement(object, element, name)),
    ];
  });
}

function twice(where: string): BcdFinding {
  const what = say.duplicateObject();
  return { id: "duplicate-object", severity: "error", what, where, fix: say.fixDuplicate() };
}

function checkType({ id, type }: BcdObject, where: string): BcdFinding[] {
  if (type === undefined) {
    const what = say.noType();
    return [{ id: "object-type", severity: "error", what, where, fix: say.fixNoType() }];
  }
  const wanted = wellKnownType(id);
  if (wanted === undefined || wanted === type) return [];
  const what = say.unlikeType(digits(type), digits(wanted));
  return [{ id: "object-type", severity: "warning", what, where, fix: say.fixNoType() }];
}

function digits(type: number): string {
  return `0x${type.toString(16).padStart(8, "0")}`;
}

function checkLoader(object: BcdObject, where: string): BcdFinding[] {
  if (object.type !== OBJECT_TYPE.osloader || isDraft(object)) return [];
  const needed = [ELEMENT.device, ELEMENT.path, ELEMENT.osdevice, ELEMENT.systemroot];
  return needed
    .filter((id) => findElement(object, id) === undefined)
    .map((id) => {
      const called = elementName(id, OBJECT_TYPE.osloader);
      const fix = say.fixMissing(where, called);
      const what = say.missing(called);
      return { id: "loader-incomplete", severity: "error", what, where, fix } as const;
    });
}

/** Of class 4, and in loaders of Windows RE. */
const WINRE_MARK = 0x46000010;

/** An object of BCD-Template, which bcdboot makes others of: devices and paths are left out. */
export function isDraft({ elements }: BcdObject): boolean {
  return elements.some(
    ({ id }) => elementClass(id) === ELEMENT_CLASS.template && id !== WINRE_MARK,
  );
}

function checkElementKeys({ key }: BcdObject, name: string): BcdFinding[] {
  const elements = (key && childKey(key, KEY.elements)?.subkeys) ?? [];
  const seen = new Set<string>();
  return elements.flatMap((element): BcdFinding[] => {
    const isElement =
      parseElementKeyName(element.name) !== undefined &&
      childValue(element, VALUE.element) !== undefined;
    const where = `${name} ${element.name}`;
    if (!isElement) {
      const what = say.badElementKey(element.name);
      return [{ id: "element-key", severity: "warning", what, where, fix: say.nothingToDo() }];
    }
    const canonical = element.name.toLowerCase();
    if (!seen.has(canonical)) {
      seen.add(canonical);
      return [];
    }
    const what = say.duplicateElement(element.name);
    return [{ id: "duplicate-element", severity: "error", what, where, fix: say.fixDuplicate() }];
  });
}
