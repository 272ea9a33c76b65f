/** Starting a stick in QEMU: which firmware, then the machine in a window, or its screen as text where nobody could see one. */
import { bootInQemu } from "../../boot/qemu/boot.ts";
import type { BootResult } from "../../boot/qemu/boot.ts";
import type { Firmware } from "../../boot/qemu/firmware.ts";
import { listEntries } from "../../stick/menu/entries.ts";
import type { Text } from "../../system/text.ts";
import type { App } from "../app.ts";
import type { Go, Screen } from "../frame/screen.ts";
import { defineScreen } from "../frame/screen.ts";
import type { Block, Control } from "../frame/view.ts";
import { backButton, jobScreen, onlyJob } from "../jobs/job-screen.ts";
import { stickSay } from "./messages.ts";

const FIRMWARES: readonly { readonly firmware: Firmware; readonly label: string }[] = [
  { firmware: "bios", label: "BIOS" },
  { firmware: "uefi", label: "UEFI" },
  { firmware: "secure-boot", label: "UEFI, Secure Boot" },
];

/** Emulated without KVM, a menu is there in 7 to 12 seconds on an idle machine. */
const MENU_TIMEOUT_MS = 180_000;

export function tryScreen(app: App, path: string): Screen {
  return defineScreen<undefined, Go>({
    start: () => ({ state: undefined }),
    update: (state, go) => ({ state, go }),
    view: (_state, go) => ({
      title: stickSay.tryIt(),
      help: [stickSay.tryHelp()],
      body: [
        { kind: "text", text: stickSay.tryAbout() },
        {
          kind: "choices",
          id: "firmware",
          label: stickSay.firmware(),
          items: FIRMWARES.map(({ firmware, label }) => ({
            id: firmware,
            label,
            choose: () => go({ to: tryJob(app, path, firmware, label) }),
          })),
        },
      ],
    }),
  });
}

interface Tried extends BootResult {
  readonly menu: boolean;
}

function tryJob(app: App, path: string, firmware: Firmware, label: string): Screen {
  return jobScreen<Tried>(
    {
      title: label,
      names: [path],
      question: stickSay.stopMachine(),
      help: [stickSay.tryHelp()],
      carryOut: async (jobs) => {
        const { signal, report } = onlyJob(jobs);
        report({ kind: "step", text: stickSay.starting() });
        const title = (await listEntries(path, firmware))[0]?.titles[0];
        const common = { image: path, firmware, signal };
        const hasWindow = Boolean(process.env["DISPLAY"] ?? process.env["WAYLAND_DISPLAY"]);
        if (hasWindow || title === undefined) {
          const timeoutMs = hasWindow ? Number.POSITIVE_INFINITY : MENU_TIMEOUT_MS;
          return {
            ...(await bootInQemu({ ...common, timeoutMs, headless: !hasWindow })),
            menu: true,
          };
        }
        const result = await bootInQemu({
          ...common,
          timeoutMs: MENU_TIMEOUT_MS,
          headless: true,
          expect: [title],
        });
        return { ...result, menu: result.ok };
      },
      done: (result, go) => [...outcomeOf(result), backButton(go)],
    },
    app,
  );
}

/** As many lines as a machine's screen has. */
const SCREEN_LINES = 24;

function outcomeOf({ menu, seconds, screen, serial, window }: Tried): (Block | Control)[] {
  const text: Text = menu ? stickSay.tried(seconds) : stickSay.noMenu(seconds);
  // A menu that was seen on the serial line already needed no picture of the screen.
  const shown = (screen === "" ? serial : screen).split("\n").map((line) => line.trimEnd());
  // Frames and empty lines say nothing.
  const lines = window
    ? []
    : shown.filter((line) => /[\p{L}\p{N}]/u.test(line)).slice(-SCREEN_LINES);
  return [
    { kind: "text", text, tone: menu ? "good" : "bad" },
    ...lines.map((line): Block => ({ kind: "text", text: line, tone: "faint" })),
  ];
}
