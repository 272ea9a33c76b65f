/** Values of a ventoy.json that may be of another kind than expected: then they count as none. */
import type { Json } from "./json.ts";

export type Group = { readonly [key: string]: Json };

export function groupOf(value: Json | undefined): Group {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? value : {};
}

export function itemsOf(value: Json | undefined): Group[] {
  return Array.isArray(value) ? value.map(groupOf) : [];
}

export function textOf(value: Json | undefined): string | undefined {
  return typeof value === "string" ? value : undefined;
}

/** Of one text, or a list of them. */
export function textsOf(value: Json | undefined): string[] {
  const list = Array.isArray(value) ? value : [value];
  return list.filter((one) => typeof one === "string");
}
