/**
 * Checksum lists as people find them beside an ISO: coreutils' own form (`sum  name`), BSD's and coreutils' `--tag`
 * (`SHA256 (name) = sum`), and a sum alone. What else is in them (comments, PGP signatures, other algorithms) is passed over.
 */

export const ALGORITHMS = ["md5", "sha1", "sha256", "sha512"] as const;

export type Algorithm = (typeof ALGORITHMS)[number];

export interface ListedSum {
  readonly algorithm: Algorithm;
  /** Lower-case hex. */
  readonly sum: string;
  /** As the list has it; undefined where the sum stands alone. */
  readonly name: string | undefined;
}

const BY_DIGITS: Readonly<Record<number, Algorithm>> = {
  32: "md5",
  40: "sha1",
  64: "sha256",
  128: "sha512",
};
/** A leading backslash says that the name has escaped characters (coreutils manual, "cksum output modes"). */
const TAGGED =
  /^(?<escaped>\\?)(?<algorithm>[A-Za-z0-9-]{3,8}) ?\((?<name>.+)\) ?= ?(?<sum>[0-9a-f]{32,128})$/i;
/** Between sum and name: a blank, and a blank or an asterisk. Some publishers have one blank, a tabulator, or two blanks and the asterisk. */
const PLAIN = /^(?<escaped>\\?)(?<sum>[0-9a-f]{32,128})[ \t]+\*?(?<name>\S.*|)$/i;
const ALONE = /^(?<sum>[0-9a-f]{32,128})$/i;

/** By its byte order mark, else UTF-8: Windows PowerShell 5 writes UTF-16LE where its output goes to a file. */
export function decodeList(bytes: Uint8Array): string {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return new TextDecoder("utf-16le").decode(bytes);
  if (first === 0xfe && second === 0xff) return new TextDecoder("utf-16be").decode(bytes);
  return new TextDecoder("utf-8").decode(bytes);
}

/** Every sum that the text lists, in its order. Anything may be in the text. */
export function parseChecksums(text: string): ListedSum[] {
  return text
    .replace(/^\ufeff/, "")
    .split(/\r\n|\n|\r/)
    .flatMap((line) => parseLine(line.trim()));
}

function parseLine(line: string): ListedSum[] {
  const tagged = TAGGED.exec(line)?.groups;
  if (tagged !== undefined) {
    // OpenSSL says SHA2-256 since version 3.
    const said = tagged["algorithm"]?.toLowerCase() ?? "";
    return sumOf(tagged["sum"], nameOf(tagged), said.replace(/^sha2-/, "sha").replace("-", ""));
  }
  const alone = ALONE.exec(line)?.groups;
  if (alone !== undefined) return sumOf(alone["sum"], undefined);
  const plain = PLAIN.exec(line)?.groups;
  return plain === undefined ? [] : sumOf(plain["sum"], nameOf(plain));
}

function sumOf(sum = "", name: string | undefined, said?: string): ListedSum[] {
  const algorithm = BY_DIGITS[sum.length];
  if (algorithm === undefined || (said !== undefined && said !== algorithm)) return [];
  return [{ algorithm, sum: sum.toLowerCase(), name }];
}

function nameOf(groups: Record<string, string | undefined>): string | undefined {
  const name = groups["name"] ?? "";
  if (name === "") return undefined;
  if (groups["escaped"] === "") return name;
  const meaning: Readonly<Record<string, string>> = { n: "\n", r: "\r", "\\": "\\" };
  return name.replaceAll(/\\([nr\\])/g, (_all, letter: string) => meaning[letter] ?? "");
}
