/** From the menu's model to the text of menu.cfg. */
import type { Language } from "../system/text.ts";
import { quote } from "./grub-script.ts";
import { say } from "./messages.ts";
import type { MenuNode } from "./model.ts";
import { ALL_FIRMWARE, firmwareOf } from "./model.ts";

export function renderMenu(nodes: readonly MenuNode[], language: Language): string {
  const lines = [
    "# Written by lifeboat refresh. Changes made here by hand are lost at the next one.",
    `set lifeboat_moved=${quote(say.moved()[language])}`,
    `set lifeboat_unsigned=${quote(say.unsigned()[language])}`,
    `set lifeboat_vendor=${quote(say.otherVendor()[language])}`,
    "export lifeboat_moved lifeboat_unsigned lifeboat_vendor",
    "",
    ...nodes.flatMap((node) => renderNode(node)),
  ];
  return `${lines.join("\n")}\n`;
}

function renderNode(node: MenuNode): string[] {
  const body =
    node.kind === "entry" ? node.script : node.children.flatMap((child) => renderNode(child));
  const word = node.kind === "entry" ? "menuentry" : "submenu";
  return onlyOn(firmwareOf(node), [`${word} ${titleWord(node.title)} {`, ...indent(body), "}"]);
}

/** GRUB takes a title that begins with a dash for an option of the command, quoted or not. */
function titleWord(title: string): string {
  return quote(title.startsWith("-") ? ` ${title}` : title);
}

/** Wraps lines in a test for the firmware that they are for. */
function onlyOn(firmware: ReturnType<typeof firmwareOf>, lines: string[]): string[] {
  if (firmware.length === ALL_FIRMWARE.length) return lines;
  if (firmware.length === 0) return [];
  const tests = firmware.map((one) => `"$lifeboat_firmware" = "${one}"`).join(" -o ");
  return [`if [ ${tests} ]; then`, ...indent(lines), "fi"];
}

function indent(lines: readonly string[]): string[] {
  return lines.map((line) => (line === "" ? "" : `  ${line}`));
}
