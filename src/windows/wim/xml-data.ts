/**
 * The XML data of a WIM: UTF-16LE, mostly with a byte order mark. It is read as it comes, piece by piece, and what isn't asked for is
 * passed over, so that its size costs no memory. A document type (and so any entity) is refused: no program that makes WIMs writes one.
 */
import type { ByteRange } from "../../block/byte-range.ts";
import { KIB, MIB } from "../../system/sizes.ts";
import { damaged } from "./header.ts";
import type { WimHeader } from "./header.ts";
import type { WimImage } from "./image.ts";
import { IMAGE_PATHS, imageOf } from "./image-fields.ts";
import { say } from "./messages.ts";
import { checkTable } from "./table.ts";

/** The eleven editions of an install.wim take 100 KiB. */
const LARGEST_BYTES = 8 * MIB;
const READ_BYTES = 64 * KIB;
const DEEPEST = 32;
const MOST_IMAGES = 4096;
/** Of one text. Of languages there are some dozens. */
const LONGEST_TEXT = 4096;
const MOST_TEXTS = 256;

export interface WimXml {
  /** By their numbers. */
  readonly images: readonly WimImage[];
  /** The contents can't be read: an ESD as Windows Update downloads it (ESD/ENCRYPTED). */
  readonly encrypted: boolean;
}

/** @throws LifeboatError `wim-truncated`, `wim-xml`. */
export async function readXmlData(range: ByteRange, { xmlData }: WimHeader): Promise<WimXml> {
  checkTable(say.xmlData(), xmlData, range.size);
  const { offset } = xmlData;
  // Half a character at the end is none.
  const sizeInWim = xmlData.sizeInWim - (xmlData.sizeInWim % 2);
  if (sizeInWim === 0) throw damaged("wim-xml", say.xmlMissing());
  if (sizeInWim > LARGEST_BYTES) {
    throw damaged("wim-xml", say.xmlTooLarge(sizeInWim, LARGEST_BYTES));
  }
  // Loaded here: most commands see no WIM.
  const { SaxesParser } = await import("saxes");
  const parser = new SaxesParser({});
  const collector = new Collector();
  parser.on("error", ({ message }) => {
    throw damaged("wim-xml", say.xmlBroken(message));
  });
  parser.on("doctype", () => {
    throw damaged("wim-xml", say.xmlDeclaresEntities());
  });
  parser.on("opentag", ({ name, attributes }) => collector.open(name, attributes["INDEX"]));
  parser.on("closetag", () => collector.close());
  parser.on("text", (text) => collector.text(text));
  parser.on("cdata", (text) => collector.text(text));

  const decoder = new TextDecoder("utf-16le");
  const buffer = Buffer.alloc(Math.min(READ_BYTES, sizeInWim));
  for (let done = 0; done < sizeInWim; done += buffer.length) {
    const piece = buffer.subarray(0, Math.min(buffer.length, sizeInWim - done));
    await range.read(offset + done, piece);
    const text = decoder.decode(piece, { stream: done + piece.length < sizeInWim });
    // Some programs end it with a NUL.
    const end = text.indexOf("\0");
    parser.write(end === -1 ? text : text.slice(0, end));
    if (end !== -1) break;
  }
  parser.close();
  return collector.result();
}

/** Keeps the few texts that are wanted of the whole document. */
class Collector {
  readonly #images = new Map<number, WimImage>();
  readonly #path: string[] = [];
  #texts = new Map<string, string[]>();
  #index = 0;
  #text = "";
  #encrypted = false;

  open(name: string, index: string | undefined): void {
    const path = this.#path;
    if (path.length >= DEEPEST) throw damaged("wim-xml", say.xmlTooDeep());
    if (path.length === 0 && name !== "WIM") throw damaged("wim-xml", say.xmlNotAWim(name));
    path.push(name);
    this.#text = "";
    if (path.length === 2 && name === "IMAGE") this.#openImage(index ?? "");
    if (path.length === 3 && path[1] === "ESD" && name === "ENCRYPTED") this.#encrypted = true;
  }

  text(text: string): void {
    if (this.#text.length < LONGEST_TEXT) this.#text += text.slice(0, LONGEST_TEXT);
  }

  close(): void {
    const path = this.#path;
    if (path[1] === "IMAGE") {
      const below = path.slice(2).join("/");
      if (IMAGE_PATHS.has(below)) {
        const texts = this.#texts.get(below) ?? [];
        if (texts.length < MOST_TEXTS) this.#texts.set(below, [...texts, this.#text]);
      }
      if (path.length === 2) this.#images.set(this.#index, imageOf(this.#index, this.#texts));
    }
    this.#text = "";
    path.pop();
  }

  result(): WimXml {
    const images = [...this.#images.values()].toSorted((a, b) => a.index - b.index);
    return { images, encrypted: this.#encrypted };
  }

  #openImage(value: string): void {
    const index = /^\d{1,9}$/.test(value) ? Number(value) : 0;
    if (index === 0) throw damaged("wim-xml", say.imageNumber(value));
    if (this.#images.has(index)) throw damaged("wim-xml", say.imageTwice(index));
    if (this.#images.size >= MOST_IMAGES) throw damaged("wim-xml", say.tooManyImages(MOST_IMAGES));
    this.#index = index;
    this.#texts = new Map();
  }
}
