/** Archives that no packer makes: member by member, with whatever names, kinds and sizes. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { crc32, deflateRawSync, gzipSync } from "node:zlib";
import { pack } from "tar-stream";
import type { Header } from "tar-stream";
import { expect } from "vitest";
import type { VentoyRelease } from "../../../../src/boot/ventoy/release/release.ts";
import { openVentoyRelease } from "../../../../src/boot/ventoy/release/release.ts";
import { LifeboatError } from "../../../../src/system/errors.ts";
import { packXz, ventoyTree } from "../../../support/ventoy-release.ts";
import type { VentoyReleaseOptions } from "../../../support/ventoy-release.ts";
import { temporaryFolder } from "../../../support/tools.ts";

export const OFFICIAL = "ventoy-9.9.9-linux.tar.gz";

export interface TestMember {
  readonly name: string;
  readonly data?: Buffer | string;
  readonly type?: Header["type"];
  readonly linkname?: string;
  /** What the archive says of its size, where that isn't so. */
  readonly saysBytes?: number;
}

export type Form = "tar.gz" | "zip";

export const FORMS: readonly Form[] = ["tar.gz", "zip"];

/** The members that are needed, as the synthetic release has them. */
export async function neededMembers(options: VentoyReleaseOptions = {}): Promise<TestMember[]> {
  const { version = "9.9.9" } = options;
  const top = join(await ventoyTree(options), `ventoy-${version}`);
  const paths = ["boot/boot.img", "boot/core.img.xz", "ventoy/ventoy.disk.img.xz"];
  const members: TestMember[] = [];
  for (const path of [...paths, "ventoy/version"]) {
    members.push({ name: `ventoy-${version}/${path}`, data: await readFile(join(top, path)) });
  }
  return members;
}

/** The same with one of them replaced, or left out. */
export async function withMember(path: string, data: Buffer | string | undefined) {
  const members = await neededMembers();
  return members.flatMap((one) => {
    if (one.name !== `ventoy-9.9.9/${path}`) return [one];
    return data === undefined ? [] : [{ ...one, data }];
  });
}

export async function archiveOf(form: Form, members: readonly TestMember[]): Promise<Buffer> {
  return form === "zip" ? zipOf(members) : gzipSync(await tarOf(members), { level: 1 });
}

export async function tarOf(members: readonly TestMember[]): Promise<Buffer> {
  const blocks: Buffer[] = [];
  for (const { name, data = "", type = "file", linkname, saysBytes } of members) {
    const packer = pack();
    packer.entry({ name, type, ...(linkname === undefined ? {} : { linkname }) }, data);
    packer.finalize();
    const chunks: Buffer[] = [];
    for await (const chunk of packer) chunks.push(chunk as Buffer);
    const bytes = Buffer.concat(chunks).subarray(0, -1024);
    if (saysBytes !== undefined) setTarSize(bytes, saysBytes.toString(8).padStart(11, "0"));
    blocks.push(bytes);
  }
  return Buffer.concat([...blocks, Buffer.alloc(1024)]);
}

/** Of the first header, with its checksum made right (POSIX, "ustar Interchange Format"). */
export function setTarSize(bytes: Buffer, field: string): void {
  bytes.write(field, 124, "latin1");
  bytes.fill(0x20, 148, 156);
  const sum = bytes.subarray(0, 512).reduce((total, byte) => total + byte, 0);
  bytes.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148, "latin1");
}

const UNIX_MODE = { file: 0o100644, directory: 0o040755, symlink: 0o120777, fifo: 0o010644 };

/** As little of zip as there can be (APPNOTE.TXT 4.3). */
export function zipOf(members: readonly TestMember[], method: 0 | 8 = 8): Buffer {
  const locals: Buffer[] = [];
  const central: Buffer[] = [];
  let at = 0;
  for (const { name, data = "", type = "file", linkname, saysBytes } of members) {
    const content = Buffer.from(type === "symlink" ? (linkname ?? "") : data);
    const packed = method === 8 ? deflateRawSync(content, { level: 1 }) : content;
    const path = Buffer.from(type === "directory" ? `${name.replace(/\/$/, "")}/` : name);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(0x0800, 2);
    common.writeUInt16LE(method, 4);
    common.writeUInt32LE(crc32(content), 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(saysBytes ?? content.length, 18);
    common.writeUInt16LE(path.length, 22);
    const local = Buffer.concat([Buffer.from("PK\u0003\u0004"), common, path, packed]);
    const tail = Buffer.alloc(14);
    const mode = UNIX_MODE[type as keyof typeof UNIX_MODE] ?? UNIX_MODE.file;
    tail.writeUInt32LE(mode * 0x10000, 6);
    tail.writeUInt32LE(at, 10);
    central.push(Buffer.from("PK\u0001\u0002\u0014\u0003", "latin1"), common, tail, path);
    locals.push(local);
    at += local.length;
  }
  const directory = Buffer.concat(central);
  const end = Buffer.alloc(22);
  end.write("PK\u0005\u0006");
  end.writeUInt16LE(members.length, 8);
  end.writeUInt16LE(members.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...locals, directory, end]);
}

/** What xz makes of it. */
export async function xzOf(content: Buffer): Promise<Buffer> {
  const path = join(await temporaryFolder(), "content");
  await writeFile(path, content);
  await packXz(path);
  return readFile(`${path}.xz`);
}

export async function opened(
  bytes: Buffer,
  name: string = OFFICIAL,
  options: { sums?: string } = {},
): Promise<VentoyRelease> {
  const path = join(await temporaryFolder(), name);
  await writeFile(path, bytes);
  return openVentoyRelease(path, options);
}

/** Its code and its sentence. What isn't refused, or not in lifeboat's words, fails the test. */
export async function refused(bytes: Buffer, name: string = OFFICIAL): Promise<string> {
  return refusalOf(opened(bytes, name));
}

export async function refusalOf(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof LifeboatError)) {
    throw new Error(`not refused: ${String(error)}`, { cause: error });
  }
  expect(error.hint?.en).toMatch(/\w/);
  expect(error.hint?.zh).toMatch(/[\u4e00-\u9fff]/);
  expect(error.text.zh).toMatch(/[\u4e00-\u9fff]/);
  return `${error.code}: ${error.text.en}`;
}
