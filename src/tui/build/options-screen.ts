/** What a stick is to be like: each line goes on to its next value. */
import { DATA_FILE_SYSTEMS, SCHEMES } from "../../stick/layout.ts";
import type { Go, Screen } from "../frame/screen.ts";
import { defineScreen } from "../frame/screen.ts";
import type { Choice } from "../frame/view.ts";
import { sizeMistake } from "../jobs/size-field.ts";
import type { DraftOptions } from "./draft.ts";
import { FILE_SYSTEM_NOTES, buildSay } from "./messages.ts";

type Message =
  | { readonly kind: "change"; readonly options: DraftOptions }
  | { readonly kind: "go"; readonly go: Go };

export function optionsScreen(first: DraftOptions, done: (options: DraftOptions) => void): Screen {
  return defineScreen<DraftOptions, Message>({
    start: () => ({ state: first }),
    update: (state, message) =>
      message.kind === "change" ? { state: message.options } : { state, go: message.go },
    view: (options, send) => {
      const change = (changed: Partial<DraftOptions>) =>
        send({ kind: "change", options: { ...options, ...changed } });
      const { windowsSize } = options;
      const wrongSize = windowsSize === "" ? undefined : sizeMistake(windowsSize);
      const take = () => {
        done(options);
        send({ kind: "go", go: "back" });
      };
      return {
        title: buildSay.chooseSettings(),
        help: [buildSay.optionsHelp()],
        // Who goes back has chosen: there is nothing to lose by a wrong setting before the plan is confirmed.
        back: take,
        body: [
          { kind: "choices", id: "options", items: optionChoices(options, change) },
          { kind: "gap" },
          {
            kind: "field",
            id: "label",
            label: buildSay.label(),
            value: options.label,
            change: (label) => change({ label }),
            note: buildSay.labelNote(),
          },
          {
            kind: "field",
            id: "windows",
            label: buildSay.windowsSize(),
            value: options.windowsSize,
            change: (windowsSize) => change({ windowsSize }),
            note: wrongSize?.hint ?? wrongSize?.text ?? buildSay.windowsSizeNote(),
            ...(wrongSize !== undefined && { noteTone: "bad" as const }),
          },
          {
            kind: "buttons",
            id: "after",
            buttons: [{ id: "take", label: buildSay.takeSettings(), press: take }],
          },
        ],
      };
    },
  });
}

function optionChoices(
  options: DraftOptions,
  change: (changed: Partial<DraftOptions>) => void,
): Choice[] {
  const { fileSystem, scheme, secureBoot, testFirst, allowFixed, allowLarge } = options;
  return [
    {
      id: "file-system",
      label: buildSay.fileSystem(),
      detail: fileSystem,
      note: FILE_SYSTEM_NOTES[fileSystem],
      choose: () => change({ fileSystem: after(DATA_FILE_SYSTEMS, fileSystem) }),
    },
    {
      id: "scheme",
      label: buildSay.scheme(),
      detail: scheme.toUpperCase(),
      note: buildSay.schemeNote(scheme),
      choose: () => change({ scheme: after(SCHEMES, scheme) }),
    },
    {
      id: "secure-boot",
      label: "Secure Boot",
      ticked: secureBoot,
      note: buildSay.secureBootNote(secureBoot),
      choose: () => change({ secureBoot: !secureBoot }),
    },
    {
      id: "test",
      label: buildSay.testFirst(),
      ticked: testFirst,
      note: buildSay.testFirstNote(),
      choose: () => change({ testFirst: !testFirst }),
    },
    {
      id: "fixed",
      label: buildSay.allowFixed(),
      ticked: allowFixed,
      note: buildSay.allowFixedNote(),
      choose: () => change({ allowFixed: !allowFixed }),
    },
    {
      id: "large",
      label: buildSay.allowLarge(),
      ticked: allowLarge,
      note: buildSay.allowLargeNote(),
      choose: () => change({ allowLarge: !allowLarge }),
    },
  ];
}

function after<T>(values: readonly T[], value: T): T {
  return values[(values.indexOf(value) + 1) % values.length] ?? value;
}
