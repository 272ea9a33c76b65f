/** From what an ISO is to its entries in the menu: GRUB commands that open it by its extents and start it. */
import type { Extent } from "../block/byte-range.ts";
import { WHOLE_IMAGE, bootFiles } from "../iso/method-paths.ts";
import { splitPartitionPath } from "../iso/partition-path.ts";
import type { IsoEntry } from "../iso/types.ts";
import type { Language, Text } from "../system/text.ts";
import { blockList } from "./block-list.ts";
import type { MenuFolder } from "./folders.ts";
import { quote, quoteArguments } from "./grub-script.ts";
import { HOOK, START_HOOK, yieldRdinit } from "./hook-line.ts";
import { say } from "./messages.ts";
import type { MenuEntry, MenuNode } from "./model.ts";
import { ALL_FIRMWARE } from "./model.ts";
import type { MenuOwnLoader } from "./own-loader/entries.ts";
import { handOver } from "./own-loader/entries.ts";
import { bsdStart } from "./starts/bsd.ts";
import { multibootStart } from "./starts/multiboot.ts";

/** One of its entries, with what the stick's settings say of it. */
export interface MenuIsoEntry extends IsoEntry {
  readonly users?: readonly string[];
  /** A cpio on the ESP with files for this entry's initrd, which the hook puts there. */
  readonly files?: string;
}

/** One ISO as the menu needs it. */
export interface MenuIso {
  /** GRUB's name for it once it is open: a plain word, no other ISO's. */
  readonly device: string;
  readonly title: string;
  readonly uuid: string;
  /** The partition of a disk image whose file system has that UUID: `gpt1`. */
  readonly uuidPartition?: string;
  /** As it was when it was put on the stick; undefined where that isn't known. */
  readonly sha256?: string;
  /** Within the data partition, in bytes; undefined where the file can't be addressed. */
  readonly extents: readonly Extent[] | undefined;
  readonly entries: readonly MenuIsoEntry[];
  /** Who may start it, besides the superusers. */
  readonly users?: readonly string[];
  /** Why it has no entry. */
  readonly problems: readonly Text[];
  /** Path on the data partition. */
  readonly path: string;
  /** The folders that it lies in, where they are submenus. */
  readonly folders?: readonly MenuFolder[];
  /** Smaller comes first. */
  readonly rank?: number;
  /**
   * Path in the ISO → path on the ESP: for an ISO in several pieces the copies of its kernel and initrd, for files that the hook
   * wants the cpio that they are in. `extentList`: the cpio with the extent list of an ISO in many pieces.
   */
  readonly copies?: Readonly<Record<string, string>>;
  readonly extentList?: string;
  /** For computers with Secure Boot on, where its kernel is signed by another vendor. */
  readonly ownLoader?: MenuOwnLoader;
  /** Why it has none on the stick. */
  readonly noOwnLoader?: Text;
  /** A cpio on the ESP with files for the initrds of all its entries, which the hook puts there. */
  readonly injected?: string;
  /** Where its changes are kept, and the entries that keep them. */
  readonly persistence?: MenuPersistence;
}

export interface MenuPersistence {
  /** Within the data partition, in bytes. */
  readonly extents: readonly Extent[];
  /** The hook writes to no other file system. */
  readonly uuid: string;
  /** What says where the file lies, for the hook to compare (`lifeboat.persist-check`). */
  readonly check?: string;
  /** The cpio on the ESP with the list and the check, where they are too long for the kernel line. */
  readonly list?: string;
  readonly entries: readonly MenuIsoEntry[];
}

export interface StickFacts {
  /** `lifeboat.part=`: how the hook knows the data partition. */
  readonly partition: string;
  readonly language: Language;
}

/** dmsetup for the hook: grub/main.cfg sets it where the stick has it, and GRUB drops a word that is empty. */
const MAPPER = "$lifeboat_mapper";

/** A submenu, or the entry itself where each firmware would show just one. */
export function menuOfIso(iso: MenuIso, stick: StickFacts): MenuNode[] {
  const place = (entry: MenuIsoEntry, from: MenuIso): MenuEntry[] => {
    const script = scriptOf(entry, iso, from, stick);
    if (script === undefined) return [];
    const { title, firmware, users = iso.users } = entry;
    return [{ kind: "entry", title, firmware, script, ...(users && { users }) }];
  };
  const { persistence, ...plain } = iso;
  const [first, ...others] = iso.entries;
  const entries = [
    ...(first === undefined ? [] : place(first, plain)),
    ...(persistence?.entries ?? []).flatMap((entry) => place(entry, iso)),
    ...others.flatMap((entry) => place(entry, plain)),
  ];
  return nodesOf(entries, iso, stick).map((node) => ({ ...node, mark: iso.path }));
}

function nodesOf(entries: readonly MenuEntry[], iso: MenuIso, stick: StickFacts): MenuNode[] {
  if (entries.length === 0) return [explain(iso, stick.language)];
  const oneEach = ALL_FIRMWARE.every(
    (one) => entries.filter(({ firmware }) => firmware.includes(one)).length <= 1,
  );
  if (oneEach) return entries.map((entry) => ({ ...entry, title: iso.title }));
  const { title, users } = iso;
  return [{ kind: "submenu", title, children: entries, ...(users && { users }) }];
}

/** An ISO that can't start is in the menu too, and says why: a technician who misses it would look for a fault of the stick. */
function explain(iso: MenuIso, language: Language): MenuEntry {
  const reasons = iso.problems.length > 0 ? iso.problems : [say.noWay()];
  return {
    kind: "entry",
    title: `${iso.title} (${say.noEntry()[language]})`,
    firmware: ALL_FIRMWARE,
    script: [`lifeboat_say ${reasons.map((reason) => quote(reason[language])).join(" ")}`],
    explains: true,
    ...(iso.users && { users: iso.users }),
  };
}

/** Undefined where this ISO, as it lies on the stick, can't be started this way. */
function scriptOf(
  entry: MenuIsoEntry,
  iso: MenuIso,
  from: MenuIso,
  stick: StickFacts,
): string[] | undefined {
  const fromCopy = isFromCopy(entry);
  if (!fromCopy && (iso.extents === undefined || iso.extents.length === 0)) return undefined;
  const start = startOf(entry, from, stick);
  if (start === undefined) return undefined;
  const own = handOver(entry, iso);
  const plain = fromCopy ? ["set root=$lifeboat", ...start] : whenOpen(iso, start);
  const usual =
    own !== undefined && iso.ownLoader?.always === true
      ? when('[ "$lifeboat_firmware" = "x64" ]', whenOpen(iso, own), plain)
      : plain;
  const { secureBoot } = entry;
  if (secureBoot === "unsigned")
    return when(LOCKDOWN, ['lifeboat_say "$lifeboat_unsigned"'], usual);
  if (secureBoot !== "other-vendor" && secureBoot !== "own-loader") return usual;
  const why = iso.noOwnLoader && quote(iso.noOwnLoader[stick.language]);
  const refusal = [`lifeboat_say ${why ?? '"$lifeboat_vendor"'}`];
  return when(LOCKDOWN, own === undefined ? refusal : whenOpen(iso, own), usual);
}

const LOCKDOWN = '[ "$lockdown" = "y" ]';

function when(condition: string, lines: readonly string[], otherwise: readonly string[] = []) {
  const inside = (all: readonly string[]) => all.map((line) => `  ${line}`);
  const rest = otherwise.length === 0 ? [] : ["else", ...inside(otherwise)];
  return [`if ${condition}; then`, ...inside(lines), ...rest, "fi"];
}

/** What is started is a copy on the ESP, made by the same refresh as the menu: there is nothing to open, and nothing to check. */
function isFromCopy({ method }: IsoEntry): boolean {
  return bootFiles(method)?.every((path) => path === WHOLE_IMAGE) === true;
}

/** The lines, where the image is the one that it was at the last refresh. */
function whenOpen(iso: MenuIso, lines: readonly string[]): string[] {
  const place = blockList(iso.extents ?? []);
  const partition = iso.uuidPartition === undefined ? "" : ` ,${quote(iso.uuidPartition)}`;
  const open = `lifeboat_open ${iso.device} ${quote(iso.uuid)} ${place}${partition}`;
  return when(open, lines);
}

/** The commands that load it, once it is open; undefined where GRUB can't read what it needs. */
export function startOf(
  entry: MenuIsoEntry,
  iso: MenuIso,
  stick: StickFacts,
): string[] | undefined {
  const { method } = entry;
  // GRUB reads wrong bytes across the border of two extents: only what was copied to the ESP can be used then.
  const inPieces = (iso.extents?.length ?? 0) > 1;
  const file = (path: string): string | undefined => {
    if (!inPieces && path !== WHOLE_IMAGE) return quote(pathIn(iso.device, path));
    const copy = iso.copies?.[path];
    return copy === undefined ? undefined : `($lifeboat)${quote(copy)}`;
  };
  const whole = inPieces ? undefined : `($data)${blockList(iso.extents ?? [])}`;
  switch (method.kind) {
    case "linux": {
      const kernel = file(method.kernel);
      const initrds = method.initrd.map(file);
      if (kernel === undefined || !initrds.every((path) => path !== undefined)) return undefined;
      const forHook = (method.hookFiles ?? []).map((path) => iso.copies?.[path]);
      if (!forHook.every((path) => path !== undefined)) return undefined;
      const list = [iso.extentList, iso.persistence?.list, ...new Set(forHook)].flatMap((path) =>
        path === undefined ? [] : [`($lifeboat)${quote(path)}`],
      );
      const pieces = inPieces || (iso.persistence?.extents.length ?? 0) > 1;
      const extra = [iso.injected, entry.files].flatMap((path) =>
        path === undefined ? [] : [`($lifeboat)${quote(path)}`],
      );
      // Where it isn't to map anything, the hook may still have files to put into the initrd.
      const hooked = method.hook || extra.length > 0;
      const forIso = method.hook ? [...(pieces ? [MAPPER] : []), ...list] : [];
      const hook = hooked ? [HOOK, ...forIso, ...extra] : [];
      const hookArguments = method.hook ? hookWords(iso, stick) : hooked ? [START_HOOK] : [];
      const args = hooked ? yieldRdinit(method.args) : method.args;
      const words = [...hookArguments, quoteArguments(args)].join(" ");
      // The hook first: Linux takes what follows an lz4 initrd for more of it.
      const images = [...hook, ...initrds];
      return [
        `linux ${kernel} ${words}`.trimEnd(),
        ...(images.length > 0 ? [`initrd ${images.join(" ")}`] : []),
      ];
    }
    case "linux16": {
      const kernel = file(method.kernel);
      if (kernel === undefined) return undefined;
      return ["set gfxpayload=text", `linux16 ${kernel} ${quoteArguments(method.args)}`.trimEnd()];
    }
    case "chainload": {
      if (method.image === undefined) {
        const program = file(method.path);
        return program === undefined ? undefined : [`chainloader ${program}`];
      }
      // The program lies in a FAT image of the ISO: a second loopback opens it.
      const image = file(method.image);
      if (image === undefined) return undefined;
      return [
        `loopback efi-${iso.device} ${image}`,
        `chainloader ${quote(`(efi-${iso.device})${method.path}`)}`,
      ];
    }
    case "configfile":
      if (inPieces) return undefined;
      return [
        `set root=${iso.device}`,
        `configfile ${quote(`(${iso.device})${method.path}`)}`,
        "set root=$lifeboat",
      ];
    case "loopback":
      if (inPieces) return undefined;
      return [
        `set iso_path=${quote(iso.path)}`,
        "export iso_path",
        `set root=${iso.device}`,
        `configfile ${quote(`(${iso.device})${method.path}`)}`,
        "set root=$lifeboat",
      ];
    case "memdisk": {
      const image = method.path === undefined ? whole : file(method.path);
      if (image === undefined) return undefined;
      const args = method.args ?? (method.path === undefined ? "iso raw" : "raw");
      return [
        `linux16 ($lifeboat)/lifeboat/tools/memdisk ${quoteArguments(args)}`.trimEnd(),
        `initrd16 ${image}`,
      ];
    }
    case "multiboot":
      return multibootStart(method, file);
    case "kfreebsd":
    case "knetbsd":
    case "kopenbsd":
      return bsdStart(method, file, whole);
  }
}

/** Of a file of the ISO, or of one in a partition of its image. */
function pathIn(device: string, path: string): string {
  const { partition, path: inside } = splitPartitionPath(path);
  return partition === undefined ? `(${device})${path}` : `(${device},${partition})${inside}`;
}

function hookWords(iso: MenuIso, stick: StickFacts): string[] {
  const list = iso.extentList === undefined ? blockList(iso.extents ?? []) : "@";
  return [
    START_HOOK,
    quote(`lifeboat.part=${stick.partition}`),
    `lifeboat.iso=${list}`,
    ...(iso.persistence === undefined ? [] : persistenceWords(iso.persistence)),
  ];
}

function persistenceWords({ extents, uuid, check, list }: MenuPersistence): string[] {
  const place = list === undefined ? blockList(extents) : "@";
  return [
    `lifeboat.persist=${place}`,
    quote(`lifeboat.persist-uuid=${uuid}`),
    ...(check === undefined
      ? []
      : [quote(`lifeboat.persist-check=${list === undefined ? check : "@"}`)]),
  ];
}
