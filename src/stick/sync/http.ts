/** A web server as a source: an index, and files beside it. */
import { LifeboatError } from "../../system/errors.ts";
import { MIB } from "../../system/sizes.ts";
import { lengthOf, missing, openWebFile } from "./http-file.ts";
import type { WebOptions } from "./http-get.ts";
import { badStatus, fetchDocument, request, shown } from "./http-get.ts";
import { parseIndex } from "./http-index.ts";
import { say } from "./http-messages.ts";
import { tooLargeRules } from "./rules-file.ts";
import type { MeasuredFile, RulesText, SyncFile, SyncSource } from "./source.ts";
import { LARGEST_RULES_BYTES, RULES_NAME } from "./source.ts";

const LARGEST_INDEX_BYTES = 16 * MIB;
/** In a folder: the first of them that is there. */
const INDEX_NAMES = ["index.json", "SHA256SUMS"];

export function isWebAddress(text: string): boolean {
  return /^https?:\/\//i.test(text) && URL.canParse(text);
}

/**
 * @param address of an index, or with a `/` at its end of a folder with one.
 * @throws LifeboatError `no-index`, `sync-index`, `sync-rules`, `download-failed`.
 */
export async function openWebSource(address: string, options: WebOptions): Promise<SyncSource> {
  const url = new URL(address);
  const { at, bytes } = await findIndex(url, options);
  const { files, notes } = parseIndex(bytes, shown(at));
  return {
    id: shown(url),
    files,
    notes,
    rules: await fetchRules(at, options),
    measure: async (file) => measure(file, at, options),
    open: async ({ path, sizeBytes, modified }) =>
      openWebFile(beside(at, path), sizeBytes, modified ?? new Date(), options),
  };
}

async function findIndex(url: URL, options: WebOptions): Promise<{ at: URL; bytes: Buffer }> {
  const places = url.pathname.endsWith("/") ? INDEX_NAMES.map((name) => beside(url, name)) : [url];
  for (const at of places) {
    const bytes = await fetchDocument(at, LARGEST_INDEX_BYTES, options);
    if (bytes !== undefined) return { at, bytes };
  }
  throw new LifeboatError("no-index", say.noIndex(shown(url)), {
    kind: "usage",
    hint: say.noIndexHint(),
  });
}

async function fetchRules(index: URL, options: WebOptions): Promise<RulesText | undefined> {
  const at = beside(index, RULES_NAME);
  // One byte more: so that too much is told from what just fits.
  const bytes = await fetchDocument(at, LARGEST_RULES_BYTES + 1, options);
  if (bytes === undefined) return undefined;
  if (bytes.length > LARGEST_RULES_BYTES) throw tooLargeRules(shown(at));
  return { bytes, where: shown(at) };
}

/** Asks the server where the index says no size. */
async function measure(file: SyncFile, index: URL, options: WebOptions): Promise<MeasuredFile> {
  if (file.sizeBytes !== undefined) return { ...file, sizeBytes: file.sizeBytes };
  const url = beside(index, file.path);
  const { response, end } = await request(url, options, { method: "HEAD" });
  end();
  if (response.status === 404 || response.status === 410) throw missing(url);
  if (response.status !== 200) throw badStatus(url, response.status);
  const sizeBytes = lengthOf(response);
  if (sizeBytes === undefined) {
    throw new LifeboatError("source-file-missing", say.noSize(shown(url)));
  }
  const modified = new Date(response.headers.get("last-modified") ?? "");
  const isKnown = !Number.isNaN(modified.getTime());
  return { ...file, sizeBytes, ...(file.modified === undefined && isKnown && { modified }) };
}

/** @param path relative to the folder that `url` lies in; every part of it is a name and no more. */
function beside(url: URL, path: string): URL {
  const at = new URL(path.split("/").map(encodeURIComponent).join("/"), new URL(".", url));
  at.search = "";
  at.username = url.username;
  at.password = url.password;
  return at;
}
