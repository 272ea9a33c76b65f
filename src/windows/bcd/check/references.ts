/** References from one object to another: each must lead somewhere. */
import { elementName } from "../names/element-names.ts";
import type { ObjectNaming } from "../naming.ts";
import type { ObjectId } from "../object-id.ts";
import { NIL_OBJECT, OBJECT } from "../object-id.ts";
import type { BcdElement, BcdObject, BcdStore } from "../store.ts";
import { ELEMENT } from "../store.ts";
import { decodeValue } from "../values.ts";
import type { BcdFinding } from "./finding.ts";
import { say } from "./messages.ts";

/** @param isTemplate of a BCD-Template, whose loaders get other identifiers when a store is made of it. */
export function checkReferences(
  store: BcdStore,
  naming: ObjectNaming,
  isTemplate: boolean,
): BcdFinding[] {
  const there = new Set(store.objects.map(({ id }) => id));
  return store.objects.flatMap((object) =>
    object.elements.flatMap((element) => {
      const missing = referencesOf(element).filter((id) => !there.has(id) && !isVirtual(id));
      if (missing.length === 0) return [];
      const needed = isNeeded(object, element) ? "error" : "warning";
      const severity = isTemplate ? "info" : needed;
      return missing.map((id) => dangling(object, element, id, naming, severity));
    }),
  );
}

/** What Windows itself stands for. */
function isVirtual(id: ObjectId): boolean {
  return id === OBJECT.current || id === OBJECT.default;
}

function referencesOf(element: BcdElement): readonly ObjectId[] {
  const value = decodeValue(element.id, element);
  if (value.format === "object") return [value.id];
  if (value.format === "object-list") return value.ids;
  if (value.format !== "device" || value.device.options === NIL_OBJECT) return [];
  return [value.device.options];
}

/** Without these, something that is in the menu doesn't start; the others are looked for when they are wanted. */
function isNeeded(object: BcdObject, { id, data, type }: BcdElement): boolean {
  if (decodeValue(id, { type, data }).format === "device") return true;
  const isOfBootmgr = object.id === OBJECT.bootmgr;
  return isOfBootmgr && (id === ELEMENT.default || id === ELEMENT.displayorder);
}

function dangling(
  object: BcdObject,
  element: BcdElement,
  id: ObjectId,
  naming: ObjectNaming,
  severity: BcdFinding["severity"],
): BcdFinding {
  const name = naming(object.id);
  const called = elementName(element.id, object.type ?? 0);
  return {
    id: "dangling-reference",
    severity,
    what: say.dangling(called, naming(id)),
    where: `${name} ${called}`,
    fix: say.fixDangling(name, called),
  };
}
