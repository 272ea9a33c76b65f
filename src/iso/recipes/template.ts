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

/** How recipes name an image by its label: `root=live:CDLABEL={udevLabel}`, `inst.stage2=hd:LABEL={udevLabel}`. */
const BY_LABEL = /\b(?:CD)?LABEL=\{udevLabel\}/g;

/**
 * Fills in what is known; other braces stay as they are.
 *
 * GRUB doubles every backslash on a kernel line, so that `CentOS\x207` would arrive as `CentOS\\x207`, and name nothing. Where a
 * label has such characters the image is named by its UUID instead, which whatever takes a label takes too.
 */
export function fillTemplate(template: string, values: TemplateValues): string {
  const isPlain = !values.udevLabel.includes("\\") || values.uuid === "";
  const named = isPlain ? template : template.replace(BY_LABEL, "UUID={uuid}");
  return named.replace(/\{(?:\w+|\*)\}/g, (found) => {
    const key = KEYS[found];
    return key === undefined ? found : (values[key] ?? "");
  });
}
