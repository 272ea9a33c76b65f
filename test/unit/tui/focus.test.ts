import { describe, expect, test, vi } from "vitest";
import type { Focus } from "../../../src/tui/frame/focus.ts";
import {
  NO_FOCUS,
  cursorIn,
  focusedControl,
  foundIn,
  keyPressed,
} from "../../../src/tui/frame/focus.ts";
import type { Key, NamedKey } from "../../../src/tui/frame/key.ts";
import { named, typed } from "../../../src/tui/frame/key.ts";
import type { ChoicesControl, Control, View } from "../../../src/tui/frame/view.ts";

function viewOf(...controls: Control[]): View {
  return { title: "a screen", help: [], body: controls };
}

function listOf(
  names: readonly string[],
  choose: (name: string) => void = () => {},
): ChoicesControl {
  return {
    kind: "choices",
    id: "list",
    items: names.map((name) => ({ id: name, label: name, choose: () => choose(name) })),
  };
}

const buttons = (press: (name: string) => void): Control => ({
  kind: "buttons",
  id: "buttons",
  buttons: [
    { id: "one", label: "One", press: () => press("one") },
    { id: "never", label: "Never" },
    { id: "two", label: "Two", press: () => press("two") },
  ],
});

/** Presses keys one after the other, on a view that stays as it is. */
function press(view: View, ...keys: (NamedKey | Key)[]): Focus {
  let focus = NO_FOCUS;
  for (const key of keys) {
    const pressed = typeof key === "string" ? named(key) : key;
    const answer = keyPressed(view, focus, pressed, "en");
    focus = answer.focus;
    answer.act?.();
  }
  return focus;
}

describe("a list", () => {
  test("arrows, pages and ends move the cursor, and stay inside", () => {
    const names = Array.from({ length: 30 }, (_value, index) => `item ${index}`);
    const list = listOf(names);
    const on = (...keys: NamedKey[]) => cursorIn(list.items, "list", press(viewOf(list), ...keys));
    expect(on()).toBe(0);
    expect(on("down", "down", "up")).toBe(1);
    expect(on("up")).toBe(0);
    expect(on("page-down", "page-down", "page-up")).toBe(10);
    expect(on("end")).toBe(29);
    expect(on("end", "page-down", "down")).toBe(29);
    expect(on("end", "home")).toBe(0);
  });

  test("Enter and the space bar choose what the cursor is on", () => {
    const choose = vi.fn<(name: string) => void>();
    const view = viewOf(listOf(["a", "b", "c"], choose));
    press(view, "down", "enter");
    press(view, "end", typed(" "));
    expect(choose.mock.calls).toEqual([["b"], ["c"]]);
  });

  test("typing narrows it to what has all the words, whatever their case; Enter chooses the first", () => {
    const choose = vi.fn<(name: string) => void>();
    const list = listOf(["Debian Live", "Fedora Live", "Debian netinst"], choose);
    const focus = press(viewOf(list), typed("live"), typed(" "), typed("deb"));
    expect(foundIn(list, focus.search, "en").map(({ id }) => id)).toEqual(["Debian Live"]);
    const after = press(viewOf(list), typed("net"), "enter");
    expect(choose).toHaveBeenCalledExactlyOnceWith("Debian netinst");
    expect(after.search).toBe("");
  });

  test("letters on buttons search the list of the screen, where there is one", () => {
    const list = listOf(["arch", "debian"]);
    const row = buttons(() => {});
    const focus = press(viewOf(list, row), "tab", typed("d"), typed("e"));
    expect(focus).toMatchObject({ control: "list", search: "de" });
    expect(press(viewOf(row), "right", typed("d"))).toMatchObject({ control: "buttons" });
    const other = { ...listOf(["a"]), id: "other" };
    expect(press(viewOf(list, other, row), "tab", "tab", typed("d")).control).toBe("buttons");
  });

  test("Backspace takes back a character of the search, Esc all of it, and then means back", () => {
    const view = viewOf(listOf(["a", "b"]));
    expect(press(view, typed("ab"), "backspace").search).toBe("a");
    const searched = press(view, typed("ab"), "escape");
    expect(searched.search).toBe("");
    expect(keyPressed(view, searched, named("escape"), "en").unused).toBe(true);
  });

  test("? asks for help, but can be searched for once a search has begun", () => {
    const view = viewOf(listOf(["a?"]));
    expect(keyPressed(view, NO_FOCUS, typed("?"), "en").unused).toBe(true);
    expect(press(view, typed("a"), typed("?")).search).toBe("a?");
  });

  test("the cursor stays on its choice when others come and go, and near its place when it goes", () => {
    const before = press(viewOf(listOf(["a", "b", "c"])), "down");
    expect(cursorIn(listOf(["x", "a", "b", "c"]).items, "list", before)).toBe(2);
    expect(cursorIn(listOf(["a", "c"]).items, "list", before)).toBe(1);
    expect(cursorIn([], "list", before)).toBe(-1);
  });

  test("what can't be chosen isn't", () => {
    const view = viewOf({ kind: "choices", id: "list", items: [{ id: "a", label: "a" }] });
    expect(keyPressed(view, NO_FOCUS, named("enter"), "en").act).toBeUndefined();
  });
});

describe("buttons", () => {
  test("left and right pass over those that can't be pressed", () => {
    const pressed = vi.fn<(name: string) => void>();
    press(viewOf(buttons(pressed)), "right", "enter");
    press(viewOf(buttons(pressed)), "right", "right", "left", "enter");
    expect(pressed.mock.calls).toEqual([["two"], ["one"]]);
  });
});

describe("a field", () => {
  const field = (value: string, change: (value: string) => void): Control => ({
    kind: "field",
    id: "field",
    label: "Name:",
    value,
    change,
  });

  test("Ctrl-U empties it", () => {
    const change = vi.fn<(value: string) => void>();
    press(viewOf(field("8G", change)), "left", "clear");
    expect(change.mock.calls).toEqual([[""]]);
  });

  test("takes characters where the caret is, deletes on both sides of it, and moves by whole characters", () => {
    const change = vi.fn<(value: string) => void>();
    const view = viewOf(field("中e\u0301b", change));
    press(view, typed("x"));
    press(view, "left", typed("x"));
    press(view, "left", "left", typed("x"));
    press(view, "backspace");
    press(view, "home", "delete");
    press(view, "left", "backspace");
    expect(change.mock.calls.map(([value]) => value)).toEqual([
      "中e\u0301bx",
      "中e\u0301xb",
      "中xe\u0301b",
      "中e\u0301",
      "e\u0301b",
      "中b",
    ]);
  });

  test("pasted text comes in whole, without control characters", () => {
    const change = vi.fn<(value: string) => void>();
    press(viewOf(field("", change)), typed("/a\u001b/b c"));
    expect(change).toHaveBeenCalledExactlyOnceWith("/a/b c");
  });

  test("Enter goes on to the next control, or submits", () => {
    const submit = vi.fn<() => void>();
    const one = field("", () => {});
    const view = viewOf(
      one,
      buttons(() => {}),
    );
    expect(focusedControl(view, press(view, "enter"))?.id).toBe("buttons");
    press(viewOf({ ...one, submit } as Control), "enter");
    expect(submit).toHaveBeenCalledOnce();
  });
});

describe("several controls", () => {
  const view = viewOf(
    listOf(["a", "b"]),
    buttons(() => {}),
  );
  const on = (...keys: NamedKey[]) => focusedControl(view, press(view, ...keys))?.id;

  test("Tab goes round, Shift-Tab the other way", () => {
    expect(on("tab")).toBe("buttons");
    expect(on("tab", "tab")).toBe("list");
    expect(on("back-tab")).toBe("buttons");
  });

  test("arrows leave a list at its ends, and don't go round", () => {
    expect(on("down", "down")).toBe("buttons");
    expect(on("down", "down", "down")).toBe("buttons");
    expect(on("down", "down", "up")).toBe("list");
  });

  test("an empty list and buttons that can't be pressed are passed over", () => {
    const empty = viewOf(
      listOf([]),
      { kind: "buttons", id: "dead", buttons: [{ id: "x", label: "x" }] },
      buttons(() => {}),
    );
    expect(focusedControl(empty, NO_FOCUS)?.id).toBe("buttons");
    expect(focusedControl(empty, press(empty, "tab"))?.id).toBe("buttons");
  });

  test("a screen may say where to begin", () => {
    expect(focusedControl({ ...view, begin: "buttons" }, NO_FOCUS)?.id).toBe("buttons");
  });

  test("a screen without controls knows no key", () => {
    expect(keyPressed(viewOf(), NO_FOCUS, named("enter"), "en").unused).toBe(true);
    expect(keyPressed(viewOf(), NO_FOCUS, named("tab"), "en").act).toBeUndefined();
  });
});
