/**
 * Elements by the names that bcdedit has for them. A number of class 2 means another thing in each application, so the object's
 * type decides; what has no name is `custom:` and the identifier, as bcdedit shows and takes it.
 */
import { ELEMENT_CLASS, elementClass, elementKeyName, parseElementKeyName } from "../element-id.ts";
import type { Application } from "../object-type.ts";
import { applicationOf } from "../object-type.ts";
import {
  BOOTMGR_ELEMENTS,
  DEVICE_ELEMENTS,
  MEMDIAG_ELEMENTS,
  NTLDR_ELEMENTS,
  RESUME_ELEMENTS,
  STARTUP_ELEMENTS,
} from "./applications.ts";
import { LIBRARY_WORDS, MEMDIAG_WORDS, OSLOADER_WORDS, RESUME_WORDS } from "./enumerations.ts";
import { LIBRARY_ELEMENTS } from "./library.ts";
import { OSLOADER_ELEMENTS } from "./osloader.ts";

type Names = Readonly<Record<number, string>>;
type Words = Readonly<Record<number, readonly string[]>>;

const OWN: Readonly<Record<Application, Names>> = {
  bootmgr: BOOTMGR_ELEMENTS,
  osloader: OSLOADER_ELEMENTS,
  resume: RESUME_ELEMENTS,
  memdiag: MEMDIAG_ELEMENTS,
  ntldr: NTLDR_ELEMENTS,
  startup: STARTUP_ELEMENTS,
  device: {},
  any: {},
};

const OWN_WORDS: Readonly<Partial<Record<Application, Words>>> = {
  osloader: OSLOADER_WORDS,
  resume: RESUME_WORDS,
  memdiag: MEMDIAG_WORDS,
};

/** @param type of the object that has the element. */
function tableOf(id: number, type: number): Names {
  switch (elementClass(id)) {
    case ELEMENT_CLASS.library:
      return LIBRARY_ELEMENTS;
    case ELEMENT_CLASS.application:
      return OWN[applicationOf(type)];
    case ELEMENT_CLASS.device:
      return DEVICE_ELEMENTS;
    default:
      return {};
  }
}

/** @param type of the object that has the element. */
export function elementName(id: number, type: number): string {
  return tableOf(id, type)[id] ?? `custom:${elementKeyName(id)}`;
}

/** @returns undefined where objects of this type have no element of that name. */
export function parseElementName(name: string, type: number): number | undefined {
  const wanted = name.toLowerCase();
  const digits = wanted.replace(/^(custom:)?(0x)?/, "");
  const id = parseElementKeyName(digits);
  if (id !== undefined) return id;
  // A loader's own `resumeobject` goes before whatever every application may have.
  const tables = [OWN[applicationOf(type)], DEVICE_ELEMENTS, LIBRARY_ELEMENTS];
  for (const table of tables) {
    const found = Object.entries(table).find(([, known]) => known === wanted);
    if (found !== undefined) return Number(found[0]);
  }
  return undefined;
}

/** All names that objects of this type have, in the order of their numbers. */
export function elementNamesOf(type: number): string[] {
  const own = applicationOf(type) === "device" ? DEVICE_ELEMENTS : OWN[applicationOf(type)];
  return [...Object.values(LIBRARY_ELEMENTS), ...Object.values(own)];
}

/** The words for an integer element's numbers, from 0 on; undefined where it is a plain number. */
export function wordsOf(id: number, type: number): readonly string[] | undefined {
  if (elementClass(id) === ELEMENT_CLASS.library) return LIBRARY_WORDS[id];
  if (elementClass(id) !== ELEMENT_CLASS.application) return undefined;
  return OWN_WORDS[applicationOf(type)]?.[id];
}
