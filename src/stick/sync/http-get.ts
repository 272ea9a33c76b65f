/** One request to a web server (RFC 9110): redirects counted, waiting limited, errors in lifeboat's words. */
import { LifeboatError } from "../../system/errors.ts";
import { formatSize } from "../../system/sizes.ts";
import type { Text } from "../../system/text.ts";
import { NETWORK, say } from "./http-messages.ts";

export interface WebOptions {
  readonly signal: AbortSignal;
  /** How long a server may be silent, in milliseconds. Default: a minute. */
  readonly silenceMs?: number;
  /** The wait before the first new try, in milliseconds; it doubles each time. Default: half a second. */
  readonly pauseMs?: number;
}

export const SILENCE_MS = 60_000;
export const PAUSE_MS = 500;

const MOST_REDIRECTS = 5;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);

export interface WebRequest {
  readonly method?: "GET" | "HEAD";
  readonly headers?: Readonly<Record<string, string>>;
}

/** An answer whose body is still to be read, or cancelled. */
export interface WebAnswer {
  readonly response: Response;
  /** Ends the connection. */
  readonly end: () => void;
}

/**
 * @param url may have user and password in it: they go to its own origin only, and into no message.
 * @throws LifeboatError `download-failed`, `too-many-redirects`; the signal's reason where it is aborted.
 */
export async function request(
  url: URL,
  { signal, silenceMs = SILENCE_MS }: WebOptions,
  { method = "GET", headers = {} }: WebRequest = {},
): Promise<WebAnswer> {
  let at = url;
  for (let redirects = 0; redirects <= MOST_REDIRECTS; redirects++) {
    const ending = new AbortController();
    const silent = setTimeout(() => ending.abort(new Error("timeout")), silenceMs);
    const response = await fetch(withoutUser(at), {
      method,
      headers: { ...headers, "accept-encoding": "identity", ...loginFor(at, url) },
      redirect: "manual",
      signal: AbortSignal.any([signal, ending.signal]),
    })
      .catch((cause: unknown) => {
        signal.throwIfAborted();
        throw failed(at, ending.signal.aborted ? say.silent(silenceMs) : reasonOf(cause), cause);
      })
      .finally(() => clearTimeout(silent));
    const end = () => ending.abort();
    const location = response.headers.get("location");
    if (!REDIRECTS.has(response.status) || location === null) return { response, end };
    end();
    at = follow(at, location);
  }
  throw new LifeboatError("too-many-redirects", say.tooManyRedirects(shown(url)));
}

/** A document of at most `mostBytes`; undefined where there is none (404, 410). */
export async function fetchDocument(
  url: URL,
  mostBytes: number,
  options: WebOptions,
): Promise<Buffer | undefined> {
  const { response, end } = await request(url, options);
  try {
    if (response.status === 404 || response.status === 410) return undefined;
    if (response.status !== 200 || response.body === null) throw badStatus(url, response.status);
    const chunks: Uint8Array[] = [];
    let size = 0;
    const reader = response.body.getReader();
    for (;;) {
      const chunk = await nextChunk(reader, url, options);
      if (chunk === undefined) return Buffer.concat(chunks);
      size += chunk.length;
      if (size > mostBytes) throw failed(url, say.tooLarge(formatSize(mostBytes)));
      chunks.push(chunk);
    }
  } finally {
    end();
  }
}

/** Undefined at the end. @throws LifeboatError `download-failed` where the connection breaks or is silent for too long. */
export async function nextChunk(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  url: URL,
  { signal, silenceMs = SILENCE_MS }: WebOptions,
): Promise<Uint8Array | undefined> {
  let silent: NodeJS.Timeout | undefined;
  const waiting = new Promise<never>((_resolve, reject) => {
    silent = setTimeout(() => reject(failed(url, say.silent(silenceMs))), silenceMs);
  });
  try {
    const { value } = await Promise.race([reader.read(), waiting]);
    return value;
  } catch (cause) {
    signal.throwIfAborted();
    throw cause instanceof LifeboatError ? cause : failed(url, reasonOf(cause), cause);
  } finally {
    clearTimeout(silent);
  }
}

/** @throws LifeboatError `download-failed` where it leads off the web, or from an encrypted connection to an open one. */
function follow(from: URL, location: string): URL {
  const to = URL.canParse(location, from.href) ? new URL(location, from) : undefined;
  const isWeb =
    to?.protocol === "https:" || (to?.protocol === "http:" && from.protocol === "http:");
  if (to === undefined || !isWeb) throw failed(from, say.badRedirect(JSON.stringify(location)));
  return to;
}

function loginFor(at: URL, first: URL): Record<string, string> {
  if (first.username === "" || at.origin !== first.origin) return {};
  const login = `${decodeURIComponent(first.username)}:${decodeURIComponent(first.password)}`;
  return { authorization: `Basic ${Buffer.from(login).toString("base64")}` };
}

/** fetch refuses addresses with a user in them. */
export function withoutUser(url: URL): URL {
  const plain = new URL(url);
  plain.username = "";
  plain.password = "";
  return plain;
}

export function shown(url: URL): string {
  return withoutUser(url).href;
}

export function badStatus(url: URL, status: number): LifeboatError {
  return failed(url, say.status(status));
}

export function failed(url: URL, reason: Text, cause?: unknown): LifeboatError {
  return new LifeboatError("download-failed", say.failed(shown(url), reason), {
    hint: say.failedHint(),
    ...(cause !== undefined && { cause }),
  });
}

/** fetch says only "fetch failed"; what failed is the cause of that. */
function reasonOf(error: unknown): Text {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const { code = "" } = cause as NodeJS.ErrnoException;
  const message = cause instanceof Error && cause.message !== "" ? cause.message : code;
  return NETWORK[code] ?? { en: message, zh: message };
}
