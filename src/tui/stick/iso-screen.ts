/** One image of a stick: what it is, what the menu starts from it, what is amiss, and taking it away. */
import { say as sayIso } from "../../iso/messages.ts";
import type { Firmware, Via } from "../../iso/types.ts";
import type { IsoRecord, StickManifest } from "../../stick/manifest.ts";
import { formatSize, parseSize } from "../../system/sizes.ts";
import type { Text } from "../../system/text.ts";
import type { App } from "../app.ts";
import { machinesOf, startsNowhere } from "../build/iso-words.ts";
import type { Go, Screen } from "../frame/screen.ts";
import { defineScreen } from "../frame/screen.ts";
import type { Block, Button, Fact } from "../frame/view.ts";
import { askFor } from "../jobs/ask.ts";
import { sizeMistake } from "../jobs/size-field.ts";
import { settingsSay } from "../settings/messages.ts";
import { imageSettingsScreen } from "../settings/settings-screen.ts";
import { usableOn } from "./iso-tree.ts";
import { stickSay } from "./messages.ts";
import type { StickContents } from "./read-stick.ts";
import { persistenceJob, removeJob, titleJob } from "./stick-jobs.ts";

type Message =
  | { readonly kind: "ask"; readonly asked: boolean }
  | { readonly kind: "go"; readonly go: Go };

export function isoScreen(
  app: App,
  { path: stick, manifest }: StickContents,
  iso: IsoRecord,
): Screen {
  return defineScreen<{ readonly asked: boolean }, Message>({
    start: () => ({ state: { asked: false } }),
    update: (state, message) =>
      message.kind === "ask" ? { state: { asked: message.asked } } : { state, go: message.go },
    view: ({ asked }, send) => {
      const go = (where: Go) => send({ kind: "go", go: where });
      const ask = (wanted: boolean) => send({ kind: "ask", asked: wanted });
      return {
        title: iso.path,
        help: [stickSay.isoHelp()],
        begin: asked ? "really" : "do",
        ...(asked && { back: () => ask(false) }),
        body: [
          { kind: "facts", facts: factsOf(iso, manifest) },
          ...iso.problems.map(({ severity, text }): Block => ({
            kind: "text",
            text,
            tone: severity === "error" ? "bad" : severity === "warning" ? "warning" : "faint",
          })),
          {
            kind: "choices",
            id: "entries",
            label: stickSay.entries(iso.entries.length),
            items: iso.entries.map(({ title, via, firmware }, index) => ({
              id: String(index),
              label: title,
              detail: detailOf(via, firmware),
            })),
          },
          ...(asked
            ? [
                {
                  kind: "text" as const,
                  text: stickSay.reallyRemove(iso.path),
                  tone: "warning" as const,
                },
              ]
            : []),
          {
            kind: "buttons",
            id: asked ? "really" : "do",
            buttons: asked
              ? [
                  { id: "keep", label: stickSay.keep(), press: () => ask(false) },
                  {
                    id: "remove",
                    label: stickSay.removeIt(),
                    press: () => go({ instead: removeJob(app, stick, iso.path) }),
                  },
                ]
              : [
                  {
                    id: "title",
                    label: stickSay.rename(),
                    note: stickSay.renameNote(),
                    press: () => go({ to: titleQuestion(app, stick, iso) }),
                  },
                  persistenceButton(app, stick, iso, go),
                  { id: "remove", label: stickSay.remove(), press: () => ask(true) },
                  {
                    id: "settings",
                    label: settingsSay.open(),
                    note: settingsSay.openImageNote(),
                    press: () => go({ to: imageSettingsScreen(app, stick, iso.path) }),
                  },
                  { id: "back", label: stickSay.back(), press: () => go("back") },
                ],
          },
        ],
      };
    },
  });
}

function persistenceButton(app: App, stick: string, iso: IsoRecord, go: (go: Go) => void): Button {
  const { persistence, persistenceFile } = iso;
  const base = { id: "persistence", label: stickSay.persistence() };
  if (persistenceFile !== undefined) return { ...base, note: stickSay.hasPersistence() };
  if (persistence === undefined) return base;
  const press = () => go({ to: persistenceQuestion(app, stick, iso) });
  return { ...base, note: stickSay.persistenceNote(), press };
}

function titleQuestion(app: App, stick: string, { path, name }: IsoRecord): Screen {
  return askFor({
    title: stickSay.rename(),
    about: [{ kind: "text", text: stickSay.renameAbout() }],
    label: stickSay.title(),
    value: name,
    note: stickSay.titleNote(),
    mistake: () => undefined,
    next: (title) => titleJob(app, stick, path, title),
  });
}

function persistenceQuestion(app: App, stick: string, { path }: IsoRecord): Screen {
  return askFor({
    title: stickSay.persistence(),
    about: [{ kind: "text", text: stickSay.persistenceAbout() }],
    label: stickSay.persistenceSize(),
    value: "2G",
    note: stickSay.enterMakesIt(),
    mistake: sizeMistake,
    next: (size) => persistenceJob(app, stick, path, parseSize(size)),
  });
}

function detailOf(via: Via, firmware: readonly Firmware[]): Text {
  const words = sayIso.via(via);
  const where = firmware.join(" ");
  return { en: `${words.en}, ${where}`, zh: `${words.zh}，${where}` };
}

function factsOf(iso: IsoRecord, manifest: StickManifest): Fact[] {
  const { name, version, family, size, extents, arch, entries, sha256, volumeId } = iso;
  const machines = machinesOf(usableOn(manifest, entries), manifest.secureBoot);
  const pieces = extents?.length ?? 0;
  return [
    { label: stickSay.what(), value: [name, version, `[${family}]`].filter(Boolean).join(" ") },
    { label: stickSay.startsOn(), value: machines.join(" · ") || startsNowhere(entries) },
    { label: stickSay.size(), value: `${formatSize(size)}  ${arch.join(" ")}` },
    ...(pieces > 1
      ? [{ label: stickSay.pieces(), value: String(pieces), tone: "warning" as const }]
      : []),
    ...(volumeId === "" ? [] : [{ label: stickSay.volume(), value: volumeId }]),
    ...(sha256 === null ? [] : [{ label: "SHA-256", value: sha256 }]),
  ];
}
