/** A file on a web server, read from its beginning to its end; a connection that breaks is taken up where it broke. */
import { setTimeout as wait } from "node:timers/promises";
import { LifeboatError } from "../../system/errors.ts";
import type { SourceFile } from "../data/source-file.ts";
import { PAUSE_MS, badStatus, failed, nextChunk, request, shown } from "./http-get.ts";
import type { WebOptions } from "./http-get.ts";
import { say } from "./http-messages.ts";

/** In a row, without a single byte between them. */
const MOST_TRIES = 5;

/** @param size as the index or the server said; a server that gives another file is refused. */
export function openWebFile(
  url: URL,
  size: number,
  modified: Date,
  options: WebOptions,
): SourceFile {
  const stream = new WebStream(url, size, options);
  return {
    size,
    sectorSize: 512,
    writable: false,
    read: async (offset, into) => stream.read(offset, into),
    write: async () => {
      throw failed(url, say.status(405));
    },
    flush: async () => {},
    modified: async () => modified,
    close: async () => stream.close(),
  };
}

interface Connection {
  readonly reader: ReadableStreamDefaultReader<Uint8Array>;
  readonly end: () => void;
}

class WebStream {
  readonly #url: URL;
  readonly #size: number;
  readonly #options: WebOptions;
  #connection: Connection | undefined;
  /** Where in the file the next byte comes from. */
  #position = 0;
  #rest: Uint8Array = new Uint8Array(0);
  /** What makes sure that a later connection goes on in the same file (RFC 9110, 13.1.5): a strong ETag, or Last-Modified. */
  #validator: string | undefined;

  constructor(url: URL, size: number, options: WebOptions) {
    this.#url = url;
    this.#size = size;
    this.#options = options;
  }

  async read(offset: number, into: Uint8Array): Promise<void> {
    if (offset !== this.#position) {
      this.close();
      this.#position = offset;
    }
    for (let done = 0; done < into.length;) {
      if (this.#rest.length === 0) this.#rest = await this.#more();
      const part = this.#rest.subarray(0, into.length - done);
      into.set(part, done);
      this.#rest = this.#rest.subarray(part.length);
      this.#position += part.length;
      done += part.length;
    }
    if (this.#position === this.#size) await this.#expectEnd();
  }

  close(): void {
    this.#connection?.end();
    this.#connection = undefined;
    this.#rest = new Uint8Array(0);
  }

  /** At least one byte. */
  async #more(): Promise<Uint8Array> {
    const { signal, pauseMs = PAUSE_MS } = this.#options;
    let last: LifeboatError | undefined;
    for (let attempt = 0; attempt < MOST_TRIES; attempt++) {
      signal.throwIfAborted();
      if (attempt > 0) await this.#pause(pauseMs * 2 ** (attempt - 1));
      try {
        this.#connection ??= await this.#connect();
        // What was read past to get there may have brought more than that.
        if (this.#rest.length > 0) return this.#rest;
        const chunk = await nextChunk(this.#connection.reader, this.#url, this.#options);
        if (chunk !== undefined && chunk.length > 0) return chunk;
        last = undefined;
      } catch (error) {
        if (!(error instanceof LifeboatError) || error.code !== "download-failed") throw error;
        last = error;
      }
      this.close();
    }
    throw last ?? failed(this.#url, say.broken(this.#position, this.#size));
  }

  async #pause(milliseconds: number): Promise<void> {
    const { signal } = this.#options;
    await wait(milliseconds, undefined, { signal }).catch(() => signal.throwIfAborted());
  }

  async #connect(): Promise<Connection> {
    const from = this.#position;
    const resumed = from > 0;
    const headers: Record<string, string> = {};
    if (resumed) {
      headers["range"] = `bytes=${from}-`;
      if (this.#validator !== undefined) headers["if-range"] = this.#validator;
    }
    const { response, end } = await request(this.#url, this.#options, { headers });
    try {
      const { status, body } = response;
      if (status === 404 || status === 410) throw missing(this.#url);
      if ((status !== 200 && !(resumed && status === 206)) || body === null) {
        throw badStatus(this.#url, status);
      }
      const reader = body.getReader() as ReadableStreamDefaultReader<Uint8Array>;
      const total = status === 206 ? this.#totalOfRange(response, from) : lengthOf(response);
      if (total !== undefined && total !== this.#size) {
        throw new LifeboatError(
          "source-changed",
          say.otherSize(shown(this.#url), this.#size, total),
        );
      }
      const validator = validatorOf(response);
      if (resumed && validator !== this.#validator) throw changed(this.#url);
      this.#validator = validator;
      // A server that knows no ranges begins anew: what is known already is read past.
      if (resumed && status === 200) await this.#readPast(reader, from);
      return { reader, end };
    } catch (error) {
      end();
      throw error;
    }
  }

  /** `Content-Range: bytes 5-9/10` (RFC 9110, 14.4); undefined where the total is `*`. */
  #totalOfRange(response: Response, from: number): number | undefined {
    const said = response.headers.get("content-range") ?? "";
    const { first, total } = /^bytes (?<first>\d+)-\d+\/(?<total>\d+|\*)$/.exec(said)?.groups ?? {};
    if (first === undefined || Number(first) !== from) throw failed(this.#url, say.noRange());
    return total === "*" ? undefined : Number(total);
  }

  async #readPast(reader: ReadableStreamDefaultReader<Uint8Array>, bytes: number): Promise<void> {
    let left = bytes;
    while (left > 0) {
      const chunk = await nextChunk(reader, this.#url, this.#options);
      if (chunk === undefined) throw failed(this.#url, say.noRange());
      if (chunk.length > left) this.#rest = chunk.subarray(left);
      left -= chunk.length;
    }
  }

  /** How many bytes come next. The file is whole: a connection that breaks now harms nothing. */
  async #surplus(): Promise<number> {
    if (this.#connection === undefined) return 0;
    const { reader } = this.#connection;
    const chunk = await nextChunk(reader, this.#url, this.#options).catch(() => undefined);
    return chunk?.length ?? 0;
  }

  /** A server that said no length may have more than the index says. */
  async #expectEnd(): Promise<void> {
    const more = this.#rest.length > 0 ? this.#rest.length : await this.#surplus();
    this.close();
    if (more === 0) return;
    const text = say.otherSize(shown(this.#url), this.#size, this.#size + more);
    throw new LifeboatError("source-changed", text);
  }
}

export function lengthOf(response: Response): number | undefined {
  const said = response.headers.get("content-length");
  return said !== null && /^\d{1,15}$/.test(said) ? Number(said) : undefined;
}

export function missing(url: URL): LifeboatError {
  return new LifeboatError("source-file-missing", say.missing(shown(url)));
}

function changed(url: URL): LifeboatError {
  return new LifeboatError("source-changed", say.changedMeanwhile(shown(url)));
}

function validatorOf({ headers }: Response): string | undefined {
  const tag = headers.get("etag");
  if (tag !== null && !tag.startsWith("W/")) return tag;
  return headers.get("last-modified") ?? undefined;
}
