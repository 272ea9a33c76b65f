/** From a file's bytes to text: byte order mark, XML declaration, line ends (XML 1.0, sections 2.11 and 4.3.3). */
import { say } from "./messages.ts";
import { malformed } from "./failure.ts";

const MARKS: readonly [mark: readonly number[], encoding: string][] = [
  [[0xef, 0xbb, 0xbf], "utf-8"],
  [[0xff, 0xfe], "utf-16le"],
  [[0xfe, 0xff], "utf-16be"],
];

const DECLARED = /^<\?xml\s[^>]*?\sencoding\s*=\s*["']([A-Za-z][A-Za-z0-9._-]*)["']/;

/** Without byte order mark, lines ended by line feeds. @throws LifeboatError `xml-malformed` */
export function decodeXml(bytes: Uint8Array): string {
  const marked = MARKS.find(([mark]) => mark.every((byte, index) => bytes[index] === byte))?.[1];
  const head = Buffer.from(bytes.subarray(0, 200)).toString("latin1");
  const declared = DECLARED.exec(head)?.[1]?.toLowerCase();
  const encoding = marked ?? declared ?? "utf-8";
  if (marked === undefined && encoding.startsWith("utf-16")) {
    throw malformed(1, say.encodingDiffers(encoding));
  }
  let text: string;
  try {
    text = new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch (cause) {
    throw malformed(1, say.notInEncoding(encoding), cause);
  }
  return text.replace(/\r\n?/g, "\n");
}
