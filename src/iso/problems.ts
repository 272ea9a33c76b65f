/** What a user should know before choosing one of an image's entries. */
import { judgeSignature } from "./boot-image.ts";
import { say } from "./messages.ts";
import type { BuiltEntry } from "./recipes/linux-entries.ts";
import type { Recipe } from "./recipes/load.ts";
import type { IsoProblem } from "./types.ts";

/** @param all the entries with those that don't run on x86, to say so where nothing is left. */
export function entryProblems(
  built: readonly BuiltEntry[],
  recipe: Recipe,
  all: readonly BuiltEntry[],
): IsoProblem[] {
  if (recipe.unsupported !== undefined) {
    return [{ id: "unsupported", severity: "warning", text: recipe.unsupported }];
  }
  if (built.length === 0) return [nothingToBoot(recipe, all)];
  return [...firmwareProblems(built), ...signatureProblems(built)];
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
export function signatureProblems(built: readonly BuiltEntry[]): IsoProblem[] {
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
  const vendors = refused
    .map(({ image }) => (image === undefined ? undefined : judgeSignature(image).vendor))
    .filter((vendor) => vendor !== undefined);
  for (const vendor of new Set(vendors)) {
    const text = say.secureBootOtherVendor(vendor);
    problems.push({ id: "secure-boot-other-vendor", severity: "warning", text });
  }
  return problems;
}
