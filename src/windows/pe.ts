/**
 * The part of a PE/COFF file that Secure Boot looks at: machine, and the certificate table (Microsoft, "PE Format": optional
 * header, data directory 4, "The Attribute Certificate Table"). A Linux kernel with an EFI stub is such a file too.
 */
import type { ByteRange } from "../block/byte-range.ts";
import { readBytes } from "../block/byte-range.ts";
import { Struct, bytes, u16le, u32le } from "../block/struct.ts";

/** "MZ" and, 0x3C bytes in, where the PE header lies. */
const DosHeader = new Struct("MZ header", 64, {
  signature: u16le,
  reserved: bytes(58),
  peOffset: u32le,
});

const CoffHeader = new Struct("COFF header", 24, {
  signature: u32le,
  machine: u16le,
  sectionCount: u16le,
  timestamp: u32le,
  symbolTableOffset: u32le,
  symbolCount: u32le,
  optionalHeaderSize: u16le,
  characteristics: u16le,
});

const WinCertificate = new Struct("WIN_CERTIFICATE", 8, {
  length: u32le,
  revision: u16le,
  type: u16le,
});

const MZ = 0x5a4d;
const PE = 0x0000_4550;
const PE32 = 0x10b;
const PE32_PLUS = 0x20b;
/** Where the data directories begin in the optional header, by its magic. */
const DIRECTORIES_OFFSET: Readonly<Record<number, number>> = { [PE32]: 96, [PE32_PLUS]: 112 };
const CERTIFICATE_DIRECTORY = 4;
/** In the optional header of both kinds. */
const SUBSYSTEM_OFFSET = 68;
/** WIN_CERT_TYPE_PKCS_SIGNED_DATA */
const PKCS_SIGNED_DATA = 2;
/** Real signatures take 2 to 10 KiB; several may follow each other. */
const MAX_TABLE_BYTES = 64 << 10;
const HEADER_BYTES = 4096;

const MACHINES: Readonly<Record<number, string>> = {
  0x8664: "x86_64",
  0x014c: "i386",
  0xaa64: "aarch64",
  0x01c2: "arm",
  0x5064: "riscv64",
  0x6264: "loongarch64",
};

/** IMAGE_SUBSYSTEM_EFI_… */
export const PE_SUBSYSTEM = {
  efiApplication: 10,
  efiBootDriver: 11,
  efiRuntimeDriver: 12,
} as const;

export interface PeFile {
  /** `x86_64`, `i386`, …; the number in hex where the machine isn't known. */
  readonly machine: string;
  /** Which system it is for: one of `PE_SUBSYSTEM`, or another; undefined where the header ends before it. */
  readonly subsystem: number | undefined;
  /** The PKCS #7 structures (DER) of its Authenticode signatures. */
  readonly signatures: readonly Buffer[];
}

export interface PeHeaders {
  readonly machine: string;
  /** The optional header's bytes as far as they were read; empty where it is of no known kind. */
  readonly optional: Buffer;
  /** Where the section table begins in the file, in bytes. */
  readonly sections: number;
  readonly sectionCount: number;
  readonly symbolTableOffset: number;
  readonly symbolCount: number;
}

/** Undefined where the file is no PE file. @throws LifeboatError where reading fails. */
export async function readPeHeaders(file: ByteRange): Promise<PeHeaders | undefined> {
  const head = await readBytes(file, 0, Math.min(HEADER_BYTES, file.size));
  if (head.length < DosHeader.size) return undefined;
  const dos = DosHeader.decode(head);
  if (dos.signature !== MZ || dos.peOffset + CoffHeader.size + 2 > head.length) return undefined;
  const coff = CoffHeader.decode(head, dos.peOffset);
  if (coff.signature !== PE) return undefined;
  const start = dos.peOffset + CoffHeader.size;
  const { sectionCount, symbolTableOffset, symbolCount } = coff;
  return {
    machine: MACHINES[coff.machine] ?? `0x${coff.machine.toString(16)}`,
    optional: head.subarray(start, start + coff.optionalHeaderSize),
    sections: start + coff.optionalHeaderSize,
    sectionCount,
    symbolTableOffset,
    symbolCount,
  };
}

/** Undefined where the file is no PE file. @throws LifeboatError where reading fails. */
export async function readPe(file: ByteRange): Promise<PeFile | undefined> {
  const headers = await readPeHeaders(file);
  if (headers === undefined) return undefined;
  const { machine, optional } = headers;
  const directories = optional.length < 2 ? undefined : DIRECTORIES_OFFSET[optional.readUInt16LE()];
  const hasSubsystem = optional.length >= SUBSYSTEM_OFFSET + 2;
  const subsystem = hasSubsystem ? optional.readUInt16LE(SUBSYSTEM_OFFSET) : undefined;
  if (directories === undefined) return { machine, subsystem, signatures: [] };
  const entry = directories + CERTIFICATE_DIRECTORY * 8;
  if (entry + 8 > optional.length) return { machine, subsystem, signatures: [] };
  // Unlike every other directory, this one's address is an offset in the file.
  const offset = optional.readUInt32LE(entry);
  const length = optional.readUInt32LE(entry + 4);
  return { machine, subsystem, signatures: await readCertificates(file, offset, length) };
}

async function readCertificates(file: ByteRange, offset: number, length: number) {
  if (offset === 0 || length < WinCertificate.size || offset + length > file.size) return [];
  const table = await readBytes(file, offset, Math.min(length, MAX_TABLE_BYTES));
  const found: Buffer[] = [];
  for (let at = 0; at + WinCertificate.size <= table.length;) {
    const header = WinCertificate.decode(table, at);
    if (header.length < WinCertificate.size || at + header.length > table.length) break;
    if (header.type === PKCS_SIGNED_DATA) {
      found.push(table.subarray(at + WinCertificate.size, at + header.length));
    }
    // Entries begin at multiples of 8.
    at += (header.length + 7) & ~7;
  }
  return found;
}
