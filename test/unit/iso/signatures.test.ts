/** Who signed an EFI program: read from what sbsign made, compared with what sbverify says. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { openFile } from "../../../src/block/file.ts";
import { MemoryRange } from "../../../src/block/memory.ts";
import { judgeSignature, readBootImage } from "../../../src/iso/boot-image.ts";
import { fuzzRounds, mutate } from "../../support/mutations.ts";
import { PROGRAM, sign } from "../../support/signing.ts";
import { judge, temporaryFolder } from "../../support/tools.ts";

async function look(path: string) {
  const range = await openFile(path);
  const image = await readBootImage(range);
  await range.close();
  return image;
}

describe("signatures", () => {
  test.each([
    ["Debian Secure Boot CA", { secureBoot: "signed-by-shim" }],
    ["Microsoft Corporation UEFI CA 2011", { secureBoot: "signed-by-shim" }],
    ["Fedora Secure Boot CA", { secureBoot: "other-vendor", vendor: "Fedora Secure Boot CA" }],
    [
      "Microsoft Imitations Ltd",
      { secureBoot: "other-vendor", vendor: "Microsoft Imitations Ltd" },
    ],
  ])("%s", async (authority, expected) => {
    const signed = await sign(await temporaryFolder(), authority);
    expect(await judge("sbverify", ["--list", signed])).toContain(`CN=${authority}`);
    const image = await look(signed);
    expect(image).toEqual({ machine: "x86_64", isLinux: true, issuers: [authority] });
    expect(judgeSignature(image)).toEqual(expected);
  });

  test("one of two is enough for the shim, none for nobody", async () => {
    const folder = await temporaryFolder();
    const once = await sign(folder, "Canonical Ltd. Master Certificate Authority");
    const twice = await sign(folder, "Debian Secure Boot CA", once);
    const image = await look(twice);
    expect(image.issuers).toEqual([
      "Canonical Ltd. Master Certificate Authority",
      "Debian Secure Boot CA",
    ]);
    expect(judgeSignature(image)).toEqual({ secureBoot: "signed-by-shim" });
    expect(judgeSignature(await look(PROGRAM))).toEqual({ secureBoot: "unsigned" });
  });

  test("damaged headers and signatures read as something, never as an error", async () => {
    const path = await sign(await temporaryFolder(), "Debian Secure Boot CA");
    const bytes = await readFile(path);
    const unsignedSize = (await readFile(PROGRAM)).length;
    const areas = [
      { start: 0, length: 1024 },
      { start: unsignedSize, length: bytes.length - unsignedSize },
    ];
    const refused = await mutate(
      bytes,
      { areas, iterations: fuzzRounds(300), seed: 7 },
      async (range) => {
        await readBootImage(range);
      },
    );
    expect(refused).toBe(0);
    for (const length of [0, 1, 63, 64, 200, 0x240, bytes.length - 1]) {
      const cut = await readBootImage(new MemoryRange(bytes.subarray(0, length)));
      expect(cut.issuers).toEqual([]);
    }
  });

  test("the kernel's own header tells 64 from 32 bits where there is no EFI stub", async () => {
    const folder = await temporaryFolder();
    const kernel = Buffer.alloc(2048);
    kernel.write("HdrS", 0x202, "latin1");
    const write = async (protocol: number, flags: number) => {
      kernel.writeUInt16LE(protocol, 0x206);
      kernel.writeUInt16LE(flags, 0x236);
      const path = join(folder, "kernel");
      await writeFile(path, kernel);
      return (await look(path)).machine;
    };
    expect(await write(0x20f, 1)).toBe("x86_64");
    expect(await write(0x20f, 2)).toBe("i386");
    expect(await write(0x200, 0)).toBeUndefined();
  });
});
