/**
 * The identifier of a BCD element, which is the name of its registry key: eight hexadecimal digits. Bits 28–31 are its class, bits
 * 24–27 the format of its value (BcdElementType of Microsoft's BCD reference, "element type").
 */

/** `unknown`: a format that no Windows has, kept as it is. */
export type ElementFormat =
  | "device"
  | "string"
  | "object"
  | "object-list"
  | "integer"
  | "boolean"
  | "integer-list"
  | "unknown";

const FORMATS: readonly ElementFormat[] = [
  "unknown",
  "device",
  "string",
  "object",
  "object-list",
  "integer",
  "boolean",
  "integer-list",
];

/** Bits 28–31. */
export const ELEMENT_CLASS = {
  library: 1,
  application: 2,
  device: 3,
  /** Hidden: in BCD-Template, and what marks Windows RE. */
  template: 4,
  oem: 5,
} as const;

export function elementFormat(id: number): ElementFormat {
  return FORMATS[(id >>> 24) & 0xf] ?? "unknown";
}

export function elementClass(id: number): number {
  return id >>> 28;
}

/** As the registry has it: eight lower-case digits. */
export function elementKeyName(id: number): string {
  return id.toString(16).padStart(8, "0");
}

/** @returns undefined where the text isn't eight hexadecimal digits. */
export function parseElementKeyName(name: string): number | undefined {
  return /^[0-9a-f]{8}$/i.test(name) ? Number.parseInt(name, 16) : undefined;
}
