/** The objects that others inherit from, the same in every store that bcdboot writes. */
import { OBJECT } from "../object-id.ts";
import { OBJECT_TYPE } from "../object-type.ts";
import type { BcdObject } from "../store.ts";
import { ELEMENT } from "../store.ts";
import { boolean, integer, object, references } from "./elements.ts";

/** `debugtype` Local: a debugger on the computer itself. */
const DEBUG_LOCAL = 4;

export function settingsObjects(): BcdObject[] {
  return [
    object(OBJECT.globalsettings, OBJECT_TYPE.settings, [
      references(ELEMENT.inherit, [OBJECT.dbgsettings, OBJECT.emssettings, OBJECT.badmemory]),
    ]),
    object(OBJECT.bootloadersettings, OBJECT_TYPE.osloaderSettings, [
      references(ELEMENT.inherit, [OBJECT.globalsettings, OBJECT.hypervisorsettings]),
    ]),
    object(OBJECT.resumeloadersettings, OBJECT_TYPE.resumeSettings, [
      references(ELEMENT.inherit, [OBJECT.globalsettings]),
    ]),
    object(OBJECT.dbgsettings, OBJECT_TYPE.settings, [integer(ELEMENT.debugtype, DEBUG_LOCAL)]),
    object(OBJECT.emssettings, OBJECT_TYPE.settings, [boolean(ELEMENT.bootems, false)]),
    object(OBJECT.badmemory, OBJECT_TYPE.settings, []),
    object(OBJECT.hypervisorsettings, OBJECT_TYPE.osloaderSettings, [
      integer(ELEMENT.hypervisordebugtype, 0),
      integer(ELEMENT.hypervisordebugport, 1),
      integer(ELEMENT.hypervisorbaudrate, 115200),
    ]),
  ];
}
