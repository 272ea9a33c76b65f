/** Another name for a file whose own is another file's: `name (2).iso`. */
import { residentAttribute, TYPE } from "../attribute.ts";
import { STRIDE } from "../boot-sector.ts";
import { decodeFileName, encodeFileName, NAMESPACE } from "../file-name.ts";
import { contentsOf } from "../mft-writer.ts";
import type { Survey } from "./survey.ts";
import type { RepairWriter } from "./writer.ts";

/** In UTF-16 units. */
const LONGEST_NAME = 255;
const MOST_TRIED = 99;
/** By how much a record grows at most: four units, or five from (10) on, in steps of eight bytes. */
const GROWTH = 16;

/** @param taken all names that are in the directory or are to be. @returns undefined where none is free. */
export function secondName(
  { loaded: { upCase } }: Survey,
  name: string,
  taken: readonly string[],
): string | undefined {
  const dot = name.lastIndexOf(".");
  const stem = dot > 0 ? name.slice(0, dot) : name;
  for (let count = 2; count <= MOST_TRIED; count++) {
    const other = `${stem} (${count})${name.slice(stem.length)}`;
    if (other.length > LONGEST_NAME) return undefined;
    if (taken.every((one) => upCase.compareIgnoringCase(one, other) !== 0)) return other;
  }
  return undefined;
}

/** Whether a file's record takes a new name in one write that can't be torn: all of it lies in its first sector, then too. */
export async function canTakeName({ loaded: { mft } }: Survey, number: number): Promise<boolean> {
  const { record, hasList } = await mft.file(number);
  return !hasList && record.header.bytesInUse + GROWTH <= STRIDE - 2;
}

/** Writes a file's only name anew in its record; the file is in no directory. */
export async function takeName(
  { loaded: { mft } }: Survey,
  writer: RepairWriter,
  number: number,
  name: string,
): Promise<void> {
  const { record } = await mft.file(number);
  const attributes = record.attributes.map(({ type, raw, value }) => {
    if (type !== TYPE.fileName || value === undefined) return raw;
    // It is no name of DOS any more.
    const key = encodeFileName({ ...decodeFileName(value), name, namespace: NAMESPACE.posix });
    return residentAttribute(TYPE.fileName, key, { indexed: true });
  });
  await writer.writeRecord({ ...contentsOf(record), attributes });
}
