/**
 * Reads XML 1.0 with namespaces into plain data, by saxes, which refuses what isn't well-formed. A DOCTYPE is refused too: nothing that
 * lifeboat reads has one, and entities that stand for more entities grow without bounds.
 */
import { SaxesParser } from "saxes";
import { decodeXml } from "./decode.ts";
import { malformed } from "./failure.ts";
import { say } from "./messages.ts";
import type { XmlElement, XmlNode } from "./node.ts";

/** Far more than any answer file has. */
const MOST_CHARACTERS = 4 * 1024 * 1024;
const DEEPEST = 100;

type OpenElement = XmlElement & { readonly children: XmlNode[] };

/**
 * The document's one element.
 * @throws LifeboatError `xml-malformed` (kind `usage`) with line and reason.
 */
export function parseXml(bytes: Uint8Array): XmlElement {
  if (bytes.length > 2 * MOST_CHARACTERS) throw malformed(1, say.tooLong(MOST_CHARACTERS));
  const text = decodeXml(bytes);
  if (text.length > MOST_CHARACTERS) throw malformed(1, say.tooLong(MOST_CHARACTERS));

  // A file that says it is XML 1.1 is held to the rules of 1.0, as Windows' own reader does.
  const parser = new SaxesParser({
    xmlns: true,
    position: true,
    defaultXMLVersion: "1.0",
    forceXMLVersion: true,
  });
  const open: OpenElement[] = [];
  let root: XmlElement | undefined;
  let startLine = 1;
  parser.on("error", ({ message }) => {
    throw malformed(parser.line, say.broken(message.replace(/^\d+:\d+: /, "")));
  });
  parser.on("doctype", () => {
    throw malformed(parser.line, say.doctype());
  });
  parser.on("processinginstruction", ({ target }) => {
    // "Namespaces in XML 1.0", section 7.
    if (target.includes(":")) throw malformed(parser.line, say.broken(`<?${target}?>`));
  });
  parser.on("opentagstart", () => {
    // It has read the character behind the name, which may end the line.
    startLine = parser.column === 0 ? parser.line - 1 : parser.line;
  });
  parser.on("opentag", ({ name, local, uri, attributes }) => {
    if (open.length >= DEEPEST) throw malformed(parser.line, say.tooDeep(DEEPEST));
    const element = {
      name,
      localName: local,
      namespace: uri,
      attributes: Object.values(attributes).map((one) => ({ name: one.name, value: one.value })),
      children: [],
      line: startLine,
    };
    open.at(-1)?.children.push(element);
    root ??= element;
    open.push(element);
  });
  parser.on("closetag", () => void open.pop());
  parser.on("text", (piece) => void open.at(-1)?.children.push(piece));
  parser.on("cdata", (piece) => void open.at(-1)?.children.push(piece));
  parser.write(text).close();
  if (root === undefined) throw malformed(1, say.noRoot());
  return root;
}
