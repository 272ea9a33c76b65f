/** The content of a symbolic link: path components, ECMA-167 4/14.16. */
import { decodeCompressedUnicode } from "./fields.ts";

/** A link's content is small; a larger one is cut here. */
export const MAX_LINK_BYTES = 64 << 10;

const COMPONENT_HEADER_BYTES = 4;
/** ECMA-167 4/14.16.1.1. */
const COMPONENT_ROOT_BY_AGREEMENT = 1;
const COMPONENT_ROOT = 2;
const COMPONENT_PARENT = 3;
const COMPONENT_CURRENT = 4;
const COMPONENT_NAME = 5;

export function decodePathComponents(from: Buffer): string {
  let isAbsolute = false;
  let parts: string[] = [];
  for (let at = 0; at + COMPONENT_HEADER_BYTES <= from.length;) {
    const type = from.readUInt8(at);
    const nameAt = at + COMPONENT_HEADER_BYTES;
    const end = nameAt + from.readUInt8(at + 1);
    if (end > from.length) break;
    if (type === COMPONENT_ROOT || type === COMPONENT_ROOT_BY_AGREEMENT) {
      isAbsolute = true;
      parts = [];
    } else if (type === COMPONENT_PARENT) parts.push("..");
    else if (type === COMPONENT_CURRENT) parts.push(".");
    else if (type === COMPONENT_NAME) {
      parts.push(decodeCompressedUnicode(from.subarray(nameAt, end)));
    }
    at = end;
  }
  return (isAbsolute ? "/" : "") + parts.join("/");
}
