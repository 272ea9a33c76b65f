/** `{name}`, `{version}`, `{label}`, … in titles and arguments of recipes. */

export interface TemplateValues {
  readonly name: string;
  readonly version: string;
  /** The volume id as it is. */
  readonly label: string;
  /** The volume id as udev and dracut spell it. */
  readonly udevLabel: string;
  readonly uuid: string;
  /** The title of the entry that a variant is made from. */
  readonly title?: string;
  /** What `*` stood for in the kernel's pattern. */
  readonly star?: string;
}

const KEYS: Readonly<Record<string, keyof TemplateValues>> = {
  "{name}": "name",
  "{version}": "version",
  "{label}": "label",
  "{udevLabel}": "udevLabel",
  "{uuid}": "uuid",
  "{title}": "title",
  "{*}": "star",
};

/** A title: parts that are unknown leave no gap. */
export function fillTitle(template: string, values: TemplateValues): string {
  return fillTemplate(template, values).replaceAll(/ {2,}/g, " ").trim();
}

/** Fills in what is known; other braces stay as they are. */
export function fillTemplate(template: string, values: TemplateValues): string {
  return template.replace(/\{(?:\w+|\*)\}/g, (found) => {
    const key = KEYS[found];
    return key === undefined ? found : (values[key] ?? "");
  });
}
