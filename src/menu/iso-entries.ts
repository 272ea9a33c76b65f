/** From what an ISO is to its entries in the menu. */
import type { Via } from "../iso/types.ts";
import type { Language } from "../system/text.ts";
import { quote } from "./grub-script.ts";
import { entryScript } from "./iso-script.ts";
import type { MenuIso, MenuIsoEntry, StickFacts } from "./menu-iso.ts";
import { say } from "./messages.ts";
import type { MenuEntry, MenuNode } from "./model.ts";
import { ALL_FIRMWARE } from "./model.ts";

/** A submenu, or the entry itself where each firmware would show just one. */
export function menuOfIso(iso: MenuIso, stick: StickFacts): MenuNode[] {
  const place = (entry: MenuIsoEntry, from: MenuIso): PlacedStart[] => {
    const script = entryScript(entry, iso, from, stick);
    if (script === undefined) return [];
    const { title, firmware, via } = entry;
    // Ventoy knows none of the menu's passwords, and starts everything.
    const users = via === "ventoy" ? [] : (entry.users ?? iso.users);
    const shown: MenuEntry = { kind: "entry", title, firmware, script, ...(users && { users }) };
    return [{ entry: shown, via }];
  };
  const { persistence, ...plain } = iso;
  const [first, ...others] = iso.entries;
  const starts = [
    ...(first === undefined ? [] : place(first, plain)),
    ...(persistence?.entries ?? []).flatMap((entry) => place(entry, iso)),
    ...others.flatMap((entry) => place(entry, plain)),
  ];
  return nodesOf(starts, iso, stick).map((node) => ({ ...node, mark: iso.path }));
}

/** An entry of the menu, and by what it starts. */
interface PlacedStart {
  readonly entry: MenuEntry;
  readonly via: Via;
}

function nodesOf(starts: readonly PlacedStart[], iso: MenuIso, stick: StickFacts): MenuNode[] {
  const entries = starts.map(({ entry }) => entry);
  if (entries.length === 0) return [explain(iso, stick.language)];
  const oneEach = ALL_FIRMWARE.every(
    (one) => entries.filter(({ firmware }) => firmware.includes(one)).length <= 1,
  );
  if (oneEach) {
    return starts.map(({ entry, via }) => ({
      ...entry,
      title: via === "ventoy" ? `${iso.title} (Ventoy)` : iso.title,
    }));
  }
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
