/** A user's own answer file: is it one, and what of it will act on a Windows To Go. */
import { LifeboatError } from "../../system/errors.ts";
import type { Text } from "../../system/text.ts";
import { attributeOf, elementsOf, isElement, textOf } from "../xml/node.ts";
import type { XmlElement } from "../xml/node.ts";
import { parseXml } from "../xml/parse.ts";
import { say } from "./messages.ts";
import type { Architecture } from "./options.ts";

const NAMESPACE = "urn:schemas-microsoft-com:unattend";
/** Windows reads larger ones too; they would hold something else than answers. */
const MOST_BYTES = 1024 * 1024;

/** The configuration passes, by when they act where there is no Setup and the file lies in \Windows\Panther. */
const PASSES: Readonly<Record<string, "first-start" | "dism" | "audit" | "never">> = {
  windowsPE: "never",
  offlineServicing: "dism",
  generalize: "never",
  specialize: "first-start",
  auditSystem: "audit",
  auditUser: "audit",
  oobeSystem: "first-start",
};

export interface UnattendContext {
  /** Of the image. */
  readonly architecture: Architecture;
  /** Whether DISM /Apply-Unattend is given the file: on a Windows host. */
  readonly dism: boolean;
}

export interface UnattendPass {
  readonly pass: string;
  /** Those for the image's architecture. */
  readonly components: readonly string[];
  /** Whether anything of it will be done. */
  readonly acts: boolean;
}

export interface UnattendReport {
  readonly passes: readonly UnattendPass[];
  /** What will not be done, and what should be known. */
  readonly warnings: readonly Text[];
}

/**
 * @throws LifeboatError `xml-malformed`, `not-unattend` (kind `usage`): Windows would stop at it in the middle of its first start.
 */
export function checkUnattend(bytes: Uint8Array, context: UnattendContext): UnattendReport {
  if (bytes.length > MOST_BYTES) throw notUnattend(say.fileTooLarge(MOST_BYTES));
  const root = parseXml(bytes);
  if (root.localName !== "unattend" || root.namespace !== NAMESPACE) {
    throw notUnattend(say.notUnattend(root.name));
  }
  const warnings: Text[] = [];
  const passes: UnattendPass[] = [];
  for (const settings of elementsOf(root)) {
    // `servicing`, and what SIM notes down for itself, has its own namespace or no effect here.
    if (settings.namespace !== NAMESPACE || settings.localName !== "settings") continue;
    const pass = attributeOf(settings, "pass") ?? "";
    if (!Object.hasOwn(PASSES, pass)) throw notUnattend(say.unknownPass(pass, settings.line));
    if (passes.some((other) => other.pass === pass)) {
      throw notUnattend(say.passTwice(pass, settings.line));
    }
    const { fitting, other } = componentsIn(settings, context.architecture);
    const when = PASSES[pass];
    const acts =
      fitting.length > 0 && (when === "first-start" || (when === "dism" && context.dism));
    passes.push({ pass, components: fitting, acts });
    if (other.length > 0) {
      warnings.push(say.otherArchitecture(pass, [...new Set(other)], context.architecture));
    }
    if (fitting.length > 0 && !acts) warnings.push(say.passIdle(pass, when === "audit"));
  }
  if (!passes.some(({ acts }) => acts)) warnings.push(say.nothingActs());
  if (hasPlainPassword(root)) warnings.push(say.plainPassword());
  return { passes, warnings };
}

function componentsIn(settings: XmlElement, architecture: Architecture) {
  const fitting: string[] = [];
  const other: string[] = [];
  for (const component of elementsOf(settings)) {
    if (component.localName !== "component" || component.namespace !== NAMESPACE) continue;
    const name = attributeOf(component, "name");
    if (name === undefined) throw notUnattend(say.componentUnnamed(component.line));
    const its = attributeOf(component, "processorArchitecture")?.toLowerCase() ?? "";
    if (its === architecture || its === "neutral") fitting.push(name);
    else other.push(its);
  }
  return { fitting, other };
}

function hasPlainPassword(root: XmlElement): boolean {
  const left: XmlElement[] = [root];
  for (let element = left.pop(); element !== undefined; element = left.pop()) {
    const isPlain = element.localName === "PlainText" && textOf(element).trim() === "true";
    if (isPlain) return true;
    for (const child of element.children) if (isElement(child)) left.push(child);
  }
  return false;
}

function notUnattend(text: Text): LifeboatError {
  return new LifeboatError("not-unattend", text, {
    kind: "usage",
    hint: say.notUnattendHint(),
  });
}
