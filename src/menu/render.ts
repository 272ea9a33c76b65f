/** From the menu's model to the text of menu.cfg. */
import type { Language } from "../system/text.ts";
import type { DefaultEntry } from "./default-entry.ts";
import { quote } from "./grub-script.ts";
import { say } from "./messages.ts";
import type { MenuNode } from "./model.ts";
import { firmwareOf } from "./model.ts";
import { onlyOn } from "./only-on.ts";
import { indent, whenTrue } from "./script-blocks.ts";
import { ventoyLines } from "./ventoy-hand-over.ts";

/** What comes before the entries. */
export interface MenuHead {
  readonly language: Language;
  /** In seconds; without one the menu waits for ever. */
  readonly timeoutSeconds?: number;
  readonly defaultEntry?: DefaultEntry;
  readonly passwords?: MenuPasswords;
  /** The theme in another language than the one that the stick was built with. */
  readonly theme?: Language;
  /** Ventoy lies on the stick. */
  readonly hasVentoy?: boolean;
}

export interface MenuPasswords {
  /** User → `grub.pbkdf2.sha512.…`. */
  readonly users: Readonly<Record<string, string>>;
  /** Who may do everything: change entries, use the console. */
  readonly superusers: readonly string[];
  /** Who besides them may see the menu at all; everybody where undefined. */
  readonly menuUsers?: readonly string[] | undefined;
}

/**
 * Opens an image as a device of its own: $1 is the device's name, $2 the file system UUID that it must have, $3 where it lies on the
 * data partition; $4 is for the image of a disk the partition with that file system, with a comma before it. Each image has a name
 * for itself, since GRUB would answer from its cache for a name that it knows. It stands in the menu, not in grub/main.cfg: that
 * is on the stick as the lifeboat that built it had it, and a menu must not call what an older one doesn't know.
 */
const OPEN = [
  "function lifeboat_open {",
  "  set root=$lifeboat",
  "  set gfxpayload=keep",
  "  set lifeboat_found=",
  "  if loopback $1 ($data)$3; then true; fi",
  "  if probe --set=lifeboat_found --fs-uuid ($1$4); then true; fi",
  '  if [ "$lifeboat_found" = "$2" ]; then',
  "    true",
  "  else",
  '    lifeboat_say "$lifeboat_moved"',
  "    false",
  "  fi",
  "}",
];

export function renderMenu(nodes: readonly MenuNode[], head: MenuHead): string {
  const { language, defaultEntry } = head;
  const options: NodeOptions = {
    restricts: head.passwords !== undefined,
    ...(defaultEntry && { ids: defaultEntry.ids }),
  };
  const lines = [
    "# Written by lifeboat refresh. Changes made here by hand are lost at the next one.",
    `set lifeboat_moved=${quote(say.moved()[language])}`,
    `set lifeboat_unsigned=${quote(say.unsigned()[language])}`,
    `set lifeboat_vendor=${quote(say.otherVendor()[language])}`,
    `set lifeboat_hashing=${quote(say.hashing()[language])}`,
    `set lifeboat_same=${quote(say.same()[language])}`,
    `set lifeboat_differs=${quote(say.differs()[language])}`,
    "export lifeboat_moved lifeboat_unsigned lifeboat_vendor lifeboat_hashing lifeboat_same lifeboat_differs lifeboat_slot",
    ...OPEN,
    ...(head.hasVentoy === true ? ventoyLines(language) : []),
    ...themeLines(head.theme),
    ...(head.passwords === undefined ? [] : passwordLines(head.passwords)),
    ...(defaultEntry === undefined ? [] : [`set default=${quote(defaultEntry.value)}`]),
    ...(head.timeoutSeconds === undefined ? [] : [`set timeout=${head.timeoutSeconds}`]),
    "",
    ...nodes.flatMap((node) => renderNode(node, options)),
  ];
  return `${lines.join("\n")}\n`;
}

function themeLines(language: Language | undefined): string[] {
  if (language === undefined) return [];
  const path = `($lifeboat)/lifeboat/grub/theme/theme-${language}.txt`;
  // A stick that an earlier lifeboat built hasn't got it, and keeps its own.
  return [`if [ -n "$theme" -a -f ${path} ]; then`, `  set theme=${path}`, "fi"];
}

/**
 * GRUB asks nobody anything as long as `superusers` isn't set, and it must be exported: a submenu, and a configuration of an
 * ISO's own, sees exported variables only.
 */
export function passwordLines({ users, superusers, menuUsers }: MenuPasswords): string[] {
  return [
    ...Object.entries(users).map(([user, hash]) => `password_pbkdf2 ${quote(user)} ${quote(hash)}`),
    `set superusers=${quote(superusers.join(" "))}`,
    "export superusers",
    ...(menuUsers === undefined
      ? []
      : [`until authenticate ${quote(menuUsers.join(" "))}; do`, "  true", "done"]),
  ];
}

export interface NodeOptions {
  /** GRUB wants to know of every entry who may open it. */
  readonly restricts: boolean;
  /** For those that the default leads to. */
  readonly ids?: ReadonlyMap<MenuNode, string>;
}

/** A node of the menu as GRUB script. */
export function renderNode(node: MenuNode, options: NodeOptions): string[] {
  const body =
    node.kind === "submenu"
      ? node.children.flatMap((child) => renderNode(child, options))
      : node.script;
  const id = options.ids?.get(node);
  const words = [
    node.kind === "entry" ? "menuentry" : "submenu",
    titleWord(node.title),
    ...(id === undefined ? [] : ["--id", quote(id)]),
    ...(options.restricts ? accessWords(node.users) : []),
  ];
  const lines = [`${words.join(" ")} {`, ...indent(body), "}"];
  const shownWhere = node.kind === "entry" ? node.shownWhere : undefined;
  return onlyOn(firmwareOf(node), shownWhere === undefined ? lines : whenTrue(shownWhere, lines));
}

/** Who may open an entry, where anybody is asked at all. */
function accessWords(users: readonly string[] | undefined): string[] {
  return users === undefined ? ["--unrestricted"] : ["--users", quote(users.join(" "))];
}

/** GRUB takes a title that begins with a dash for an option of the command, quoted or not. */
function titleWord(title: string): string {
  return quote(title.startsWith("-") ? ` ${title}` : title);
}
