/** A key press, whatever terminal it came from. */

export type NamedKey =
  | "up"
  | "down"
  | "left"
  | "right"
  | "page-up"
  | "page-down"
  | "home"
  | "end"
  | "enter"
  | "escape"
  | "tab"
  | "back-tab"
  | "backspace"
  | "delete"
  | "clear"
  | "stop";

export type Key =
  | { readonly kind: "named"; readonly name: NamedKey }
  /** One character, or several: pasted text, and what came in while the program was busy. */
  | { readonly kind: "text"; readonly text: string };

export const named = (name: NamedKey): Key => ({ kind: "named", name });

export const typed = (text: string): Key => ({ kind: "text", text });
