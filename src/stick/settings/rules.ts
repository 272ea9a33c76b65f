/** What the settings say of one ISO: all the rules that fit it, put together. */
import { fitsPattern } from "./patterns.ts";
import type { ImageRule, StickSettings } from "./schema.ts";

/**
 * Of several rules that fit, later ones win where they say the same thing of it; what can add up (kernel arguments, files,
 * entries) adds up.
 * @param path of the ISO on the data partition.
 */
export function ruleOf(settings: StickSettings, path: string): ImageRule {
  let rule: ImageRule = {};
  for (const [pattern, next] of Object.entries(settings.images ?? {})) {
    if (fitsPattern(pattern, path)) rule = merge(rule, next);
  }
  const hidden = (settings.hide ?? []).some((pattern) => fitsPattern(pattern, path));
  // A rule that names the ISO itself may take it out of a hidden folder.
  return hidden && rule.hide === undefined ? { ...rule, hide: true } : rule;
}

function merge(a: ImageRule, b: ImageRule): ImageRule {
  const append = [a.append, b.append].filter((one) => one !== undefined).join(" ");
  return {
    ...a,
    ...b,
    drop: [...(a.drop ?? []), ...(b.drop ?? [])],
    ...(append === "" ? {} : { append }),
    entries: { ...a.entries, ...b.entries },
    unattended: [...(a.unattended ?? []), ...(b.unattended ?? [])],
    inject: [...(a.inject ?? []), ...(b.inject ?? [])],
    files: { ...a.files, ...b.files },
  };
}

/** What the settings say of the folder at `path`, as of an ISO. */
export function folderRuleOf(
  settings: StickSettings,
  path: string,
): { title?: string | undefined; users?: string[] | undefined } {
  let rule = {};
  for (const [pattern, next] of Object.entries(settings.folders ?? {})) {
    // A pattern that fits the folder above fits this one too; it is meant for that one alone.
    const parent = path.slice(0, path.lastIndexOf("/"));
    if (fitsPattern(pattern, path) && !(parent !== "" && fitsPattern(pattern, parent))) {
      rule = { ...rule, ...next };
    }
  }
  return rule;
}
