/** What `bcdedit /create`, `/copy` and `/delete` would change. */
import type { GuidSource } from "../../disks/guid.ts";
import { LifeboatError } from "../../system/errors.ts";
import { references, text } from "./build/elements.ts";
import type { StoreChange } from "./edit.ts";
import { elementFormat } from "./element-id.ts";
import { say } from "./messages.ts";
import { namingOf, resolveObject } from "./naming.ts";
import type { ObjectId } from "./object-id.ts";
import { idFromGuid, OBJECT, objectName } from "./object-id.ts";
import { wellKnownType } from "./object-type.ts";
import { objectCalled } from "./plan-values.ts";
import type { BcdElement, BcdObject, BcdStore } from "./store.ts";
import { ELEMENT, elementValue, findObject } from "./store.ts";
import { decodeValue } from "./values.ts";

export interface NewObject {
  /** Default: a new GUID. */
  readonly identifier?: string;
  /** Default: that of the well-known identifier, or of what is copied. */
  readonly type?: number;
  /** The object whose elements it gets. */
  readonly copy?: string;
  readonly description?: string;
  /** Where it comes in the boot manager's menu; by default not at all. */
  readonly menu?: "first" | "last";
}

/**
 * @returns the new object's identifier, and the changes.
 * @throws LifeboatError `bcd-object-there`, `bcd-no-type`, `bcd-type-unlike`, `bcd-menu-unreadable`, and those of identifiers.
 */
export function planAdd(
  store: BcdStore,
  wanted: NewObject,
  newGuid: GuidSource,
): { id: ObjectId; changes: StoreChange[] } {
  const { identifier, copy, description, menu } = wanted;
  const id = identifier === undefined ? idFromGuid(newGuid()) : resolveObject(store, identifier);
  const name = objectName(id);
  if (findObject(store, id) !== undefined) {
    throw usage("bcd-object-there", say.objectThere(name), say.objectThereHint());
  }
  const source = copy === undefined ? undefined : objectCalled(store, copy);
  const type = wanted.type ?? source?.type ?? wellKnownType(id);
  if (type === undefined) throw usage("bcd-no-type", say.noType(name), say.noTypeHint());
  if ((wellKnownType(id) ?? type) !== type) throw usage("bcd-type-unlike", say.typeUnlike(name));
  const elements = source?.elements ?? [];
  const object: BcdObject = {
    id,
    type,
    elements: description === undefined ? elements : described(elements, description),
  };
  const inMenu = menu === undefined ? [] : menuChange(store, id, menu);
  return { id, changes: [{ kind: "add-object", object }, ...inMenu] };
}

function usage(
  code: string,
  what: ReturnType<typeof say.noTypeHint>,
  hint?: ReturnType<typeof say.noTypeHint>,
): LifeboatError {
  return new LifeboatError(code, what, { kind: "usage", ...(hint && { hint }) });
}

function described(elements: readonly BcdElement[], description: string): BcdElement[] {
  const others = elements.filter(({ id }) => id !== ELEMENT.description);
  return [...others, text(ELEMENT.description, description)].toSorted((a, b) => a.id - b.id);
}

function menuChange(store: BcdStore, id: ObjectId, place: "first" | "last"): StoreChange[] {
  const bootmgr = objectCalled(store, "{bootmgr}");
  const value = elementValue(bootmgr, ELEMENT.displayorder);
  if (value !== undefined && value.format !== "object-list") {
    throw new LifeboatError("bcd-menu-unreadable", say.menuUnreadable(), {
      kind: "refused",
      hint: say.menuUnreadableHint(),
    });
  }
  const before = value?.ids ?? [];
  const order = place === "first" ? [id, ...before] : [...before, id];
  const element = references(ELEMENT.displayorder, order);
  return [{ kind: "set-element", object: bootmgr.id, element }];
}

/**
 * The object goes, and with it every reference to it: what bcdedit does with /cleanup.
 * @param force also a well-known object.
 * @throws LifeboatError `bcd-well-known` (kind `refused`), and those of identifiers.
 */
export function planDelete(store: BcdStore, identifier: string, force: boolean): StoreChange[] {
  const { id } = objectCalled(store, identifier);
  if (!force && Object.values<ObjectId>(OBJECT).includes(id)) {
    throw new LifeboatError("bcd-well-known", say.wellKnown(namingOf(store)(id)), {
      kind: "refused",
      hint: say.wellKnownHint(),
    });
  }
  const others = store.objects.filter((object) => object.id !== id);
  const cleaned = others.flatMap((object) =>
    object.elements.flatMap((element) => withoutReference(object.id, element, id)),
  );
  return [...cleaned, { kind: "delete-object", object: id }];
}

function withoutReference(object: ObjectId, element: BcdElement, gone: ObjectId): StoreChange[] {
  const format = elementFormat(element.id);
  if (format !== "object" && format !== "object-list") return [];
  const value = decodeValue(element.id, element);
  const remove: StoreChange = { kind: "delete-element", object, element: element.id };
  if (value.format === "object") return value.id === gone ? [remove] : [];
  if (value.format !== "object-list" || !value.ids.includes(gone)) return [];
  const rest = value.ids.filter((id) => id !== gone);
  if (rest.length === 0) return [remove];
  return [{ kind: "set-element", object, element: references(element.id, rest) }];
}
