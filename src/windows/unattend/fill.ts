/** Fills in the templates of answer files; their own comments say how. */
import { LifeboatError } from "../../system/errors.ts";
import { say } from "./messages.ts";
import { attributeOf, elementsOf, textOf } from "../xml/node.ts";
import type { XmlAttribute, XmlElement } from "../xml/node.ts";

/** By the names in the template; undefined: not given. */
export type TemplateValues = Readonly<Record<string, string | undefined>>;

const PLACEHOLDER = /\$\{([A-Za-z]+)\}/g;
const IF = "lifeboat:if";
const OWN_NAMESPACE = "xmlns:lifeboat";
/** Elements with it as the text of one of theirs are counted from 1 among their neighbours. */
const ORDER = "order";
const NUMBER = `\${${ORDER}}`;
const ARCHITECTURE = "processorArchitecture";

/**
 * @param architectures what `${architecture}` stands for, one component each.
 * @throws LifeboatError `template-placeholder` where the template has a name that nobody knows.
 */
export function fillTemplate(
  template: XmlElement,
  values: TemplateValues,
  architectures: readonly string[],
): XmlElement {
  const filled = fill(template, values, architectures);
  // The root stays, whatever is left in it.
  return filled ?? { ...template, attributes: ownTakenOff(template), children: [] };
}

function fill(
  element: XmlElement,
  values: TemplateValues,
  architectures: readonly string[],
): XmlElement | undefined {
  const condition = attributeOf(element, IF);
  if (condition !== undefined && valueOf(condition, values) === undefined) return undefined;
  const attributes: XmlAttribute[] = [];
  for (const { name, value } of ownTakenOff(element)) {
    const text = fillText(value, values);
    if (text === undefined) return undefined;
    attributes.push({ name, value: text });
  }
  if (elementsOf(element).length === 0) {
    const text = fillText(textOf(element), values);
    return text === undefined ? undefined : { ...element, attributes, children: [text] };
  }
  let order = 0;
  const children = elementsOf(element).flatMap((child) => {
    const several = attributeOf(child, ARCHITECTURE) === "${architecture}";
    const sets = several ? architectures.map((architecture) => ({ ...values, architecture })) : [];
    return (several ? sets : [values]).flatMap((set) => {
      // The number is asked for by the template, not by what somebody may have called an account.
      const isCounted = elementsOf(child).some((node) => textOf(node) === NUMBER);
      const own = isCounted ? { ...set, [ORDER]: String(order + 1) } : set;
      const filled = fill(child, own, architectures);
      if (filled === undefined) return [];
      if (isCounted) order++;
      return [filled];
    });
  });
  if (children.length === 0) return undefined;
  return { ...element, attributes, children };
}

function ownTakenOff({ attributes }: XmlElement): XmlAttribute[] {
  return attributes.filter(({ name }) => name !== IF && name !== OWN_NAMESPACE);
}

/** Undefined where one of its options wasn't given. */
function fillText(text: string, values: TemplateValues): string | undefined {
  let complete = true;
  const filled = text.replace(PLACEHOLDER, (_all, name: string) => {
    const value = valueOf(name, values);
    complete &&= value !== undefined;
    return value ?? "";
  });
  return complete ? filled : undefined;
}

function valueOf(name: string, values: TemplateValues): string | undefined {
  if (!Object.hasOwn(values, name)) {
    throw new LifeboatError("template-placeholder", say.placeholder(name));
  }
  return values[name];
}
