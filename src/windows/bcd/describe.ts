/** A store as plain data for `--json`: identifiers in bcdedit's words beside the GUIDs, values as numbers, texts and lists. */
import type { Language } from "../../system/text.ts";
import type { BcdDevice, DeviceDescriptor, FilePath } from "./device/device.ts";
import { elementFormat, elementKeyName } from "./element-id.ts";
import { headingOf, listingRank } from "./headings.ts";
import { elementName } from "./names/element-names.ts";
import type { ObjectNaming } from "./naming.ts";
import { NIL_OBJECT, OBJECT } from "./object-id.ts";
import type { BcdElement, BcdObject, BcdStore } from "./store.ts";
import { ELEMENT, elementValue, findObject } from "./store.ts";
import { formatElement } from "./value-text.ts";
import type { ElementValue } from "./values.ts";
import { decodeString, decodeValue, REG } from "./values.ts";

export interface DescribedObject {
  readonly id: string;
  /** `{bootmgr}`, or the GUID again. */
  readonly name: string;
  /** `0x10200003`; null where the store doesn't say. */
  readonly type: string | null;
  readonly heading: string;
  readonly elements: readonly DescribedElement[];
}

export interface DescribedElement {
  readonly id: string;
  readonly name: string;
  readonly format: string;
  readonly value: unknown;
  /** As bcdedit shows it, a line each. */
  readonly text: readonly string[];
  /** In hexadecimal, of devices and of what can't be read. */
  readonly bytes?: string;
}

/** In the order in which bcdedit lists them: by kind, loaders as in the menu. */
export function listed(store: BcdStore): BcdObject[] {
  const bootmgr = findObject(store, OBJECT.bootmgr);
  const order = bootmgr && elementValue(bootmgr, ELEMENT.displayorder);
  const menu = order?.format === "object-list" ? order.ids : [];
  // Backwards: of an object that is in the menu twice, the first place counts.
  const places = new Map(menu.map((id, at) => [id, at] as const).toReversed());
  const place = ({ id }: BcdObject) => places.get(id) ?? menu.length;
  return store.objects.toSorted(
    (one, other) => listingRank(one.type) - listingRank(other.type) || place(one) - place(other),
  );
}

export function describeObject(
  object: BcdObject,
  naming: ObjectNaming,
  language: Language,
): DescribedObject {
  const { id, type } = object;
  return {
    id,
    name: naming(id),
    type: type === undefined ? null : `0x${elementKeyName(type)}`,
    heading: headingOf(id, type)[language],
    elements: object.elements.map((element) => describeElement(element, type ?? 0, naming)),
  };
}

function describeElement(
  element: BcdElement,
  type: number,
  naming: ObjectNaming,
): DescribedElement {
  const value = decodeValue(element.id, element);
  const isRaw = value.format === "device" || value.format === "unknown";
  return {
    id: elementKeyName(element.id),
    name: elementName(element.id, type),
    format: elementFormat(element.id),
    value: plain(value),
    text: formatElement(element, type, naming),
    ...(isRaw && { bytes: element.data.toString("hex") }),
  };
}

function plain(value: ElementValue): unknown {
  switch (value.format) {
    case "device":
      return plainDevice(value.device);
    case "string":
      return value.text;
    case "object":
      return value.id;
    case "object-list":
      return value.ids;
    case "integer":
      return number(value.integer);
    case "boolean":
      return value.boolean;
    case "integer-list":
      return value.integers.map(number);
    case "unknown":
      return null;
  }
}

/** Beyond what JSON's numbers hold exactly: a text. */
function number(integer: bigint): number | string {
  return integer <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(integer) : String(integer);
}

function plainDevice({ options, descriptor }: BcdDevice): object {
  return {
    ...plainDescriptor(descriptor),
    ...(options !== NIL_OBJECT && { options }),
  };
}

function plainDescriptor(descriptor: DeviceDescriptor): object {
  const { kind } = descriptor;
  switch (kind) {
    case "boot":
      return { kind };
    case "partition":
      if (descriptor.partition.style === "gpt") return { kind, ...descriptor.partition };
      return {
        kind,
        ...descriptor.partition,
        offsetBytes: number(descriptor.partition.offsetBytes),
      };
    case "legacy-partition":
      return { kind, ...descriptor.partition };
    case "locate": {
      const { by, parent } = descriptor;
      const what = "element" in by ? { element: elementKeyName(by.element) } : by;
      return { kind, ...what, ...(parent && { in: plainDescriptor(parent) }) };
    }
    case "ramdisk":
    case "file":
      return { kind, ...plainFile(descriptor.file) };
    case "virtual-disk":
      return { kind, disk: plainDescriptor(descriptor.disk) };
    case "other":
      return { kind, deviceType: descriptor.deviceType };
  }
}

function plainFile({ device, path }: FilePath): object {
  return { path, device: plainDescriptor(device) };
}

/** Of the key `Description`: texts and numbers as such, the rest in hexadecimal. */
export function describeValues({ description }: BcdStore): Record<string, string | number> {
  return Object.fromEntries(
    description.map(({ name, type, data }) => {
      if (type === REG.sz) return [name, decodeString(data)];
      const isNumber = type === REG.dword && data.length === 4;
      return [name, isNumber ? data.readUInt32LE() : data.toString("hex")];
    }),
  );
}
