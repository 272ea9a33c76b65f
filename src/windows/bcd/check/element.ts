/** Checks of a single element: type and length in the registry, and what kind of device it names. */
import type { DeviceDescriptor } from "../device/device.ts";
import { deviceLengths } from "../device/decode.ts";
import { elementFormat } from "../element-id.ts";
import { elementName } from "../names/element-names.ts";
import { NIL_OBJECT } from "../object-id.ts";
import type { BcdElement, BcdObject } from "../store.ts";
import { decodeValue, registryTypeOf } from "../values.ts";
import type { BcdFinding } from "./finding.ts";
import { say } from "./messages.ts";

/** @param name of the object, as it is shown. */
export function checkElement(object: BcdObject, element: BcdElement, name: string): BcdFinding[] {
  const called = elementName(element.id, object.type ?? 0);
  const where = `${name} ${called}`;
  const fix = say.fixElement(name, called);
  const format = elementFormat(element.id);
  if (format === "unknown") {
    const what = say.unknownFormat(called);
    return [{ id: "unknown-format", severity: "warning", what, where, fix: say.nothingToDo() }];
  }
  const wanted = registryTypeOf(format);
  if (element.type !== wanted) {
    const what = say.wrongType(called, element.type, wanted);
    return [{ id: "element-type", severity: "error", what, where, fix }];
  }
  const value = decodeValue(element.id, element);
  if (value.format === "unknown") {
    const what = say.unreadable(called, element.data.length);
    return [{ id: "element-length", severity: "error", what, where, fix }];
  }
  if (value.format !== "device") return [];
  const lengths = deviceLengths(element.data);
  if (lengths !== undefined && lengths.stated !== lengths.present) {
    const what = say.deviceLength(called, lengths.stated, lengths.present);
    return [{ id: "device-length", severity: "error", what, where, fix }];
  }
  return checkDevice(value.device.descriptor, value.device.options === NIL_OBJECT, called, where);
}

function checkDevice(
  descriptor: DeviceDescriptor,
  hasNoOptions: boolean,
  called: string,
  where: string,
): BcdFinding[] {
  if (descriptor.kind === "other") {
    const what = say.otherDevice(called, descriptor.deviceType);
    return [{ id: "unknown-device", severity: "info", what, where, fix: say.nothingToDo() }];
  }
  if (descriptor.kind === "ramdisk" && hasNoOptions) {
    const what = say.ramdiskWithoutOptions(called);
    return [{ id: "ramdisk-options", severity: "error", what, where, fix: say.fixRamdisk() }];
  }
  // In a VHD file nothing else is found.
  if (descriptor.kind !== "locate" || descriptor.parent !== undefined) return [];
  const what = say.locate(called);
  return [{ id: "locate-device", severity: "info", what, where, fix: say.fixLocate() }];
}
