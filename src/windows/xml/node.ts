/** An XML document as plain data: elements and text. Comments and processing instructions are not kept. */

export interface XmlAttribute {
  /** With its prefix, as written. */
  readonly name: string;
  readonly value: string;
}

export interface XmlElement {
  /** With its prefix, as written. */
  readonly name: string;
  /** Without its prefix. */
  readonly localName: string;
  /** The namespace that its prefix stands for; empty where none is in force. */
  readonly namespace: string;
  readonly attributes: readonly XmlAttribute[];
  readonly children: readonly XmlNode[];
  /** Of its start tag, counted from 1. */
  readonly line: number;
}

export type XmlNode = XmlElement | string;

export function isElement(node: XmlNode): node is XmlElement {
  return typeof node !== "string";
}

export function elementsOf(element: XmlElement): XmlElement[] {
  return element.children.filter(isElement);
}

/** The text directly in an element, that in its children left out. */
export function textOf(element: XmlElement): string {
  return element.children.filter((child): child is string => !isElement(child)).join("");
}

export function attributeOf(element: XmlElement, name: string): string | undefined {
  return element.attributes.find((attribute) => attribute.name === name)?.value;
}
