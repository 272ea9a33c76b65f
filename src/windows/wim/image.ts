/** One image of a WIM, as the XML data describes it. Texts are empty and numbers undefined where it says nothing. */

export interface WindowsVersion {
  readonly major: number;
  readonly minor: number;
  readonly build: number;
  /** The revision of updates (SPBUILD). */
  readonly spBuild: number;
}

export interface WimImage {
  /** From 1. */
  readonly index: number;
  readonly name: string;
  readonly displayName: string;
  readonly description: string;
  /** What Setup goes by, mostly the edition's id. */
  readonly flags: string;
  /** WINDOWS/EDITIONID: `Professional`, `Core`, `ServerStandard`, `WindowsPE`. */
  readonly editionId: string;
  /** `x86`, `x86_64`, `arm`, `arm64`; empty for what has no Windows in it. */
  readonly architecture: string;
  readonly version: WindowsVersion | undefined;
  readonly languages: readonly string[];
  readonly defaultLanguage: string;
  /** `WinNT` or `ServerNT`. */
  readonly productType: string;
  /** `Client`, `Server`, `Server Core`, `WindowsPE`. */
  readonly installationType: string;
  /** What the files take when they are unpacked. */
  readonly totalBytes: number | undefined;
  readonly directoryCount: number | undefined;
  readonly fileCount: number | undefined;
  readonly created: Date | undefined;
  readonly modified: Date | undefined;
}

/** What a user knows it by. */
export function titleOf(image: WimImage): string {
  return image.displayName || image.name || image.description || image.editionId;
}

/** `10.0.26100.1742`; empty where the image doesn't say. */
export function versionText({ version }: WimImage): string {
  if (version === undefined) return "";
  const { major, minor, build, spBuild } = version;
  return [major, minor, build, spBuild].join(".");
}
