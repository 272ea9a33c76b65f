/** `lifeboat` alone: opens the screens on this terminal, or line by line where it can't show any. */
import { openKit } from "../boot/kit/kit.ts";
import { diskLister } from "../disks/list.ts";
import { run } from "../system/run.ts";
import type { Language } from "../system/text.ts";
import type { App } from "./app.ts";
import { diskScreen } from "./disk/disk-screen.ts";
import { ChooserFolder } from "./files/paths.ts";
import { openLines } from "./frame/line-terminal.ts";
import { runPlain } from "./frame/plain.ts";
import { Runtime } from "./frame/runtime.ts";
import { themeFor, themeOf } from "./frame/theme.ts";
import { homeScreen } from "./home/home.ts";

export interface TuiOptions {
  readonly language: Language;
  readonly color: boolean;
  /** Line by line: for screen readers. A dumb terminal gets no other. */
  readonly plain: boolean;
  /** A stick to open at once. */
  readonly stick: string | undefined;
}

/** Until the user leaves. @throws what no screen expected. */
export async function openTui(options: TuiOptions): Promise<void> {
  const { language, stick } = options;
  const computer = {
    run,
    disks: diskLister(run),
    openKit: async () => openKit(),
    folder: process.cwd(),
    chooser: new ChooserFolder(process.cwd()),
    now: () => performance.now(),
  };
  const runtime = new Runtime(language, (frame) => {
    const app: App = { ...computer, ...frame };
    return stick === undefined ? [homeScreen(app)] : [homeScreen(app), diskScreen(app, stick)];
  });
  if (options.plain || process.env["TERM"] === "dumb") {
    const lines = openLines(process.stdin, process.stdout, () => runtime.stop());
    runtime.giveUp = lines.giveUp;
    try {
      await runPlain(runtime, lines);
    } finally {
      lines.close();
    }
    return;
  }
  const { runInk } = await loadInk();
  await runInk(runtime, themeOf(themeFor(process.env, options.color)));
}

/** ink takes most of a second to load, and lines need none of it. */
async function loadInk(): Promise<typeof import("./frame/ink.tsx")> {
  // React decides by it, when it is loaded, whether to check its callers, which takes half as long again. Programs that are
  // started from the screens don't see it.
  const name = "NODE_ENV";
  const before = process.env[name];
  process.env[name] = "production";
  try {
    return await import("./frame/ink.tsx");
  } finally {
    if (before === undefined) delete process.env[name];
    else process.env[name] = before;
  }
}
