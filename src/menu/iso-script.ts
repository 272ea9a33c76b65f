/** What an entry of an ISO runs: whether the image is still the one, whether this computer may start it, and by which loader. */
import { WHOLE_IMAGE, bootFiles } from "../iso/method-paths.ts";
import type { IsoEntry } from "../iso/types.ts";
import { blockList } from "./block-list.ts";
import { quote } from "./grub-script.ts";
import type { MenuIso, MenuIsoEntry, StickFacts } from "./menu-iso.ts";
import { handOver } from "./own-loader/entries.ts";
import { whenTrue } from "./script-blocks.ts";
import { startOf } from "./starts/start.ts";
import { handOverTo } from "./ventoy-hand-over.ts";

/** Undefined where this ISO, as it lies on the stick, can't be started this way. */
export function entryScript(
  entry: MenuIsoEntry,
  iso: MenuIso,
  from: MenuIso,
  stick: StickFacts,
): string[] | undefined {
  if (entry.method.kind === "ventoy") return stick.hasVentoy ? handOverTo(iso.path) : undefined;
  const fromCopy = isFromCopy(entry);
  if (!fromCopy && (iso.extents === undefined || iso.extents.length === 0)) return undefined;
  const start = startOf(entry, from, stick);
  if (start === undefined) return undefined;
  const own = handOver(entry, iso);
  const plain = fromCopy ? ["set root=$lifeboat", ...start] : whenOpen(iso, start);
  const usual =
    own !== undefined && iso.ownLoader?.always === true
      ? whenTrue('[ "$lifeboat_firmware" = "x64" ]', whenOpen(iso, own), plain)
      : plain;
  const { secureBoot } = entry;
  if (secureBoot === "unsigned")
    return whenTrue(LOCKDOWN, ['lifeboat_say "$lifeboat_unsigned"'], usual);
  if (secureBoot !== "other-vendor" && secureBoot !== "own-loader") return usual;
  const why = iso.noOwnLoader && quote(iso.noOwnLoader[stick.language]);
  const refusal = [`lifeboat_say ${why ?? '"$lifeboat_vendor"'}`];
  return whenTrue(LOCKDOWN, own === undefined ? refusal : whenOpen(iso, own), usual);
}

const LOCKDOWN = '[ "$lockdown" = "y" ]';

/** What is started is a copy on the ESP, made by the same refresh as the menu: there is nothing to open, and nothing to check. */
function isFromCopy({ method }: IsoEntry): boolean {
  return bootFiles(method)?.every((path) => path === WHOLE_IMAGE) === true;
}

/** The lines, where the image is the one that it was at the last refresh. */
function whenOpen(iso: MenuIso, lines: readonly string[]): string[] {
  const place = blockList(iso.extents ?? []);
  const partition = iso.uuidPartition === undefined ? "" : ` ,${quote(iso.uuidPartition)}`;
  const open = `lifeboat_open ${iso.device} ${quote(iso.uuid)} ${place}${partition}`;
  return whenTrue(open, lines);
}
