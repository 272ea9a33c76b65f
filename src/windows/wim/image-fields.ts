/** From the texts of an IMAGE element to an image: names of the elements as DISM and wimlib write them. */
import type { WimImage, WindowsVersion } from "./image.ts";

/** Path below IMAGE → its texts, in their order. */
export type ImageTexts = ReadonlyMap<string, readonly string[]>;

/** The paths that are kept. */
export const IMAGE_PATHS: ReadonlySet<string> = new Set([
  "NAME",
  "DISPLAYNAME",
  "DESCRIPTION",
  "FLAGS",
  "DIRCOUNT",
  "FILECOUNT",
  "TOTALBYTES",
  "CREATIONTIME/HIGHPART",
  "CREATIONTIME/LOWPART",
  "LASTMODIFICATIONTIME/HIGHPART",
  "LASTMODIFICATIONTIME/LOWPART",
  "WINDOWS/ARCH",
  "WINDOWS/EDITIONID",
  "WINDOWS/INSTALLATIONTYPE",
  "WINDOWS/PRODUCTTYPE",
  "WINDOWS/LANGUAGES/LANGUAGE",
  "WINDOWS/LANGUAGES/DEFAULT",
  "WINDOWS/VERSION/MAJOR",
  "WINDOWS/VERSION/MINOR",
  "WINDOWS/VERSION/BUILD",
  "WINDOWS/VERSION/SPBUILD",
]);

/** PROCESSOR_ARCHITECTURE_… of Windows' headers, in the names that this program uses elsewhere. */
const ARCHITECTURES: Readonly<Record<string, string>> = {
  "0": "x86",
  "5": "arm",
  "6": "ia64",
  "9": "x86_64",
  "12": "arm64",
};

/** From 1601-01-01 to 1970-01-01, in milliseconds. */
const FILETIME_EPOCH_MS = 11_644_473_600_000;

export function imageOf(index: number, texts: ImageTexts): WimImage {
  const text = (path: string) => texts.get(path)?.[0]?.trim() ?? "";
  const arch = text("WINDOWS/ARCH");
  return {
    index,
    name: text("NAME"),
    displayName: text("DISPLAYNAME"),
    description: text("DESCRIPTION"),
    flags: text("FLAGS"),
    editionId: text("WINDOWS/EDITIONID"),
    architecture: (Object.hasOwn(ARCHITECTURES, arch) ? ARCHITECTURES[arch] : undefined) ?? arch,
    version: versionOf(text),
    languages: [...new Set(texts.get("WINDOWS/LANGUAGES/LANGUAGE")?.map((one) => one.trim()))],
    defaultLanguage: text("WINDOWS/LANGUAGES/DEFAULT"),
    productType: text("WINDOWS/PRODUCTTYPE"),
    installationType: text("WINDOWS/INSTALLATIONTYPE"),
    totalBytes: numberOf(text("TOTALBYTES")),
    directoryCount: numberOf(text("DIRCOUNT")),
    fileCount: numberOf(text("FILECOUNT")),
    created: timeOf(text, "CREATIONTIME"),
    modified: timeOf(text, "LASTMODIFICATIONTIME"),
  };
}

function versionOf(text: (path: string) => string): WindowsVersion | undefined {
  const part = (name: string) => numberOf(text(`WINDOWS/VERSION/${name}`));
  const [major, minor, build] = [part("MAJOR"), part("MINOR"), part("BUILD")];
  if (major === undefined || minor === undefined || build === undefined) return undefined;
  return { major, minor, build, spBuild: part("SPBUILD") ?? 0 };
}

function timeOf(text: (path: string) => string, name: string): Date | undefined {
  const high = numberOf(text(`${name}/HIGHPART`));
  const low = numberOf(text(`${name}/LOWPART`));
  if (high === undefined || low === undefined || high > 0xffff_ffff || low > 0xffff_ffff) {
    return undefined;
  }
  // FILETIME: units of 100 ns.
  const units = (BigInt(high) << 32n) | BigInt(low);
  return new Date(Number(units / 10_000n) - FILETIME_EPOCH_MS);
}

/** Decimal, or hexadecimal with 0x. */
function numberOf(text: string): number | undefined {
  if (!/^(?:\d{1,20}|0x[0-9a-f]{1,16})$/i.test(text)) return undefined;
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : undefined;
}
