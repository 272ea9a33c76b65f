/** Changes of a store in bcdedit's words: what an element was, and what it becomes. */
import type { StoreChange } from "./edit.ts";
import { withChanges } from "./edit.ts";
import { elementName } from "./names/element-names.ts";
import { namingOf } from "./naming.ts";
import type { ObjectNaming } from "./naming.ts";
import type { ObjectId } from "./object-id.ts";
import type { BcdObject, BcdStore } from "./store.ts";
import { findElement, findObject } from "./store.ts";
import { formatElement } from "./value-text.ts";

export interface DescribedChange {
  readonly object: string;
  /** Null where the object itself comes or goes. */
  readonly element: string | null;
  /** Null where there was none. */
  readonly before: readonly string[] | null;
  /** Null where there is none any more. */
  readonly after: readonly string[] | null;
}

export function describeChanges(
  store: BcdStore,
  changes: readonly StoreChange[],
): DescribedChange[] {
  const later = withChanges(store, changes);
  const namingBefore = namingOf(store);
  // An object that comes is called by its GUID, which is what the user needs to know of it.
  return changes.flatMap((change): DescribedChange[] => {
    switch (change.kind) {
      case "add-object":
        return added(change.object, namingOf(later));
      case "delete-object": {
        const object = namingBefore(change.object);
        return [{ object, element: null, before: [object], after: null }];
      }
      case "set-element":
        return [changed(store, later, change.object, change.element.id)];
      case "delete-element":
        return [changed(store, later, change.object, change.element)];
    }
  });
}

function added(object: BcdObject, naming: ObjectNaming): DescribedChange[] {
  const name = naming(object.id);
  return [
    { object: name, element: null, before: null, after: [object.id] },
    ...object.elements.map(({ id }) => ({
      object: name,
      element: elementName(id, object.type ?? 0),
      before: null,
      after: textOf(object, id, naming),
    })),
  ];
}

function changed(store: BcdStore, later: BcdStore, id: ObjectId, element: number): DescribedChange {
  const before = findObject(store, id);
  return {
    object: namingOf(store)(id),
    element: elementName(element, before?.type ?? 0),
    before: textOf(before, element, namingOf(store)),
    after: textOf(findObject(later, id), element, namingOf(later)),
  };
}

function textOf(object: BcdObject | undefined, id: number, naming: ObjectNaming): string[] | null {
  const element = object && findElement(object, id);
  if (object === undefined || element === undefined) return null;
  return formatElement(element, object.type ?? 0, naming);
}
