/** What the menu's search for new ISOs has to know of this stick: new.cfg of a menu slot, read when the search is opened. */
import type { Language } from "../../system/text.ts";
import { quote } from "../grub-script.ts";
import { say } from "../messages.ts";
import { pathExpression } from "./hidden-patterns.ts";

/** The script beside new.cfg that has the functions (recipe-scripts.ts). */
export const RECIPES_NAME = "recipes.cfg";
export const SEARCH_NAME = "new.cfg";

export interface SearchFacts {
  readonly language: Language;
  /** `lifeboat.part=`: how the hook knows the data partition. */
  readonly partition: string;
  /** The data partition's. */
  readonly fileSystem: "exfat" | "ntfs" | "ext4" | "fat32";
  /** Paths on the data partition of the ISOs that have their entries, or are hidden. */
  readonly known: readonly string[];
  /** Patterns of the settings, each with whether what fits it is hidden; later ones win. */
  readonly hidden: readonly HiddenPattern[];
}

export interface HiddenPattern {
  readonly pattern: string;
  readonly hides: boolean;
}

/** Folders of operating systems, lifeboat's own, and what is on the way to them. */
const UNSEARCHED = String.raw`^\([^)]*\)/([lL][iI][fF][eE][bB][oO][aA][tT]|\$[rR][eE][cC][yY][cC][lL][eE]\.[bB][iI][nN]|[sS]ystem [vV]olume [iI]nformation|lost\+found|\.[tT]rash[^/]*|\.[sS]potlight-[vV]100|\.fseventsd)/`;

/** GRUB's drivers by our names; those that are built into every GRUB need none. */
const DRIVERS = { exfat: "exfat", ntfs: "ntfs", ext4: "ext2", fat32: "fat" } as const;

export function searchScript(facts: SearchFacts): string {
  const { language, fileSystem } = facts;
  const texts = {
    lifeboat_new_unknown: say.newUnknown(),
    lifeboat_new_damaged: say.newDamaged(),
    lifeboat_new_needs_refresh: say.newNeedsRefresh(),
    lifeboat_new_own_menu: say.newOwnMenu(),
    lifeboat_new_none: say.newNone(),
    lifeboat_new_locked: say.newLocked(fileSystem),
    lifeboat_new_unreadable: say.newUnreadable(fileSystem),
  };
  const values = {
    ...Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, text[language]])),
    lifeboat_part: facts.partition,
    lifeboat_new_driver: DRIVERS[fileSystem],
    lifeboat_new_unsearched: UNSEARCHED,
  };
  return `${[
    "# Written by lifeboat refresh: what the search for newer ISOs needs to know.",
    ...Object.entries(values).flatMap(([name, value]) => [`set ${name}=${quote(value)}`]),
    `export ${Object.keys(values).join(" ")}`,
    ...knownLines(facts),
    ...hiddenLines(facts.hidden),
    `source ($lifeboat)/lifeboat/menu-$lifeboat_slot/${RECIPES_NAME}`,
    "lifeboat_new_show",
  ].join("\n")}\n`;
}

function knownLines({ known, fileSystem }: SearchFacts): string[] {
  const paths = new Set([...known, ...(fileSystem === "fat32" ? known.map(withShortNames) : [])]);
  const words = [...paths].map(quote);
  const loop = [
    `  for lifeboat_known in ${words.join(" ")}; do`,
    `    if [ "$lifeboat_known" = "$1" ]; then return 0; fi`,
    "  done",
  ];
  return ["function lifeboat_new_known {", ...(words.length === 0 ? [] : loop), "  return 1", "}"];
}

/** FAT's short names have no lower case: GRUB shows them all in it. A name of both cases has a long name, which it shows as it is. */
function withShortNames(path: string): string {
  const isOneCase = (part: string) => part === part.toUpperCase() || part === part.toLowerCase();
  const isShort = (name: string) =>
    /^[^.]{1,8}(?:\.[^.]{1,3})?$/.test(name) && name.split(".").every(isOneCase);
  return path
    .split("/")
    .map((name) => (isShort(name) ? name.toLowerCase() : name))
    .join("/");
}

function hiddenLines(hidden: readonly HiddenPattern[]): string[] {
  const tests = hidden.map(
    ({ pattern, hides }) =>
      `  if regexp ${quote(pathExpression(pattern))} "$1"; then set lifeboat_hide=${hides ? "yes" : "no"}; fi`,
  );
  return [
    "function lifeboat_new_hidden {",
    "  set lifeboat_hide=no",
    ...tests,
    `  if [ "$lifeboat_hide" = yes ]; then return 0; fi`,
    "  return 1",
    "}",
  ];
}
