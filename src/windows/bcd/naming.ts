/** Objects of one store by the names that bcdedit would show: `{default}` is whatever its boot manager starts. */
import { LifeboatError } from "../../system/errors.ts";
import { say } from "./messages.ts";
import type { ObjectId } from "./object-id.ts";
import { OBJECT, objectName, parseObjectName } from "./object-id.ts";
import type { BcdStore } from "./store.ts";
import { defaultObject } from "./store.ts";

/** How objects are called when they are shown. */
export type ObjectNaming = (id: ObjectId) => string;

/** Every object by its GUID: what bcdedit does with /v. */
export const byGuid: ObjectNaming = (id) => id;

export function namingOf(store: BcdStore): ObjectNaming {
  const usual = defaultObject(store);
  return (id) => (id === usual ? "{default}" : objectName(id));
}

/**
 * The object that somebody means.
 * @throws LifeboatError `bcd-bad-identifier`; `bcd-no-default` where the store doesn't say what `{default}` is.
 */
export function resolveObject(store: BcdStore, text: string): ObjectId {
  const id = parseObjectName(text);
  if (id === undefined) {
    throw new LifeboatError("bcd-bad-identifier", say.badIdentifier(text), {
      kind: "usage",
      hint: say.badIdentifierHint(),
    });
  }
  if (id !== OBJECT.default || store.objects.some((object) => object.id === id)) return id;
  const usual = defaultObject(store);
  if (usual !== undefined) return usual;
  throw new LifeboatError("bcd-no-default", say.noDefault(), {
    kind: "usage",
    hint: say.seeShow(),
  });
}
