/** Checksum files beside ISOs, as coreutils, OpenSSL and publishers write them, and what `verify --deep` makes of them. */
import { appendFile, mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import * as fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { addFiles } from "../../../src/stick/add.ts";
import { findPublished } from "../../../src/stick/checksums/find.ts";
import { parseChecksums } from "../../../src/system/checksum-list.ts";
import { openData } from "../../../src/stick/stick.ts";
import { verifyStick } from "../../../src/stick/verify/verify.ts";
import { run } from "../../../src/system/run.ts";
import { quietJob } from "../../support/jobs.ts";
import {
  buildStick,
  fixtureIso,
  refreshTools,
  suiteFolder,
  withStick,
} from "../../support/sticks.ts";
import { judge } from "../../support/tools.ts";
import { copySparse } from "../../support/copy-sparse.ts";

const NAME = "救援 live (1).iso";

let folder = "";
beforeAll(async () => {
  folder = await suiteFolder();
  await copySparse(await fixtureIso("debian-live", join(folder, "made")), join(folder, NAME));
});

/** What a program prints when it runs beside the ISO. */
const printed = async (program: string, ...args: string[]) =>
  judge("sh", ["-c", 'cd "$0" && exec "$@"', folder, program, ...args]);

describe("reading", () => {
  test.each([
    ["md5", ["md5sum", NAME]],
    ["sha1", ["sha1sum", NAME]],
    ["sha256", ["sha256sum", NAME]],
    ["sha256", ["sha256sum", "--binary", NAME]],
    ["sha512", ["sha512sum", "--tag", NAME]],
    ["sha256", ["cksum", "-a", "sha256", NAME]],
    ["sha512", ["cksum", "-a", "sha512", "--untagged", NAME]],
    ["md5", ["openssl", "dgst", "-md5", NAME]],
    ["sha256", ["openssl", "dgst", "-sha256", NAME]],
  ] as const)("%s by %s", async (algorithm, [program, ...args]) => {
    const sum = (await printed(`${algorithm}sum`, NAME)).slice(0, 32);
    const [found, ...more] = parseChecksums(await printed(program, ...args));
    expect(found).toMatchObject({ algorithm, name: NAME });
    expect(found?.sum.slice(0, 32)).toBe(sum);
    expect(more).toEqual([]);
  });

  test("names with line ends and backslashes, as sha256sum escapes them", async () => {
    const odd = "a\\b\nc\rd.iso";
    await writeFile(join(folder, odd), "x");
    for (const tag of [[], ["--tag"]]) {
      expect(parseChecksums(await printed("sha256sum", ...tag, odd))).toMatchObject([
        { name: odd },
      ]);
    }
    await rm(join(folder, odd));
  });

  test("other algorithms, comments and signatures are passed over", async () => {
    const text = [
      "-----BEGIN PGP SIGNED MESSAGE-----",
      "Hash: SHA256",
      "",
      "# Fedora-Workstation-Live-42.iso: 2398523392 bytes",
      (await printed("b2sum", "--tag", NAME)).trim(),
      (await printed("sha224sum", NAME)).trim(),
      `SHA256 (x.iso) = ${"A".repeat(64)}\r`,
      `SHA512 (x.iso) = ${"a".repeat(64)}`,
      "-----BEGIN PGP SIGNATURE-----",
      "iQIzBAEBCAAdFiEEsPR6bQ+BvMnpCn7vyzEc",
      "-----END PGP SIGNATURE-----",
    ].join("\n");
    expect(parseChecksums(`\ufeff${text}`)).toEqual([
      { algorithm: "sha256", sum: "a".repeat(64), name: "x.iso" },
    ]);
  });

  test("whatever is in a file is read without an error, and every sum is one", () => {
    const hex = fc.string({
      unit: fc.constantFrom(...Array.from("0123456789abcdefABCDEF")),
      maxLength: 130,
    });
    const piece = fc.oneof(
      hex,
      fc.string(),
      fc.constantFrom("\n", "  ", " *", "SHA256 (", ") = ", "\\"),
    );
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        for (const { algorithm, sum } of parseChecksums(pieces.join(""))) {
          expect(sum).toMatch(/^[0-9a-f]+$/);
          expect(sum).toHaveLength({ md5: 32, sha1: 40, sha256: 64, sha512: 128 }[algorithm]);
        }
      }),
      { numRuns: Number(process.env["LIFEBOAT_FUZZ"] ?? 500) },
    );
  });

  test("a long line takes no longer than a short one, by the letter", () => {
    const started = Date.now();
    parseChecksums(`${"a".repeat(64)} ${" ".repeat(4 << 20)}`);
    parseChecksums(`SHA256 (${"(".repeat(4 << 20)}`);
    expect(Date.now() - started).toBeLessThan(5_000);
  });
});

describe("verify --deep", () => {
  let image = "";

  const verify = async () =>
    withStick(image, async (stick) => verifyStick(stick, { deep: true }, run, quietJob()));
  const checksums = async () => {
    const { ok, findings } = await verify();
    const about = findings.filter(({ id }) => /^checksum|^hash|^iso-changed/.test(id));
    return {
      ok,
      found: about.map(({ id, severity, where, what }) => ({ id, severity, where, what: what.en })),
    };
  };
  const put = async (path: string, text: string) =>
    withStick(image, async (stick) => {
      const volume = await openData(stick, run);
      await volume.writeFile(path, Buffer.from(text));
      await stick.disk.flush();
    });
  const remove = async (...paths: string[]) =>
    withStick(image, async (stick) => {
      const volume = await openData(stick, run);
      for (const path of paths) await volume.remove(path);
      await stick.disk.flush();
    });

  beforeAll(async () => {
    image = join(folder, "stick.img");
    await buildStick(image, { isos: [join(folder, NAME)] });
    await withStick(image, async (stick) => {
      const volume = await openData(stick, run);
      await volume.makeDirectory("/more");
      const other = join(folder, "other");
      await mkdir(other);
      await copySparse(join(folder, NAME), join(other, "Other.iso"));
      // One byte: another file.
      await appendFile(join(other, "Other.iso"), Buffer.alloc(2048));
      const options = { folder: "/more" };
      await addFiles(stick, [join(other, "Other.iso")], await refreshTools(), quietJob(), options);
    });
  });

  test("says nothing of ISOs that lifeboat added, without checksum files", async () => {
    expect(await checksums()).toEqual({ ok: true, found: [] });
  });

  test("every kind of file is found, and right", async () => {
    await put(`/${NAME}.sha256`, await printed("sha256sum", NAME));
    await put(`/${NAME}.md5`, `${(await printed("md5sum", NAME)).slice(0, 32)}\n`);
    await put("/SHA512SUMS", `${"0".repeat(128)}  absent.iso\n${await printed("sha512sum", NAME)}`);
    await put("/Rescue-42-CHECKSUM", await printed("sha1sum", "--tag", NAME));
    const { ok, found } = await checksums();
    expect(ok).toBe(true);
    const what = (algorithm: string, source: string) =>
      `/${NAME} has the ${algorithm} that ${source} says`;
    expect(found.map((one) => one.what).toSorted()).toEqual(
      [
        what("MD5", `/${NAME}.md5`),
        what("SHA1", "/Rescue-42-CHECKSUM"),
        what("SHA256", `/${NAME}.sha256`),
        what("SHA512", "/SHA512SUMS"),
      ].toSorted(),
    );
    expect(found.every(({ id, severity }) => id === "checksum-ok" && severity === "info")).toBe(
      true,
    );
    await remove(`/${NAME}.sha256`, `/${NAME}.md5`, "/SHA512SUMS", "/Rescue-42-CHECKSUM");
  });

  test("another sum is an error that names both", async () => {
    const sum = (await printed("sha256sum", NAME)).slice(0, 64);
    await put("/more/sha256sum.txt", `${sum} *./other.ISO\n`);
    const { ok, found } = await checksums();
    expect(ok).toBe(false);
    expect(found).toMatchObject([
      { id: "checksum-mismatch", severity: "error", where: "/more/Other.iso" },
    ]);
    expect(found[0]?.what).toContain(`should be ${sum}`);
    const own = await withStick(image, async (stick) => {
      const volume = await openData(stick, run);
      const file = await volume.open("/more/Other.iso");
      const bytes = Buffer.alloc(file.size);
      await file.read(0, bytes);
      await writeFile(join(folder, "back.iso"), bytes);
      return printed("sha256sum", "back.iso");
    });
    expect(found[0]?.what).toContain(`is ${own.slice(0, 64)}`);
    await remove("/more/sha256sum.txt");
  });

  test("a checksum file without its ISO is a warning, a list of many is not", async () => {
    await put("/gone.iso.sha256", `${"1".repeat(64)}  gone.iso\n`);
    await put("/MD5SUMS", `${"1".repeat(32)}  gone.iso\n`);
    await put("/notes.txt", `${"1".repeat(64)}  ${NAME}\n`);
    expect(await checksums()).toMatchObject({
      ok: true,
      found: [{ id: "checksum-orphan", severity: "warning", where: "/gone.iso.sha256" }],
    });
    await remove("/gone.iso.sha256", "/MD5SUMS", "/notes.txt");
  });

  test("an ISO that was renamed with its checksum file", async () => {
    await put(
      `/${NAME}.sha256sum`,
      await printed("sha256sum", "--tag", NAME).then((text) => text.replace(NAME, "old.iso")),
    );
    expect((await checksums()).found).toMatchObject([{ id: "checksum-ok" }]);
    await remove(`/${NAME}.sha256sum`);
  });

  test("paths in lists: beside it, elsewhere, and those of another computer", async () => {
    const sum = "2".repeat(64);
    const list = [
      `${sum}  sub/${NAME}`,
      `${sum}  ../${NAME}`,
      `SHA256 (/home/me/${NAME}) = ${"3".repeat(64)}`,
    ];
    await put("/SHA256SUMS", `${list.join("\n")}\n`);
    const published = await withStick(image, async (stick) =>
      findPublished([`/${NAME}`, "/not here/x.iso"], await openData(stick, run)),
    );
    expect([...published.sums.values()].flat()).toMatchObject([{ sum: "3".repeat(64) }]);
    await remove("/SHA256SUMS");
  });
});
