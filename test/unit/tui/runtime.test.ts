import { describe, expect, test, vi } from "vitest";
import { cancelled } from "../../../src/system/errors.ts";
import type { JobContext } from "../../../src/system/progress.ts";
import { named, typed } from "../../../src/tui/frame/key.ts";
import { Runtime } from "../../../src/tui/frame/runtime.ts";
import type { Go, Screen } from "../../../src/tui/frame/screen.ts";
import { defineScreen } from "../../../src/tui/frame/screen.ts";
import { controlsOf } from "../../../src/tui/frame/view.ts";
import { jobScreen } from "../../../src/tui/jobs/job-screen.ts";

/** A screen that counts how often it was come back to, with a button for each way to go. */
function screen(title: string, ways: Readonly<Record<string, Go>> = {}): Screen {
  return defineScreen<number, Go | "returned">({
    start: () => ({ state: 0 }),
    returned: "returned",
    update: (state, message) =>
      message === "returned" ? { state: state + 1 } : { state, go: message },
    view: (state, send) => ({
      title,
      help: [],
      body: [
        { kind: "text", text: `returned ${state}` },
        {
          kind: "buttons",
          id: "ways",
          buttons: Object.entries(ways).map(([id, go]) => ({
            id,
            label: id,
            press: () => send(go),
          })),
        },
      ],
    }),
  });
}

const open = (first: Screen) => new Runtime("en", () => [first]);

function follow(runtime: Runtime, way: string): void {
  const [ways] = controlsOf(runtime.snapshot.view);
  if (ways?.kind !== "buttons") throw new Error("no buttons");
  ways.buttons.find(({ id }) => id === way)?.press?.();
}

const said = (runtime: Runtime) => runtime.snapshot.view.body[0];

describe("going from screen to screen", () => {
  test("to one and back: the one below hears of it, and the path says where one is", () => {
    const runtime = open(
      screen("first", {
        on: { to: screen("second", { on: { to: screen("third", { home: "home" }) } }) },
      }),
    );
    follow(runtime, "on");
    expect(runtime.snapshot.path).toEqual(["first", "second"]);
    runtime.press(named("escape"));
    expect(runtime.snapshot.path).toEqual(["first"]);
    expect(said(runtime)).toMatchObject({ text: "returned 1" });
    follow(runtime, "on");
    follow(runtime, "on");
    expect(runtime.snapshot.path).toEqual(["first", "second", "third"]);
    follow(runtime, "home");
    expect(runtime.snapshot.path).toEqual(["first"]);
  });

  test("in place of one: back leads to the one before it", () => {
    const runtime = open(
      screen("first", { on: { to: screen("second", { on: { instead: screen("third") } }) } }),
    );
    follow(runtime, "on");
    follow(runtime, "on");
    expect(runtime.snapshot.path).toEqual(["first", "third"]);
    runtime.press(named("escape"));
    expect(runtime.snapshot.path).toEqual(["first"]);
  });

  test("Esc on the first screen leads nowhere; Ctrl-C leaves", async () => {
    const runtime = open(screen("first"));
    runtime.press(named("escape"));
    expect(runtime.snapshot.path).toEqual(["first"]);
    runtime.press(named("stop"));
    await runtime.over;
  });

  test("? shows the help over the screen, and any key takes it away", () => {
    const runtime = open(screen("first"));
    runtime.press(typed("?"));
    expect(runtime.snapshot.overlay).toBe("help");
    runtime.press(named("enter"));
    expect(runtime.snapshot.overlay).toBe("none");
  });
});

describe("work outside of a screen's state", () => {
  const late = (): { screen: Screen; finish: () => void } => {
    let finish = () => {};
    const done = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const made = defineScreen<string, string>({
      start: () => ({
        state: "waiting",
        effects: [
          async (send) => {
            await done;
            send("done");
          },
        ],
      }),
      update: (_state, message) => ({ state: message, go: { to: screen("where it leads") } }),
      view: (state) => ({ title: "late", help: [], body: [{ kind: "text", text: state }] }),
    });
    return { screen: made, finish };
  };

  test("what comes when the screen has been left changes nothing", async () => {
    const { screen: slow, finish } = late();
    const runtime = open(screen("first", { on: { to: slow } }));
    follow(runtime, "on");
    runtime.press(named("escape"));
    finish();
    await new Promise((resolve) => {
      setTimeout(resolve, 10);
    });
    expect(runtime.snapshot.path).toEqual(["first"]);
  });

  test("what nobody expected ends the program with it", async () => {
    const runtime = open(
      defineScreen<undefined, never>({
        start: () => ({
          state: undefined,
          effects: [
            async () => {
              throw new TypeError("a mistake of the program");
            },
          ],
        }),
        update: (state) => ({ state }),
        view: () => ({ title: "x", help: [], body: [] }),
      }),
    );
    await expect(runtime.over).rejects.toThrow("a mistake of the program");
  });
});

describe("a running job", () => {
  const running = (carryOut: (job: JobContext) => Promise<string>) => {
    const runtime = open(
      screen("first", {
        on: {
          to: jobScreen<string>(
            {
              title: "job",
              names: ["x"],
              question: { en: "Stop? It is then empty.", zh: "停止？" },
              help: [],
              carryOut: async ([job]) => {
                if (job === undefined) throw new Error("no job");
                return carryOut(job);
              },
              done: (result) => [{ kind: "text", text: result }],
            },
            { now: () => performance.now() },
          ),
        },
      }),
    );
    follow(runtime, "on");
    return runtime;
  };

  const untilStopped = async ({ signal }: JobContext) =>
    new Promise<string>((_resolve, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason as Error));
    });

  test("can't be left by Esc, nor stopped by one key", () => {
    const runtime = running(untilStopped);
    runtime.press(named("escape"));
    expect(runtime.snapshot.overlay).toBe("stop");
    runtime.press(named("escape"));
    expect(runtime.snapshot.overlay).toBe("none");
    expect(runtime.snapshot.path).toEqual(["first", "job"]);
    expect(runtime.snapshot.view.running?.stopping).toBe(false);
  });

  test("is stopped when that is confirmed, and tells what is left", async () => {
    const runtime = running(untilStopped);
    await vi.waitFor(() => expect(runtime.snapshot.view.running).toBeDefined());
    runtime.press(named("stop"));
    runtime.press(named("enter"));
    await vi.waitFor(() => expect(runtime.snapshot.view.running).toBeUndefined());
    expect(runtime.snapshot.view.body).toContainEqual({
      kind: "text",
      text: cancelled().text,
      tone: "warning",
    });
    runtime.press(named("escape"));
    expect(runtime.snapshot.path).toEqual(["first"]);
  });

  test("that comes to its end while it is asked takes the question away", async () => {
    let finish: (text: string) => void = () => {};
    const runtime = running(
      async () =>
        new Promise((resolve) => {
          finish = resolve;
        }),
    );
    await vi.waitFor(() => expect(runtime.snapshot.view.running).toBeDefined());
    runtime.press(named("stop"));
    await new Promise((resolve) => {
      setTimeout(resolve, 10);
    });
    finish("all is well");
    await vi.waitFor(() => expect(runtime.snapshot.overlay).toBe("none"));
    expect(runtime.snapshot.view.body).toContainEqual({ kind: "text", text: "all is well" });
  });

  test("of thousands of events a second few reach the screen, the last one always", async () => {
    let heard = 0;
    const runtime = running(async ({ report }) => {
      const text = { en: "Copying", zh: "复制" };
      for (let doneBytes = 0; doneBytes <= 10_000; doneBytes++) {
        report({ kind: "bytes", text, doneBytes, totalBytes: 10_000 });
      }
      return "done";
    });
    runtime.subscribe(() => {
      heard++;
    });
    await vi.waitFor(() => expect(runtime.snapshot.view.running).toBeUndefined());
    expect(heard).toBeLessThan(50);
  });
});

describe("what isn't saved yet", () => {
  const unsaved = (changed: boolean, on: Screen): Screen =>
    defineScreen<undefined, Go>({
      start: () => ({ state: undefined }),
      update: (state, go) => ({ state, go }),
      view: (_state, go) => ({
        title: "form",
        help: [],
        ...(changed && { unsaved: "not saved" }),
        body: [
          {
            kind: "buttons",
            id: "ways",
            buttons: [{ id: "on", label: "on", press: () => go({ to: on }) }],
          },
        ],
      }),
    });
  const isOver = async (runtime: Runtime) =>
    Promise.race([runtime.over.then(() => true), Promise.resolve().then(() => false)]);

  test("is asked about once before the program is left, from a screen above it as well", async () => {
    const runtime = open(unsaved(true, screen("above")));
    follow(runtime, "on");
    expect(runtime.snapshot.path).toEqual(["form", "above"]);
    runtime.press(named("stop"));
    expect(runtime.snapshot).toMatchObject({ overlay: "leave", unsaved: "not saved" });
    runtime.press(named("escape"));
    expect(runtime.snapshot.overlay).toBe("none");
    expect(await isOver(runtime)).toBe(false);
    runtime.press(named("stop"));
    runtime.press(named("enter"));
    await runtime.over;
  });

  test("a second Ctrl-C, or a signal, leaves all the same", async () => {
    const runtime = open(unsaved(true, screen("above")));
    runtime.stop();
    runtime.stop();
    await runtime.over;
  });

  test("nothing is asked where there is nothing to lose", async () => {
    const runtime = open(unsaved(false, screen("above")));
    runtime.press(named("stop"));
    await runtime.over;
  });
});
