/** What is typed, and the changes that come of it. */
import { describe, expect, test } from "vitest";
import { LifeboatError } from "../../../../src/system/errors.ts";
import { deviceElement, integer } from "../../../../src/windows/bcd/build/elements.ts";
import { describeObject } from "../../../../src/windows/bcd/describe.ts";
import { encodeDevice } from "../../../../src/windows/bcd/device/encode.ts";
import { byGuid } from "../../../../src/windows/bcd/naming.ts";
import { describeChanges } from "../../../../src/windows/bcd/describe-changes.ts";
import { withChanges } from "../../../../src/windows/bcd/edit.ts";
import { NIL_OBJECT, OBJECT } from "../../../../src/windows/bcd/object-id.ts";
import { planAdd, planDelete } from "../../../../src/windows/bcd/plan-objects.ts";
import { planDeleteValue, planSet } from "../../../../src/windows/bcd/plan-values.ts";
import { ELEMENT, findElement, findObject } from "../../../../src/windows/bcd/store.ts";
import { checkStore } from "../../../../src/windows/bcd/check/check.ts";
import { LOADER, RESUME, uefiStore } from "./support.ts";

const NEW = "AAAAAAAA-0000-4000-8000-000000000000";
const NEW_ID = `{${NEW.toLowerCase()}}`;

function refusal(action: () => unknown): { code: string; said: string; hint: string } {
  try {
    action();
  } catch (error) {
    if (!(error instanceof LifeboatError)) throw error;
    expect(error.text.zh).toMatch(/\p{Script=Han}/u);
    return { code: error.code, said: error.text.en, hint: error.hint?.en ?? "" };
  }
  throw new Error("it was not refused");
}

/** `object element: before → after`, as the command shows it. */
function shown(...args: [string, string, ...string[]]): string[] {
  const [identifier, element, ...words] = args;
  const store = uefiStore();
  const changes = planSet(store, identifier, element, words);
  return describeChanges(store, changes).map(
    ({ object, element, before, after }) =>
      `${object} ${element}: ${before?.join(" ") ?? "-"} → ${after?.join(" ") ?? "-"}`,
  );
}

test.each<[[string, string, ...string[]], string]>([
  [["{bootmgr}", "timeout", "5"], "{bootmgr} timeout: 30 → 5"],
  [["{bootmgr}", "timeout", "0x1e"], "{bootmgr} timeout: 30 → 30"],
  [["{default}", "nx", "alwayson"], "{default} nx: OptIn → AlwaysOn"],
  [["{default}", "nx", "2"], "{default} nx: OptIn → AlwaysOff"],
  [["{default}", "nx", "9"], "{default} nx: OptIn → 9"],
  [["{default}", "recoveryenabled", "off"], "{default} recoveryenabled: - → No"],
  [["{default}", "bootlog", "Yes"], "{default} bootlog: - → Yes"],
  [
    [LOADER, "description", "Windows", "11", "Pro"],
    "{default} description: Windows 11 → Windows 11 Pro",
  ],
  [["{default}", "safeboot", "network"], "{default} safeboot: - → Network"],
  [["{default}", "osdevice", "boot"], "{default} osdevice: "],
  [["{default}", "resumeobject", "{memdiag}"], `{default} resumeobject: ${RESUME} → {memdiag}`],
  [
    ["{bootmgr}", "displayorder", "{default}", "{memdiag}"],
    "{bootmgr} displayorder: {default} → {default} {memdiag}",
  ],
  [["{bootmgr}", "default", RESUME], `{bootmgr} default: {default} → {default}`],
  [["{default}", "badmemorylist", "0x100", "512"], "{default} badmemorylist: - → 0x100 0x200"],
  [["{default}", "custom:25000142", "auto"], "{default} vsmlaunchtype: - → Auto"],
  [["{default}", "kerneldebugtype", "local"], "{default} kerneldebugtype: - → Local"],
  [["{default}", "truncatememory", "4096"], "{default} truncatememory: - → 0x1000"],
])("%j", (args, expected) => {
  expect(shown(...args)[0]).toContain(expected);
});

test.each<[[string, string, ...string[]], string, string]>([
  [["{bootmgr}", "timeout", "soon"], "bcd-bad-value", "a number"],
  [["{bootmgr}", "timeout", "18446744073709551616"], "bcd-bad-value", "a number"],
  [["{bootmgr}", "timeout", "-1"], "bcd-bad-value", "a number"],
  [["{default}", "nx", "maybe"], "bcd-bad-value", "one of OptIn, OptOut"],
  [["{default}", "winpe", "maybe"], "bcd-bad-value", "yes or no"],
  [["{default}", "description", "a\0b"], "bcd-bad-value", "a text"],
  [["{default}", "badmemorylist", "1", "x"], "bcd-bad-value", 'not "x"'],
  [["{default}", "resumeobject", RESUME, RESUME], "bcd-bad-value", "an identifier"],
  [["{default}", "resumeobject", "{x}"], "bcd-bad-identifier", "{x}"],
  [["{default}", "osdevice", "partition=C:"], "bcd-bad-device", "drive letter"],
  [["{ntldr}", "path", "\\x"], "bcd-no-such-object", "{ntldr}"],
  [["bootmgr", "path", "\\x"], "bcd-bad-identifier", "bootmgr"],
  [["{default}", "displayorder", "{default}"], "bcd-no-such-element-name", "displayorder"],
  [["{default}", "custom:10000001", "1"], "bcd-unknown-format", "custom:10000001"],
])("%j is refused", (args, code, said) => {
  expect(refusal(() => shown(...args))).toMatchObject({
    code,
    said: expect.stringContaining(said) as string,
  });
});

test("a mistyped name is answered with what is near", () => {
  expect(refusal(() => shown("{default}", "bootmenupolice", "x")).hint).toContain("bootmenupolicy");
  expect(refusal(() => shown("{default}", "zzz", "x")).hint).toMatch(/^Elements without a name/);
});

test("deletevalue", () => {
  const store = uefiStore();
  const changes = planDeleteValue(store, "{default}", "nx");
  expect(describeChanges(store, changes)).toEqual([
    { object: "{default}", element: "nx", before: ["OptIn"], after: null },
  ]);
  expect(withChanges(store, changes).objects.find(({ id }) => id === LOADER)?.elements.length).toBe(
    (findObject(store, LOADER)?.elements.length ?? 0) - 1,
  );
  const missing = refusal(() => planDeleteValue(store, "{default}", "bootlog"));
  expect(missing).toMatchObject({ code: "bcd-no-such-element", said: "{default} has no bootlog" });
});

describe("add", () => {
  const add = (wanted: Parameters<typeof planAdd>[1]) => planAdd(uefiStore(), wanted, () => NEW);

  test("an application, settings, options: nothing but a type and a title", () => {
    expect(add({ type: 0x10200003, description: "PE" })).toMatchObject({
      id: NEW_ID,
      changes: [
        { kind: "add-object", object: { type: 0x10200003, elements: [{ id: 0x12000004 }] } },
      ],
    });
    expect(add({ identifier: "{ramdiskoptions}" })).toMatchObject({
      id: OBJECT.ramdiskoptions,
      changes: [{ object: { type: 0x30000000, elements: [] } }],
    });
  });

  test("a copy with a title of its own, last in the menu", () => {
    const store = uefiStore();
    const { changes } = add({ copy: "{default}", description: "Safe mode", menu: "last" });
    const later = withChanges(store, changes);
    const copy = findObject(later, NEW_ID);
    const source = findObject(store, LOADER);
    expect(copy?.type).toBe(source?.type);
    expect(copy?.elements.map(({ id }) => id)).toEqual(source?.elements.map(({ id }) => id));
    expect(checkStore(later, false).map(({ id }) => id)).toEqual(["same-entry"]);
    const described = describeChanges(store, changes);
    expect(described).toContainEqual({
      object: NEW_ID,
      element: "description",
      before: null,
      after: ["Safe mode"],
    });
    expect(described.at(-1)).toEqual({
      object: "{bootmgr}",
      element: "displayorder",
      before: ["{default}"],
      after: ["{default}", NEW_ID],
    });
    const first = add({ copy: "{default}", menu: "first" });
    expect(describeChanges(store, first.changes).at(-1)?.after).toEqual([NEW_ID, "{default}"]);
  });

  test.each<[Parameters<typeof planAdd>[1], string]>([
    [{ identifier: "{bootmgr}" }, "bcd-object-there"],
    [{}, "bcd-no-type"],
    [{ identifier: "{ntldr}", type: 0x10200003 }, "bcd-type-unlike"],
    [{ copy: NIL_OBJECT }, "bcd-no-such-object"],
  ])("%j is refused", (wanted, code) => {
    expect(refusal(() => add(wanted)).code).toBe(code);
  });
});

test("a menu that can't be read is not replaced by one of one entry", () => {
  const broken = { id: ELEMENT.displayorder, type: 7, data: Buffer.from("x\0\0", "utf16le") };
  const change = { kind: "set-element", object: OBJECT.bootmgr, element: broken } as const;
  const store = withChanges(uefiStore(), [change]);
  const wanted = { type: 0x10200003, menu: "last" } as const;
  const { code, hint } = refusal(() => planAdd(store, wanted, () => NEW));
  expect(code).toBe("bcd-menu-unreadable");
  expect(hint).toContain("bcd check");
});

test.each([
  ["{default}", "{default}"],
  ["{default}", "{memdiag}", LOADER],
])("a menu of %j %j names an object twice", (...words) => {
  const { code, said } = refusal(() => planSet(uefiStore(), "{bootmgr}", "displayorder", words));
  expect(code).toBe("bcd-bad-value");
  expect(said).toContain(`not "${words.at(-1)}"`);
});

describe("bytes of a device", () => {
  // A `boot` whose unused bytes aren't zero: the words for it would give others.
  const odd = encodeDevice({ options: NIL_OBJECT, descriptor: { kind: "boot" } });
  odd[odd.length - 1] = 0x5a;
  const words = `bytes=${odd.toString("hex")}`;

  test("are stored as given, and shown as stored", () => {
    const changes = planSet(uefiStore(), "{default}", "osdevice", [words]);
    const later = withChanges(uefiStore(), changes);
    const loader = findObject(later, LOADER);
    const element = loader && findElement(loader, ELEMENT.osdevice);
    expect(element).toMatchObject({ type: 3, data: odd });
    expect(describeChanges(uefiStore(), changes)[0]?.after).toEqual([words]);
    const described = loader && describeObject(loader, byGuid, "en");
    const shown = described?.elements.find(({ name }) => name === "osdevice");
    expect(shown).toMatchObject({ text: [words], value: { kind: "boot" } });
  });
});

describe("delete", () => {
  test("takes every reference away, and lists that become empty", () => {
    const store = uefiStore();
    const changes = planDelete(store, "{default}", false);
    expect(
      describeChanges(store, changes).map(({ object, element }) => `${object} ${element}`),
    ).toEqual(["{bootmgr} default", "{bootmgr} displayorder", "{default} null"]);
    const later = withChanges(store, changes);
    expect(checkStore(later, false).map(({ id }) => id)).toEqual([
      "empty-displayorder",
      "no-default",
    ]);
  });

  test("members of a list one by one", () => {
    const store = uefiStore();
    const changes = planDelete(store, "{dbgsettings}", true);
    expect(describeChanges(store, changes)[0]).toEqual({
      object: "{globalsettings}",
      element: "inherit",
      before: ["{dbgsettings}", "{emssettings}", "{badmemory}"],
      after: ["{emssettings}", "{badmemory}"],
    });
    expect(checkStore(withChanges(store, changes), false)).toEqual([]);
  });

  test("of a well-known object is refused without force", () => {
    expect(refusal(() => planDelete(uefiStore(), "{memdiag}", false)).code).toBe("bcd-well-known");
    expect(refusal(() => planDelete(uefiStore(), "{ntldr}", true)).code).toBe("bcd-no-such-object");
  });
});

test("changes are in the order of the registry's keys", () => {
  const device = { options: NIL_OBJECT, descriptor: { kind: "boot" } } as const;
  const later = withChanges(uefiStore(), [
    { kind: "set-element", object: LOADER, element: integer(0x25000004, 1) },
    { kind: "set-element", object: LOADER, element: deviceElement(0x11000001, device) },
  ]);
  const ids = findObject(later, LOADER)?.elements.map(({ id }) => id) ?? [];
  expect(ids).toEqual(ids.toSorted((a, b) => a - b));
});
