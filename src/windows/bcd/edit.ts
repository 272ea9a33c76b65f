/**
 * Changes of a store as plain data: planned against what is there, shown, and then carried out on the hive (in-place.ts) or on the
 * model. So a dry run shows what would be written.
 */
import type { ObjectId } from "./object-id.ts";
import type { BcdElement, BcdObject, BcdStore } from "./store.ts";

export type StoreChange =
  | { readonly kind: "set-element"; readonly object: ObjectId; readonly element: BcdElement }
  | { readonly kind: "delete-element"; readonly object: ObjectId; readonly element: number }
  | { readonly kind: "add-object"; readonly object: BcdObject }
  | { readonly kind: "delete-object"; readonly object: ObjectId };

/** The store with the changes in it. */
export function withChanges(store: BcdStore, changes: readonly StoreChange[]): BcdStore {
  return changes.reduce(withChange, store);
}

function withChange(store: BcdStore, change: StoreChange): BcdStore {
  switch (change.kind) {
    case "add-object": {
      const objects = [...store.objects, change.object];
      return { ...store, objects: objects.toSorted((a, b) => (a.id < b.id ? -1 : 1)) };
    }
    case "delete-object":
      return { ...store, objects: store.objects.filter(({ id }) => id !== change.object) };
    case "set-element":
      return onObject(store, change.object, (elements) => [
        ...elements.filter(({ id }) => id !== change.element.id),
        change.element,
      ]);
    case "delete-element":
      return onObject(store, change.object, (elements) =>
        elements.filter(({ id }) => id !== change.element),
      );
  }
}

function onObject(
  store: BcdStore,
  wanted: ObjectId,
  change: (elements: readonly BcdElement[]) => BcdElement[],
): BcdStore {
  const objects = store.objects.map((object) => {
    if (object.id !== wanted) return object;
    return { ...object, elements: change(object.elements).toSorted((a, b) => a.id - b.id) };
  });
  return { ...store, objects };
}
