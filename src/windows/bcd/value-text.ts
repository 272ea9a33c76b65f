/** The values of elements in bcdedit's words, shown and read. */
import { LifeboatError } from "../../system/errors.ts";
import type { Text } from "../../system/text.ts";
import { deviceBytes, parseDevice } from "./device/parse.ts";
import { encodeDevice } from "./device/encode.ts";
import { formatDevice } from "./device/text.ts";
import { elementFormat } from "./element-id.ts";
import { say } from "./messages.ts";
import { elementName, wordsOf } from "./names/element-names.ts";
import type { ObjectNaming } from "./naming.ts";
import { resolveObject } from "./naming.ts";
import type { ObjectId } from "./object-id.ts";
import type { BcdElement, BcdStore } from "./store.ts";
import type { ElementValue } from "./values.ts";
import { decodeValue } from "./values.ts";

/** Integers that bcdedit shows in hexadecimal: addresses, masks, and the lists. */
const HEXADECIMAL: ReadonlySet<number> = new Set([
  0x15000007, 0x1500000d, 0x1500000e, 0x15000012, 0x15000042, 0x2500012e,
]);

/**
 * An element as `formatValue` has it; devices whose bytes the words wouldn't give back are `bytes=` and what the store has.
 * @param type of the object that has the element.
 */
export function formatElement(element: BcdElement, type: number, naming: ObjectNaming): string[] {
  const value = decodeValue(element.id, element);
  const isExact = value.format !== "device" || encodeDevice(value.device).equals(element.data);
  const shown = isExact ? value : ({ format: "unknown", bytes: element.data } as const);
  return formatValue(element.id, type, shown, naming);
}

/**
 * One line a value; lists have one a member, and none where they are empty.
 * @param type of the object that has the element.
 */
function formatValue(
  id: number,
  type: number,
  value: ElementValue,
  naming: ObjectNaming,
): string[] {
  switch (value.format) {
    case "device":
      return [formatDevice(value.device)];
    case "string":
      return [value.text];
    case "object":
      return [naming(value.id)];
    case "object-list":
      return value.ids.map(naming);
    case "integer": {
      const word = wordsOf(id, type)?.[Number(value.integer)];
      if (word !== undefined) return [word];
      return [HEXADECIMAL.has(id) ? hexadecimal(value.integer) : String(value.integer)];
    }
    case "boolean":
      return [value.boolean ? "Yes" : "No"];
    case "integer-list":
      return value.integers.map(hexadecimal);
    case "unknown":
      return [`bytes=${value.bytes.toString("hex")}`];
  }
}

function hexadecimal(integer: bigint): string {
  return `0x${integer.toString(16)}`;
}

/**
 * What somebody typed for an element.
 * @param type of the object that has the element.
 * @throws LifeboatError `bcd-bad-value`, `bcd-bad-device`, `bcd-bad-identifier`.
 */
export function parseValue(
  id: number,
  type: number,
  words: readonly string[],
  store: BcdStore,
): ElementValue {
  const format = elementFormat(id);
  const name = elementName(id, type);
  const text = words.join(" ");
  const refuse = (wanted: Text, what = text): LifeboatError =>
    new LifeboatError("bcd-bad-value", say.badValue(name, what, wanted), { kind: "usage" });
  switch (format) {
    case "device": {
      const bytes = deviceBytes(text);
      if (bytes !== undefined) return { format: "unknown", bytes };
      return { format, device: parseDevice(text, id) };
    }
    case "string":
      if (text.includes("\0")) throw refuse(say.wantedText());
      return { format, text };
    case "object":
      return { format, id: oneObject(words, store, refuse) };
    case "object-list": {
      const ids = words.map((word) => resolveObject(store, word));
      const twice = words.find((_, at) => ids.indexOf(ids[at] ?? "") !== at);
      if (twice !== undefined) throw refuse(say.wantedOnce(), twice);
      return { format, ids };
    }
    case "integer": {
      const known = wordsOf(id, type);
      const at = known?.findIndex((word) => word.toLowerCase() === text.toLowerCase()) ?? -1;
      const integer = at === -1 ? parseInteger(text) : BigInt(at);
      if (integer !== undefined) return { format, integer };
      throw refuse(known === undefined ? say.wantedInteger() : say.wantedWord(known));
    }
    case "boolean": {
      const yes = /^(yes|on|true|1)$/i.test(text);
      if (yes || /^(no|off|false|0)$/i.test(text)) return { format, boolean: yes };
      throw refuse(say.wantedBoolean());
    }
    case "integer-list":
      return {
        format,
        integers: words.map((word) => {
          const integer = parseInteger(word);
          if (integer === undefined) throw refuse(say.wantedInteger(), word);
          return integer;
        }),
      };
    case "unknown":
      throw new LifeboatError("bcd-unknown-format", say.unknownFormat(name), { kind: "usage" });
  }
}

function oneObject(
  words: readonly string[],
  store: BcdStore,
  refuse: (wanted: Text) => LifeboatError,
): ObjectId {
  const [word] = words;
  if (word === undefined || words.length > 1) throw refuse(say.wantedObject());
  return resolveObject(store, word);
}

function parseInteger(text: string): bigint | undefined {
  if (!/^(0x[0-9a-f]{1,16}|\d{1,20})$/i.test(text)) return undefined;
  const integer = BigInt(text);
  return integer < 1n << 64n ? integer : undefined;
}
