/**
 * Who signed: the issuer's common name out of an Authenticode signature (PKCS #7 SignedData, RFC 2315, in DER, X.690). Only
 * names are read; whether the signature is right is the shim's business.
 */

const SEQUENCE = 0x30;
const SET = 0x31;
const OBJECT_IDENTIFIER = 0x06;
const CONTEXT_0 = 0xa0;
/** id-at-commonName, 2.5.4.3 */
const COMMON_NAME = Buffer.from([0x55, 0x04, 0x03]);
/** BMPString: UTF-16, big-endian. */
const BMP_STRING = 0x1e;

interface Element {
  readonly tag: number;
  readonly content: Buffer;
}

/** The issuers' common names of all signers; empty where the structure can't be read. */
export function issuersOf(pkcs7: Buffer): string[] {
  const contentInfo = children(elementsOf(pkcs7)[0], SEQUENCE);
  const signedData = children(children(contentInfo[1], CONTEXT_0)[0], SEQUENCE);
  // version, digestAlgorithms, contentInfo, [0] certificates, [1] crls, signerInfos: the last SET is the signers'.
  const signerInfos = signedData.findLast((element) => element.tag === SET);
  return children(signerInfos, SET)
    .map((signerInfo) => {
      const issuerAndSerial = children(signerInfo, SEQUENCE)[1];
      return commonNameOf(children(issuerAndSerial, SEQUENCE)[0]);
    })
    .filter((name) => name !== undefined);
}

/** Name ::= SEQUENCE OF SET OF SEQUENCE { type, value } */
function commonNameOf(name: Element | undefined): string | undefined {
  for (const relative of children(name, SEQUENCE)) {
    for (const attribute of children(relative, SET)) {
      const [type, value] = children(attribute, SEQUENCE);
      if (type?.tag !== OBJECT_IDENTIFIER || !type.content.equals(COMMON_NAME)) continue;
      if (value !== undefined) return textOf(value);
    }
  }
  return undefined;
}

function textOf(value: Element): string {
  if (value.tag !== BMP_STRING) return value.content.toString("utf8");
  const even = Buffer.from(value.content.subarray(0, value.content.length & ~1));
  return even.swap16().toString("utf16le");
}

function children(element: Element | undefined, tag: number): Element[] {
  return element?.tag === tag ? elementsOf(element.content) : [];
}

/** The elements that lie one after the other in `from`; what is cut off or of indefinite length ends the list. */
function elementsOf(from: Buffer): Element[] {
  const elements: Element[] = [];
  for (let at = 0; at + 2 <= from.length;) {
    const tag = from[at] ?? 0;
    const first = from[at + 1] ?? 0;
    const lengthBytes = first & 0x80 ? first & 0x7f : 0;
    if (first === 0x80 || lengthBytes > 4 || at + 2 + lengthBytes > from.length) break;
    const length = lengthBytes === 0 ? first : from.readUIntBE(at + 2, lengthBytes);
    const start = at + 2 + lengthBytes;
    if (start + length > from.length) break;
    elements.push({ tag, content: from.subarray(start, start + length) });
    at = start + length;
  }
  return elements;
}
