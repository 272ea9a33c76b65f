import type { Key as InkKey } from "ink";
import { describe, expect, test } from "vitest";
import { keysFrom } from "../../../src/tui/frame/ink.tsx";
import { named, typed } from "../../../src/tui/frame/key.ts";

const NONE = { ctrl: false, meta: false, shift: false } as InkKey;

describe("keys from what a terminal sends", () => {
  test("what was typed while the program was busy comes at once, and none is lost", () => {
    expect(keysFrom("\u007f\u007f600M\r", NONE)).toEqual([
      named("backspace"),
      named("backspace"),
      typed("600M"),
      named("enter"),
    ]);
    expect(keysFrom("ab\t中\u0003", NONE)).toEqual([
      typed("ab"),
      named("tab"),
      typed("中"),
      named("stop"),
    ]);
  });

  test("named keys", () => {
    expect(keysFrom("", { ...NONE, upArrow: true })).toEqual([named("up")]);
    expect(keysFrom("c", { ...NONE, ctrl: true })).toEqual([named("stop")]);
    expect(keysFrom("u", { ...NONE, ctrl: true })).toEqual([named("clear")]);
    expect(keysFrom("", { ...NONE, tab: true, shift: true })).toEqual([named("back-tab")]);
  });

  test("what means nothing is nothing", () => {
    expect(keysFrom("x", { ...NONE, ctrl: true })).toEqual([]);
    expect(keysFrom("x", { ...NONE, meta: true })).toEqual([]);
  });
});
