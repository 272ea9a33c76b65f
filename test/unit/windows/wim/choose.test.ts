import { expect, test } from "vitest";
import type { LifeboatError } from "../../../../src/system/errors.ts";
import type { WimImage } from "../../../../src/windows/wim/index.ts";
import { chooseImage } from "../../../../src/windows/wim/index.ts";

function image(index: number, changes: Partial<WimImage> = {}): WimImage {
  return {
    index,
    name: `Windows 11 ${index}`,
    displayName: "",
    description: "",
    flags: "",
    editionId: "",
    architecture: "x86_64",
    version: { major: 10, minor: 0, build: 26100, spBuild: 1 },
    languages: [],
    defaultLanguage: "",
    productType: "",
    installationType: "",
    totalBytes: undefined,
    directoryCount: undefined,
    fileCount: undefined,
    created: undefined,
    modified: undefined,
    ...changes,
  };
}

const IMAGES = [
  image(1, { editionId: "Core", displayName: "Windows 11 Home" }),
  image(2, { editionId: "Professional", displayName: "Windows 11 Pro", name: "Win 11 Pro" }),
  image(3, { editionId: "Professional", displayName: "Windows 11 专业版", architecture: "arm64" }),
];

function failure(...given: Parameters<typeof chooseImage>): LifeboatError {
  try {
    chooseImage(...given);
  } catch (error) {
    return error as LifeboatError;
  }
  throw new Error("nothing was thrown");
}

test("by number, by name, by display name, by edition, whatever the case", () => {
  const chosen = (choice: Parameters<typeof chooseImage>[1]) => chooseImage(IMAGES, choice).index;
  expect(chosen({ index: 3 })).toBe(3);
  expect(chosen({ edition: "win 11 PRO" })).toBe(2);
  expect(chosen({ edition: " windows  11 home " })).toBe(1);
  expect(chosen({ edition: "core" })).toBe(1);
  expect(chosen({ edition: "Windows 11 专业版" })).toBe(3);
  expect(chosen({ edition: "professional", index: 2 })).toBe(2);
  expect(chooseImage(IMAGES.slice(0, 1), {}).index).toBe(1);
});

test("what isn't there lists what is", () => {
  const unknown = failure(IMAGES, { edition: "Enterprise" });
  expect(unknown).toMatchObject({ code: "wim-image-unknown", kind: "usage" });
  expect(unknown.hint?.en).toBe(
    "There are: 1 Windows 11 Home (Core, x86_64, 10.0.26100.1); " +
      "2 Windows 11 Pro (Professional, x86_64, 10.0.26100.1); " +
      "3 Windows 11 专业版 (Professional, arm64, 10.0.26100.1)",
  );
  expect(failure(IMAGES, { index: 4 }).code).toBe("wim-image-unknown");
  expect(failure(IMAGES, { index: 1, edition: "Professional" }).code).toBe("wim-image-unknown");
  expect(failure([], {}).code).toBe("wim-image-unknown");
});

test("what fits several lists these, and no choice among several is asked for", () => {
  const several = failure(IMAGES, { edition: "Professional" });
  expect(several.code).toBe("wim-image-ambiguous");
  expect(several.hint?.en).not.toContain("Home");
  expect(failure(IMAGES, {}).code).toBe("wim-image-ambiguous");
  const many = Array.from({ length: 400 }, (_, index) => image(index + 1));
  expect(failure(many, {}).hint?.en.length).toBeLessThan(3000);
});
