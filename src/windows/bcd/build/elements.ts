/** Short ways to write objects and elements down. Elements come in the order of their identifiers, as in a registry. */
import type { BcdDevice } from "../device/device.ts";
import type { ObjectId } from "../object-id.ts";
import type { BcdElement, BcdObject } from "../store.ts";
import type { ElementValue } from "../values.ts";
import { encodeValue } from "../values.ts";

export function object(id: ObjectId, type: number, elements: readonly BcdElement[]): BcdObject {
  return { id, type, elements: elements.toSorted((one, other) => one.id - other.id) };
}

export function element(id: number, value: ElementValue): BcdElement {
  return { id, ...encodeValue(value) };
}

export function deviceElement(id: number, device: BcdDevice): BcdElement {
  return element(id, { format: "device", device });
}

export function text(id: number, value: string): BcdElement {
  return element(id, { format: "string", text: value });
}

export function reference(id: number, to: ObjectId): BcdElement {
  return element(id, { format: "object", id: to });
}

export function references(id: number, ids: readonly ObjectId[]): BcdElement {
  return element(id, { format: "object-list", ids });
}

export function integer(id: number, value: number): BcdElement {
  return element(id, { format: "integer", integer: BigInt(value) });
}

export function integers(id: number, values: readonly bigint[]): BcdElement {
  return element(id, { format: "integer-list", integers: values });
}

export function boolean(id: number, value: boolean): BcdElement {
  return element(id, { format: "boolean", boolean: value });
}
