/** bcdedit's names: the same number means another thing in each application. */
import { describe, expect, test } from "vitest";
import {
  elementFormat,
  elementKeyName,
  parseElementKeyName,
} from "../../../../src/windows/bcd/element-id.ts";
import { headingOf, listingRank } from "../../../../src/windows/bcd/headings.ts";
import {
  elementName,
  elementNamesOf,
  parseElementName,
  wordsOf,
} from "../../../../src/windows/bcd/names/element-names.ts";
import {
  canonicalId,
  NIL_OBJECT,
  OBJECT,
  objectName,
  parseObjectName,
} from "../../../../src/windows/bcd/object-id.ts";
import {
  applicationOf,
  APPLICATION_TYPES,
  INHERIT_TYPES,
  isApplication,
  isInheritable,
  OBJECT_TYPE,
  wellKnownType,
} from "../../../../src/windows/bcd/object-type.ts";

const { bootmgr, osloader, resume, memdiag, deviceOptions, osloaderSettings } = OBJECT_TYPE;

test.each([
  [0x11000001, osloader, "device"],
  [0x21000001, osloader, "osdevice"],
  [0x21000001, resume, "filedevice"],
  [0x22000002, osloader, "systemroot"],
  [0x22000002, resume, "filepath"],
  [0x23000003, bootmgr, "default"],
  [0x23000003, osloader, "resumeobject"],
  [0x23000006, bootmgr, "resumeobject"],
  [0x25000004, bootmgr, "timeout"],
  [0x25000001, memdiag, "passcount"],
  [0x250000c2, osloader, "bootmenupolicy"],
  [0x25000008, resume, "bootmenupolicy"],
  [0x250000f3, osloaderSettings, "hypervisordebugtype"],
  [0x31000003, deviceOptions, "ramdisksdidevice"],
  [0x46000010, osloader, "custom:46000010"],
  [0x25000004, osloader, "custom:25000004"],
])("%i in an object of type %i is %s", (id, type, name) => {
  expect(elementName(id, type)).toBe(name);
  expect(parseElementName(name, type)).toBe(id);
  expect(parseElementName(name.toUpperCase(), type)).toBe(id);
});

test("every name leads back to its number", () => {
  for (const type of Object.values(OBJECT_TYPE)) {
    const names = elementNamesOf(type);
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) {
      const id = parseElementName(name, type);
      expect(id, name).toBeDefined();
      expect(elementName(id ?? 0, type)).toBe(name);
      expect(elementFormat(id ?? 0)).not.toBe("unknown");
    }
  }
});

test("numbers as they are typed", () => {
  for (const text of ["25000020", "0x25000020", "custom:25000020", "CUSTOM:0x25000020"]) {
    expect(parseElementName(text, osloader)).toBe(0x25000020);
  }
  expect(parseElementName("nonsense", osloader)).toBeUndefined();
  expect(parseElementName("displayorder", osloader)).toBeUndefined();
  expect(elementKeyName(0x11000001)).toBe("11000001");
  expect(parseElementKeyName("1100000g")).toBeUndefined();
});

test("words for numbers, by application", () => {
  expect(wordsOf(0x25000020, osloader)?.slice(0, 2)).toEqual(["OptIn", "OptOut"]);
  expect(wordsOf(0x250000c2, osloader)?.[1]).toBe("Standard");
  expect(wordsOf(0x25000008, resume)?.[1]).toBe("Standard");
  expect(wordsOf(0x15000066, osloader)?.[3]).toBe("Recovery");
  expect(wordsOf(0x25000004, bootmgr)).toBeUndefined();
});

describe("objects", () => {
  test("well-known ones by name, others by GUID", () => {
    for (const [name, id] of Object.entries(OBJECT)) {
      expect(objectName(id)).toBe(`{${name}}`);
      expect(parseObjectName(`{${name.toUpperCase()}}`)).toBe(id);
      expect(canonicalId(id)).toBe(id);
    }
    expect(parseObjectName(NIL_OBJECT.slice(1, -1))).toBe(NIL_OBJECT);
    expect(parseObjectName(OBJECT.bootmgr.toUpperCase())).toBe(OBJECT.bootmgr);
    for (const text of ["bootmgr", "{nonsense}", "{}", "", "{{bootmgr}}"]) {
      expect(parseObjectName(text)).toBeUndefined();
    }
  });

  test("types", () => {
    expect(applicationOf(deviceOptions)).toBe("device");
    expect(applicationOf(osloaderSettings)).toBe("osloader");
    expect(applicationOf(OBJECT_TYPE.settings)).toBe("any");
    expect(isApplication(bootmgr) && !isInheritable(bootmgr)).toBe(true);
    expect(isInheritable(OBJECT_TYPE.settings)).toBe(true);
    expect(wellKnownType(OBJECT.bootmgr)).toBe(bootmgr);
    expect(APPLICATION_TYPES.get("osloader")).toBe(osloader);
    expect(INHERIT_TYPES.get("any")).toBe(OBJECT_TYPE.settings);
    expect(INHERIT_TYPES.get("device")).toBe(0x20300000);
    expect(applicationOf(0x20300000)).toBe("device");
    expect(wellKnownType(OBJECT.kerneldbgsettings)).toBe(0x20200003);
  });

  test("headings as bcdedit's", () => {
    expect(headingOf(OBJECT.bootmgr, bootmgr).en).toBe("Windows Boot Manager");
    expect(headingOf(OBJECT.badmemory, OBJECT_TYPE.settings).en).toBe("RAM Defects");
    expect(headingOf(NIL_OBJECT, osloaderSettings).en).toBe("Inheritable Settings (20200003)");
    expect(headingOf(NIL_OBJECT, 0x1020000b).en).toBe("Application (1020000b)");
    expect(headingOf(NIL_OBJECT, deviceOptions).en).toBe("Device options");
    expect(headingOf(NIL_OBJECT, 0x90000000).en).toBe("Object (90000000)");
    expect(headingOf(NIL_OBJECT, undefined).en).toBe("Object without a type");
    expect(listingRank(bootmgr)).toBeLessThan(listingRank(osloader));
    expect(listingRank(memdiag)).toBeLessThan(listingRank(deviceOptions));
    expect(listingRank(undefined)).toBeGreaterThan(listingRank(deviceOptions));
  });
});
