/** Stores as bcdedit lists them: a heading for each object, names and values in two columns. */
import type { DescribedObject } from "../windows/bcd/describe.ts";
import type { Shell } from "./shell.ts";
import { columnsOf } from "./wide-text.ts";

/** Where bcdedit's values begin. */
const VALUE_COLUMN = 24;

/** With the empty line that follows. */
export function linesOfObject(object: DescribedObject, shell: Shell): string[] {
  const { heading, name, elements } = object;
  const identifier = shell.say({ en: "identifier", zh: "标识符" });
  return [
    heading,
    "-".repeat(columnsOf(heading)),
    row(identifier, name),
    ...elements.flatMap(({ name, text }) => {
      const [first = "", ...more] = text;
      return [row(name, first), ...more.map((line) => row("", line))];
    }),
    "",
  ];
}

function row(name: string, value: string): string {
  const padding = " ".repeat(Math.max(1, VALUE_COLUMN - columnsOf(name)));
  return `${name}${padding}${value}`.trimEnd();
}
