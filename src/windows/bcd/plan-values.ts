/** What `bcdedit /set` and `/deletevalue` would change. */
import { LifeboatError } from "../../system/errors.ts";
import type { StoreChange } from "./edit.ts";
import { say } from "./messages.ts";
import { elementName, elementNamesOf, parseElementName } from "./names/element-names.ts";
import { namingOf, resolveObject } from "./naming.ts";
import type { BcdObject, BcdStore } from "./store.ts";
import { findElement, findObject } from "./store.ts";
import { parseValue } from "./value-text.ts";
import { encodeValue } from "./values.ts";

/** Names are offered that begin with as many letters of the mistyped one. */
const NEAR_LETTERS = 4;
const MOST_NEAR = 4;

/**
 * @param words one value, or the members of a list.
 * @throws LifeboatError `bcd-no-such-object`, `bcd-no-such-element-name`, and those of `parseValue`.
 */
export function planSet(
  store: BcdStore,
  identifier: string,
  name: string,
  words: readonly string[],
): StoreChange[] {
  const object = objectCalled(store, identifier);
  const id = elementCalled(object, name);
  const value = parseValue(id, object.type ?? 0, words, store);
  return [{ kind: "set-element", object: object.id, element: { id, ...encodeValue(value) } }];
}

/** @throws LifeboatError `bcd-no-such-object`, `bcd-no-such-element-name`, `bcd-no-such-element`. */
export function planDeleteValue(store: BcdStore, identifier: string, name: string): StoreChange[] {
  const object = objectCalled(store, identifier);
  const element = elementCalled(object, name);
  if (findElement(object, element) === undefined) {
    const shown = namingOf(store)(object.id);
    const what = say.noSuchElement(shown, elementName(element, object.type ?? 0));
    throw new LifeboatError("bcd-no-such-element", what, { kind: "usage", hint: say.seeShow() });
  }
  return [{ kind: "delete-element", object: object.id, element }];
}

/** @throws LifeboatError `bcd-no-such-object`, `bcd-bad-identifier`. */
export function objectCalled(store: BcdStore, identifier: string): BcdObject {
  const id = resolveObject(store, identifier);
  const object = findObject(store, id);
  if (object !== undefined) return object;
  throw new LifeboatError("bcd-no-such-object", say.noSuchObject(namingOf(store)(id)), {
    kind: "usage",
    hint: say.seeShow(),
  });
}

/** @throws LifeboatError `bcd-no-such-element-name`. */
export function elementCalled(object: BcdObject, name: string): number {
  const type = object.type ?? 0;
  const id = parseElementName(name, type);
  if (id !== undefined) return id;
  const alike = (known: string) => commonStart(known, name.toLowerCase());
  const near = elementNamesOf(type)
    .filter((known) => alike(known) >= NEAR_LETTERS)
    .toSorted((one, other) => alike(other) - alike(one));
  throw new LifeboatError("bcd-no-such-element-name", say.noSuchElementName(name), {
    kind: "usage",
    hint: say.noSuchElementHint(near.slice(0, MOST_NEAR)),
  });
}

function commonStart(one: string, other: string): number {
  let length = 0;
  while (length < one.length && one[length] === other[length]) length++;
  return length;
}
