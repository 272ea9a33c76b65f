/** A Linux kernel and its initrds, with lifeboat's hook before them where it is to map the ISO or has files for the initrd. */
import type { BootMethod } from "../../iso/types.ts";
import { blockList } from "../block-list.ts";
import { quote, quoteArguments } from "../grub-script.ts";
import { HOOK, START_HOOK, yieldRdinit } from "../hook-line.ts";
import type { MenuIso, MenuPersistence, StickFacts } from "../menu-iso.ts";
import { command } from "../script-blocks.ts";
import { allKnown } from "./file-word.ts";
import type { FileWord } from "./file-word.ts";

/** What a GRUB calls the commands that load a kernel and its initrds. */
export interface LinuxCommands {
  readonly linux: string;
  readonly initrd: string;
}

export const GRUB_COMMANDS: LinuxCommands = { linux: "linux", initrd: "initrd" };

interface LinuxPlace {
  readonly file: FileWord;
  readonly iso: MenuIso;
  readonly stick: StickFacts;
  readonly commands: LinuxCommands;
  /** A cpio on the ESP with files for this entry's initrd. */
  readonly files: string | undefined;
}

/** dmsetup for the hook: grub/main.cfg sets it where the stick has it, and GRUB drops a word that is empty. */
const MAPPER = "$lifeboat_mapper";

/** Undefined where one of the files can't be read, or what the hook needs isn't on the ESP. */
export function linuxStart(
  method: Extract<BootMethod, { kind: "linux" }>,
  { file, iso, stick, commands, files }: LinuxPlace,
): string[] | undefined {
  const kernel = file(method.kernel);
  const initrds = allKnown(method.initrd.map(file));
  const forHook = allKnown((method.hookFiles ?? []).map((path) => iso.copies?.[path]));
  if (kernel === undefined || initrds === undefined || forHook === undefined) return undefined;
  const extra = onEsp([iso.injected, files]);
  // Where it isn't to map anything, the hook may still have files to put into the initrd.
  const isHooked = method.hook || extra.length > 0;
  const hook = isHooked ? [HOOK, ...(method.hook ? mapImages(iso, forHook) : []), ...extra] : [];
  const hookArguments = method.hook ? hookWords(iso, stick) : isHooked ? [START_HOOK] : [];
  const args = quoteArguments(isHooked ? yieldRdinit(method.args) : method.args);
  // The hook first: Linux takes what follows an lz4 initrd for more of it.
  const images = [...hook, ...initrds];
  return [
    command(commands.linux, kernel, ...hookArguments, args),
    ...(images.length > 0 ? [command(commands.initrd, ...images)] : []),
  ];
}

/** The initrds that the hook maps the ISO with. */
function mapImages({ extents, extentList, persistence }: MenuIso, forHook: readonly string[]) {
  const isInPieces = (extents?.length ?? 0) > 1 || (persistence?.extents.length ?? 0) > 1;
  const lists = onEsp([extentList, persistence?.list, ...new Set(forHook)]);
  return [...(isInPieces ? [MAPPER] : []), ...lists];
}

function onEsp(paths: readonly (string | undefined)[]): string[] {
  return paths.flatMap((path) => (path === undefined ? [] : [`($lifeboat)${quote(path)}`]));
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
