/** XML, judged by xmllint: what it finds malformed is refused here, and what it takes is taken. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { LifeboatError } from "../../../../src/system/errors.ts";
import { attributeOf, isElement, textOf } from "../../../../src/windows/xml/node.ts";
import type { XmlElement, XmlNode } from "../../../../src/windows/xml/node.ts";
import { parseXml } from "../../../../src/windows/xml/parse.ts";
import { writeXml } from "../../../../src/windows/xml/write.ts";
import { fuzzRounds } from "../../../support/mutations.ts";
import { randomFrom } from "../../../support/random.ts";
import { judge, temporaryFolder } from "../../../support/tools.ts";

/** What xmllint has against each text; empty: nothing. One call for all. */
async function complaints(texts: readonly (string | Buffer)[]): Promise<string[]> {
  const folder = await temporaryFolder();
  const names = texts.map((_, index) => `${index}.xml`);
  for (const [index, text] of texts.entries()) await writeFile(join(folder, `${index}.xml`), text);
  const options = { cwd: folder, accept: [0, 1] };
  const said = await judge("xmllint", ["--noout", "--nonet", ...names], options);
  const found = texts.map(() => "");
  for (const line of said.split("\n")) {
    const [, index, message] = /^(\d+)\.xml:\d+: (.* error : .*)$/.exec(line) ?? [];
    // It also has an opinion on which names of namespaces are URIs; Windows has none.
    if (message?.includes("is not a valid URI") === true) continue;
    if (index !== undefined) found[Number(index)] += `${message}\n`;
  }
  return found;
}

function refusal(text: string | Buffer): string {
  try {
    parseXml(Buffer.from(text));
    return "";
  } catch (error) {
    if (!(error instanceof LifeboatError)) throw error;
    expect(error).toMatchObject({ code: "xml-malformed", kind: "usage" });
    return error.message;
  }
}

const GOOD = [
  "<a/>",
  '<?xml version="1.0"?>\n<!-- x -->\n<a b="1" c=\'2\'>t<b/>u</a>\n<!-- y --><?p q?>\n',
  '<a xmlns="urn:x" xmlns:p="urn:y"><p:b p:c="1" c="2"/></a>',
  "<a>&lt;&#65;&#x4e2d;&amp;amp;<![CDATA[<&]]]]></a>",
  "<ä·\u0301>ü</ä·\u0301>",
  '<a b="&quot;&#10;>"/>',
  "<a>]] ></a>",
];

const BAD = [
  "",
  "text",
  "<a>",
  "<a></b>",
  "<a/><b/>",
  "<a/>x",
  "<a b=1/>",
  "<a b='1' b='2'/>",
  "<a b='1'c='2'/>",
  "<a b='<'/>",
  "<a>&nbsp;</a>",
  "<a>&#0;</a>",
  "<a>&#x110000;</a>",
  "<a>& b</a>",
  "<a>]]></a>",
  "<a><!-- -- --></a>",
  "<a><!-- x ---></a>",
  "<a><?xml version='1.0'?></a>",
  " <?xml version='1.0'?><a/>",
  "<a>\u0001</a>",
  "<1a/>",
  "</a>",
  "<a><b></a></b>",
  "<a",
  "<p:a/>",
  "<a xmlns:p='u' xmlns:q='u' p:b='1' q:b='2'/>",
  "<a><![CDATA[x</a>",
];

test("what is well-formed is taken, what isn't is refused, as by xmllint", async () => {
  const verdicts = await complaints([...GOOD, ...BAD]);
  for (const [index, text] of GOOD.entries()) {
    expect([text, verdicts[index], refusal(text)]).toEqual([text, "", ""]);
  }
  for (const [index, text] of BAD.entries()) {
    expect(text === "" || verdicts[GOOD.length + index] !== "", `xmllint takes ${text}`).toBe(true);
    expect(refusal(text), text).not.toBe("");
  }
});

test("the line of what is wrong", () => {
  expect(refusal("<a>\n<b>\n</c>\n</a>")).toContain("line 3");
  expect(refusal("<a>\r\n\r\n<b>")).toContain("line 3");
});

test("texts, attributes and namespaces", () => {
  const root = parseXml(
    Buffer.from(
      '<u xmlns="urn:x" xmlns:w="urn:y"><w:c w:a="1&#9;2\t3">x<!-- - -->y&amp;<![CDATA[<]]></w:c></u>',
    ),
  );
  const child = root.children.find(isElement);
  expect(root).toMatchObject({ localName: "u", namespace: "urn:x" });
  expect(child).toMatchObject({ name: "w:c", localName: "c", namespace: "urn:y" });
  expect(textOf(child as XmlElement)).toBe("xy&<");
  expect(attributeOf(child as XmlElement, "w:a")).toBe("1\t2 3");
});

test("encodings: byte order marks and declarations", async () => {
  const utf16 = (text: string) => Buffer.from(`\ufeff${text}`, "utf16le");
  const text = '<?xml version="1.0" encoding="utf-16"?><a>中ü</a>';
  const documents = [
    utf16(text),
    utf16(text).swap16(),
    Buffer.from("\ufeff<a>中ü</a>"),
    Buffer.from('<?xml version="1.0" encoding="iso-8859-1"?><a>\xfc</a>', "latin1"),
  ];
  expect(await complaints(documents)).toEqual(["", "", "", ""]);
  expect(documents.map((document) => textOf(parseXml(document)))).toEqual([
    "中ü",
    "中ü",
    "中ü",
    "ü",
  ]);
  expect(refusal(Buffer.from("<a>\xfc</a>", "latin1"))).toContain("utf-8");
  expect(refusal('<?xml version="1.0" encoding="no-such"?><a/>')).toContain("no-such");
  expect(refusal(text)).toContain("byte order mark");
});

test("what would cost too much is refused: depth, entities, length", () => {
  expect(refusal("<a>".repeat(101))).toContain("100");
  expect(refusal('<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>')).toContain("DOCTYPE");
  expect(refusal(`<a>${" ".repeat(4 << 20)}</a>`)).toContain("longer");
});

test("long lines and many lines", () => {
  const many = "<b c='d'/>".repeat(40_000);
  for (const text of [`<a>${many}</a>`, `<a>${many}\n</a>`, `<a>${"\n<b/>".repeat(40_001)}</a>`]) {
    expect(parseXml(Buffer.from(text)).children.length).toBeGreaterThan(39_999);
  }
});

const character = fc.oneof(
  fc.constantFrom("&", "<", ">", '"', "'", "\t", "\n", "\r", "]]>", " ", "$", "${x}"),
  fc.string({ unit: "binary", maxLength: 3 }).filter((text) => {
    // oxlint-disable-next-line no-control-regex
    return !/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/.test(text) && isWhole(text);
  }),
);

function isWhole(text: string): boolean {
  return text.isWellFormed();
}

test("what is written is read back to the letter, by xmllint too", async () => {
  const texts = fc.sample(fc.array(character, { maxLength: 12 }), { numRuns: 150, seed: 7 });
  const documents = texts.map((parts) => {
    const text = parts.join("");
    const attributes = [{ name: "b", value: text }];
    const leaf = { name: "c", localName: "c", namespace: "", attributes, line: 1 };
    const children: XmlNode[] = [{ ...leaf, children: text === "" ? [] : [text] }];
    const written = writeXml({ ...leaf, name: "a", localName: "a", children });
    const root = parseXml(Buffer.from(written));
    const child = root.children.find(isElement);
    expect(textOf(child as XmlElement)).toBe(text);
    expect(attributeOf(root, "b")).toBe(text);
    return written;
  });
  expect((await complaints(documents)).join("")).toBe("");
});

test("mutated documents: refused, or taken by xmllint too", async () => {
  const random = randomFrom(3);
  const pieces = [
    "<",
    ">",
    "/",
    "&",
    "&amp;",
    '"',
    "=",
    "<!--",
    "-->",
    "]]>",
    "<?",
    "?>",
    ":",
    " ",
  ];
  const texts: string[] = [];
  for (let round = 0; round < fuzzRounds(300); round++) {
    let text = GOOD[random(GOOD.length)] ?? "";
    for (let change = 0; change <= random(3); change++) {
      const at = random(text.length + 1);
      const inserted = random(2) === 0 ? (pieces[random(pieces.length)] ?? "") : "";
      text = text.slice(0, at) + inserted + text.slice(at + random(3));
    }
    texts.push(text);
  }
  const taken: string[] = [];
  const refused: string[] = [];
  for (const text of texts) (refusal(text) === "" ? taken : refused).push(text);
  expect(taken.length).toBeGreaterThan(30);
  const verdicts = await complaints(taken);
  expect(taken.filter((_, index) => verdicts[index] !== "")).toEqual([]);
  // And nothing is refused that is well-formed; a DOCTYPE isn't among the pieces.
  const second = await complaints(refused);
  expect(refused.filter((text, index) => second[index] === "" && text !== "")).toEqual([]);
});
