/** `sync` from a web server on this computer: a good one, and ones that break, lie and change in the middle. */
import { createHash, randomBytes } from "node:crypto";
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { openWebSource } from "../../../src/stick/sync/http.ts";
import { openWebFile } from "../../../src/stick/sync/http-file.ts";
import { parseIndex } from "../../../src/stick/sync/http-index.ts";
import {
  MIB,
  buildStick,
  expectCleanStick,
  hashesByOthers,
  suiteFolder,
} from "../../support/sticks.ts";
import { brief, imagesOn, lay, planOf, syncImage } from "../../support/sync.ts";

const sha256 = (data: Uint8Array) => createHash("sha256").update(data).digest("hex");
const options = { signal: new AbortController().signal, silenceMs: 10_000, pauseMs: 1 };

let folder = "";
let base = "";
let answer: RequestListener = (_request, response) => response.end();
let asked: string[] = [];

const server = createServer((request, response) => {
  asked.push(`${request.method} ${request.url} ${request.headers.range ?? ""}`.trim());
  answer(request, response);
});

beforeAll(async () => {
  folder = await suiteFolder();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
});

beforeEach(() => {
  asked = [];
});

type Files = Readonly<Record<string, Uint8Array | string>>;

interface Server {
  readonly ranges?: boolean;
  /** Breaks the connection after so many bytes of each answer. */
  readonly breakAfter?: number;
  readonly noLength?: boolean;
  readonly tag?: () => string;
}

/** A small web server, as far as sync needs one. */
function serve(files: Files, { ranges = true, breakAfter, noLength, tag }: Server = {}) {
  answer = (request: IncomingMessage, response: ServerResponse) => {
    const content = files[decodeURIComponent(request.url ?? "").slice(1)];
    if (content === undefined) return response.writeHead(404).end("no such file");
    const whole = Buffer.from(content);
    const first = /^bytes=(\d+)-$/.exec(request.headers.range ?? "")?.[1];
    const current = tag?.();
    const fits =
      request.headers["if-range"] === undefined || request.headers["if-range"] === current;
    const from = ranges && first !== undefined && fits ? Number(first) : 0;
    const body = whole.subarray(from);
    const isPart = ranges && first !== undefined && fits;
    response.writeHead(isPart ? 206 : 200, {
      ...(isPart && { "content-range": `bytes ${from}-${whole.length - 1}/${whole.length}` }),
      ...(!noLength && { "content-length": body.length }),
      ...(current !== undefined && { etag: current }),
    });
    if (request.method === "HEAD") return response.end();
    if (breakAfter === undefined || body.length <= breakAfter) return response.end(body);
    response.write(body.subarray(0, breakAfter), () => response.destroy());
    return response;
  };
}

const readAll = async (size: number, chunk = 1000, name = "f") => {
  const file = openWebFile(new URL(name, base), size, new Date(0), options);
  try {
    const into = Buffer.alloc(size);
    for (let at = 0; at < size; at += chunk) await file.read(at, into.subarray(at, at + chunk));
    return into;
  } finally {
    await file.close();
  }
};

describe("a file", () => {
  const data = randomBytes(100_000);

  test("comes by one request where nothing happens", async () => {
    serve({ f: data });
    expect((await readAll(data.length)).equals(data)).toBe(true);
    expect(asked).toEqual(["GET /f"]);
  });

  test("goes on where the connection broke, however often", async () => {
    serve({ f: data }, { breakAfter: 30_001, tag: () => '"one"' });
    expect((await readAll(data.length)).equals(data)).toBe(true);
    expect(asked[0]).toBe("GET /f");
    expect(asked.length).toBeGreaterThan(3);
    expect(asked.slice(1).every((line) => /^GET \/f bytes=\d+-$/.test(line))).toBe(true);
  });

  test("without ranges, what is there already is read past", async () => {
    let breaks = 1;
    const good = { f: data };
    serve(good, { ranges: false });
    const whole = answer;
    answer = (request, response) => {
      serve(good, { ranges: false, ...(breaks-- > 0 && { breakAfter: 50_000 }) });
      const one = answer;
      answer = whole;
      one(request, response);
    };
    expect((await readAll(data.length)).equals(data)).toBe(true);
    expect(asked).toHaveLength(2);
  });

  test("is given up where each new try brings nothing", async () => {
    answer = (_request, response) => response.destroy();
    await expect(readAll(10)).rejects.toMatchObject({ code: "download-failed" });
    expect(asked).toHaveLength(5);
  });

  test("a silent server is not waited for without end", async () => {
    answer = (_request, response) => {
      response.writeHead(200, { "content-length": 10 });
      response.write("12345");
    };
    const file = openWebFile(new URL("f", base), 10, new Date(0), { ...options, silenceMs: 50 });
    await expect(file.read(0, Buffer.alloc(10))).rejects.toMatchObject({
      code: "download-failed",
    });
    await file.close();
  });

  test("that changes in the middle is no whole file", async () => {
    let version = 0;
    serve({ f: data }, { breakAfter: 50_000, tag: () => `"${version++}"` });
    await expect(readAll(data.length)).rejects.toMatchObject({ code: "source-changed" });
  });

  test("of another size is refused, longer or shorter, whether the server says so or not", async () => {
    for (const noLength of [false, true]) {
      serve({ f: data }, { noLength });
      await expect(readAll(data.length - 1)).rejects.toMatchObject({ code: "source-changed" });
    }
    serve({ f: data });
    await expect(readAll(data.length + 1)).rejects.toMatchObject({ code: "source-changed" });
  });

  test("a cancel ends it with its reason", async () => {
    const abort = new AbortController();
    const reason = new Error("cancelled by a test");
    answer = (_request, response) => {
      response.writeHead(200, { "content-length": 10 });
      response.write("12345", () => abort.abort(reason));
    };
    const file = openWebFile(new URL("f", base), 10, new Date(0), {
      ...options,
      signal: abort.signal,
    });
    await expect(file.read(0, Buffer.alloc(10))).rejects.toBe(reason);
    await file.close();
  });
});

describe("the index", () => {
  test("JSON, coreutils' form and BSD's", () => {
    const sum = "ab".repeat(32);
    const json = { files: [{ path: "a/b.iso", size: 5, sha256: sum, other: 1 }] };
    expect(parseIndex(Buffer.from(JSON.stringify(json)), "u").files).toMatchObject([
      { path: "a/b.iso", sizeBytes: 5, sums: [{ sum }] },
    ]);
    const list = `${sum} *./a.iso\nSHA256 (深.iso) = ${sum}\n# comment\n`;
    expect(parseIndex(Buffer.from(list), "u").files.map(({ path }) => path)).toEqual([
      "a.iso",
      "深.iso",
    ]);
  });

  test("names that lead elsewhere are left out and said", () => {
    const paths = ["../a.iso", "/a.iso", "a\u001b[2J.iso", "C:\\a.iso", "x/../../a.iso", "ok.iso"];
    const { files, notes } = parseIndex(
      Buffer.from(JSON.stringify({ files: paths.map((path) => ({ path })) })),
      "u",
    );
    expect(files.map(({ path }) => path)).toEqual(["ok.iso"]);
    expect(notes).toHaveLength(5);
    expect(notes.every(({ en }) => !/[\u0000-\u001f]/.test(en))).toBe(true);
  });

  test.each(["<html>", "", "{", '{"files":[{"path":"a","size":-1}]}', '{"files":{}}', "[]"])(
    "%j is none",
    (text) => {
      expect(() => parseIndex(Buffer.from(text), "u")).toThrow(/The index at u can't/);
    },
  );

  test("is looked for in a folder; where there is none, that is said", async () => {
    serve({ "isos/SHA256SUMS": `${sha256(Buffer.from("x"))}  a.iso\n` });
    const { files, id } = await openWebSource(`${base}isos/`, options);
    expect(files).toHaveLength(1);
    expect(id).toBe(`${base}isos/`);
    await expect(openWebSource(`${base}other/`, options)).rejects.toMatchObject({
      code: "no-index",
      kind: "usage",
    });
  });

  test("redirects are followed, but not round in a circle nor off the web", async () => {
    serve({ "new/SHA256SUMS": `${sha256(Buffer.from("x"))}  a.iso\n` });
    const files = answer;
    const redirect = (to: string) => {
      answer = (request, response) => {
        if (request.url?.startsWith("/new/")) files(request, response);
        else if (request.url?.endsWith(".yaml")) response.writeHead(404).end();
        else response.writeHead(302, { location: to }).end();
      };
    };
    redirect("/new/SHA256SUMS");
    expect((await openWebSource(`${base}old`, options)).files).toHaveLength(1);
    redirect("/again");
    await expect(openWebSource(`${base}old`, options)).rejects.toMatchObject({
      code: "too-many-redirects",
    });
    redirect("file:///etc/passwd");
    await expect(openWebSource(`${base}old`, options)).rejects.toMatchObject({
      code: "download-failed",
    });
  });

  test("that never ends is cut off", async () => {
    answer = (_request, response) => {
      const more = () => {
        while (!response.destroyed && response.write(Buffer.alloc(MIB, 65)));
        if (!response.destroyed) response.once("drain", more);
      };
      more();
    };
    await expect(openWebSource(`${base}index`, options)).rejects.toMatchObject({
      code: "download-failed",
      text: { en: expect.stringMatching(/larger than 16/) as string },
    });
  });

  test("user and password go to the server and into no message", async () => {
    let login = "";
    answer = (request, response) => {
      login = request.headers.authorization ?? "";
      response.writeHead(500).end();
    };
    const address = base.replace("//", "//me:s%3Acret@");
    await expect(openWebSource(`${address}x`, options)).rejects.toMatchObject({
      text: { en: `Can't get ${base}x: the server answered with status 500` },
    });
    expect(Buffer.from(login.slice(6), "base64").toString()).toBe("me:s:cret");
  });
});

describe("a stick", () => {
  const a = randomBytes(3 * MIB + 5);
  const b = randomBytes(2 * MIB);
  const list = `${sha256(a)}  a.img\n${sha256(b)}  深/b c.img\n`;
  let image = "";

  beforeAll(async () => {
    image = join(folder, "stick.img");
    await buildStick(image, { fileSystem: "fat32" });
  });

  test("follows the index: wrong content isn't kept, and the next sync gets what is left", async () => {
    const rules = "exclude: [other.img]\n";
    const bad = { SHA256SUMS: `${list}${sha256(b)}  other.img\n`, "lifeboat-sync.yaml": rules };
    serve({ ...bad, "a.img": a, "深/b c.img": a });
    const address = `${base}SHA256SUMS`;
    const first = await syncImage(image, await openWebSource(address, options));
    expect(brief(first.plan)).toEqual(["add /a.img new", "add /深/b c.img new"]);
    expect(first.failed).toMatchObject([{ error: { code: "checksum-mismatch" } }]);
    expect(await imagesOn(image)).toEqual(["/a.img"]);
    serve({ ...bad, "a.img": a, "深/b c.img": b }, { breakAfter: MIB });
    const second = await syncImage(image, await openWebSource(address, options));
    expect(brief(second.plan)).toEqual(["add /深/b c.img new", "keep /a.img same-checksum"]);
    expect(await hashesByOthers(image, "fat32", ["/a.img", "/深/b c.img"])).toEqual([
      sha256(a),
      sha256(b),
    ]);
    await expectCleanStick(image, "fat32");
    // A file that the index names and the server hasn't is not retired.
    serve({ ...bad, "a.img": a });
    const third = await planOf(image, await openWebSource(address, options));
    expect(brief(third)).toEqual(["keep /a.img same-checksum", "skip /深/b c.img not-possible"]);
  });

  test("a server that goes away leaves what came before, and the stick clean", async () => {
    const index = {
      files: [
        { path: "x.img", size: 5 * MIB },
        { path: "y.img", size: b.length },
      ],
    };
    serve({ "index.json": JSON.stringify(index), "y.img": b });
    const files = answer;
    answer = (request, response) => {
      if (request.url === "/x.img") response.destroy();
      else files(request, response);
    };
    const source = await openWebSource(base, options);
    await expect(syncImage(image, source)).rejects.toMatchObject({ code: "download-failed" });
    expect(await imagesOn(image)).not.toContain("/x.img");
    await expectCleanStick(image, "fat32");
  });

  test("a rules file of this computer wins over the server's", async () => {
    serve({ SHA256SUMS: list, "lifeboat-sync.yaml": "to: [\n", "a.img": a });
    const source = await openWebSource(`${base}SHA256SUMS`, options);
    await expect(planOf(image, source)).rejects.toMatchObject({ code: "sync-rules" });
    const own = await lay(folder, "own.yaml", "include: [a.img]\nto: /elsewhere\n");
    const { actions } = await planOf(image, source, own);
    expect(actions[0]).toMatchObject({ action: "add", path: "/elsewhere/a.img" });
  });
});
