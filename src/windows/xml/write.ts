import { escapeXml } from "./characters.ts";
import { elementsOf, textOf } from "./node.ts";
import type { XmlElement } from "./node.ts";

/**
 * The document as text: UTF-8 declared, two spaces a level, CR LF as Windows' own editors end lines. White space between elements
 * is made anew; text that stands alone in its element is kept to the letter.
 */
export function writeXml(root: XmlElement): string {
  const lines = ['<?xml version="1.0" encoding="utf-8"?>'];
  writeElement(root, "", lines);
  return `${lines.join("\r\n")}\r\n`;
}

function writeElement(element: XmlElement, indentation: string, lines: string[]): void {
  const attributes = element.attributes.map(({ name, value }) => ` ${name}="${escapeXml(value)}"`);
  const start = `${indentation}<${element.name}${attributes.join("")}`;
  const elements = elementsOf(element);
  if (elements.length > 0) {
    lines.push(`${start}>`);
    for (const child of elements) writeElement(child, `${indentation}  `, lines);
    lines.push(`${indentation}</${element.name}>`);
    return;
  }
  const text = textOf(element);
  lines.push(text === "" ? `${start}/>` : `${start}>${escapeXml(text)}</${element.name}>`);
}
