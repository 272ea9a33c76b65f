/** What a user should know before choosing one of an image's entries. */
import { judgeSignature } from "./boot-image.ts";
import { say } from "./messages.ts";
import type { Text } from "../system/text.ts";
import type { BuiltEntry } from "./recipes/linux-entries.ts";
import type { Recipe } from "./recipes/load.ts";
import type { IsoProblem } from "./types.ts";

/** The id of the problem that says so. */
export const OTHER_VENDOR = "secure-boot-other-vendor";

/**
 * @param all the entries with those that don't run on x86, to say so where nothing is left.
 * @param noOwnLoader why those of another vendor can't be started by the image's own boot loader.
 */
export function entryProblems(
  built: readonly BuiltEntry[],
  recipe: Recipe,
  all: readonly BuiltEntry[],
  noOwnLoader?: Text,
): IsoProblem[] {
  if (recipe.unsupported !== undefined) {
    return [{ id: "unsupported", severity: "warning", text: recipe.unsupported }];
  }
  if (built.length === 0) return [nothingToBoot(recipe, all)];
  return [...firmwareProblems(built), ...signatureProblems(built, noOwnLoader)];
}

function nothingToBoot(recipe: Recipe, all: readonly BuiltEntry[]): IsoProblem {
  const machines = new Set(
    all.map(({ image }) => image?.machine).filter((one) => one !== undefined),
  );
  const text =
    machines.size > 0
      ? say.foreignProcessor([...machines].join(", "))
      : say.nothingToBoot(recipe.file);
  return {
    id: machines.size > 0 ? "foreign-processor" : "nothing-to-boot",
    severity: "error",
    text,
  };
}

function firmwareProblems(built: readonly BuiltEntry[]): IsoProblem[] {
  const has = (wanted: string) =>
    built.some(({ entry }) => entry.firmware.some((one) => one === wanted));
  if (!has("x64") && !has("ia32")) {
    return [{ id: "bios-only", severity: "info", text: say.biosOnly() }];
  }
  return has("bios") ? [] : [{ id: "uefi-only", severity: "info", text: say.uefiOnly() }];
}

/** Secure Boot is a matter of 64-bit UEFI alone: no shim for 32-bit machines is signed any more. */
export function signatureProblems(built: readonly BuiltEntry[], noOwnLoader?: Text): IsoProblem[] {
  const refused = built.filter(
    ({ entry }) =>
      entry.firmware.includes("x64") &&
      (entry.secureBoot === "unsigned" || entry.secureBoot === "other-vendor"),
  );
  const problems: IsoProblem[] = [];
  if (refused.some(({ entry }) => entry.secureBoot === "unsigned")) {
    const text = say.secureBootUnsigned();
    problems.push({ id: "secure-boot-unsigned", severity: "warning", text });
  }
  for (const vendor of vendorsOf(refused)) {
    const text = say.secureBootOtherVendor(vendor, noOwnLoader);
    problems.push({ id: OTHER_VENDOR, severity: "warning", text });
  }
  const foreign = built.filter(({ entry }) => entry.secureBoot === "own-loader");
  for (const vendor of vendorsOf(foreign)) {
    const text = say.secureBootOwnLoader(vendor);
    problems.push({ id: "secure-boot-own-loader", severity: "info", text });
  }
  return problems;
}

function vendorsOf(built: readonly BuiltEntry[]): ReadonlySet<string> {
  return new Set(built.flatMap(({ image }) => (image && judgeSignature(image).vendor) ?? []));
}
