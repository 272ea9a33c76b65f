/** All records of the MFT, one after the other: what each is, whose clusters lie where, and how many names a file has. */
import { attributeRuns, TYPE } from "../attribute.ts";
import type { Attribute } from "../attribute.ts";
import { isDamage } from "../failures.ts";
import type { FileReference } from "../fields.ts";
import { decodeRecord, totalLength } from "../mft-record.ts";
import type { MftRecord } from "../mft-record.ts";
import { clustersOf } from "../runs.ts";
import { fix, say } from "./messages.ts";
import { KIND, recordName } from "./survey.ts";
import type { Survey } from "./survey.ts";

const SIGNAL_EVERY = 1024;
/** The mark behind the last attribute, rounded up. */
const END_BYTES = 8;

export async function readRecords(survey: Survey): Promise<void> {
  const { mft } = survey.loaded;
  const damaged: FileReference[] = [];
  for (let number = 0; number < survey.records; number++) {
    if (number % SIGNAL_EVERY === 0) survey.signal?.throwIfAborted();
    const raw = await mft.raw(number);
    // Windows gives the table room before it writes records there.
    if (isZero(raw)) continue;
    try {
      const owner = readRecord(survey, decodeRecord(raw, number));
      if (owner !== undefined) damaged.push(owner);
    } catch (error) {
      if (!isDamage(error)) throw error;
      survey.setKind(number, KIND.torn);
    }
  }
  // Known only now: a file's extension records may lie in front of its base.
  for (const { record, sequence } of damaged) {
    if (survey.isFile(record, sequence)) survey.setBroken(record);
  }
}

function isZero(raw: Buffer): boolean {
  return raw[0] === 0 && raw.every((byte) => byte === 0);
}

/** @returns the file that it is a part of, where the clusters of an attribute can't be told. */
function readRecord(survey: Survey, record: MftRecord): FileReference | undefined {
  const { number, header, attributes, inUse } = record;
  survey.sequences[number] = header.sequence;
  if (!inUse) return undefined;
  // The MFT's own extension records have the base 0 with its sequence.
  const isBase = header.base.record === 0 && header.base.sequence === 0;
  const owner = isBase ? number : header.base.record;
  let broken = false;
  for (const attribute of attributes) {
    if (attribute.type === TYPE.fileName && owner < survey.records) {
      survey.names[owner] = (survey.names[owner] ?? 0) + 1;
    }
    try {
      claim(survey, record, attribute);
    } catch (error) {
      if (!isDamage(error)) throw error;
      broken = true;
      // Its clusters are in use, and nobody can say which they are.
      survey.isWhole = false;
    }
  }
  const end = header.attributesOffset + totalLength(attributes.map(({ raw }) => raw));
  const { recordBytes } = survey.loaded.geometry;
  if (end + END_BYTES !== header.bytesInUse || header.bytesAllocated !== recordBytes) {
    survey.report({
      id: "record-size",
      severity: "error",
      where: recordName(number),
      what: say.recordSize(),
      fix: fix.copyAndRemove(),
    });
  }
  survey.setKind(number, isBase ? KIND.base : KIND.extension, {
    directory: record.isDirectory,
    hasList: attributes.some(({ type }) => type === TYPE.attributeList),
    broken,
  });
  if (!broken) return undefined;
  return isBase ? { record: number, sequence: header.sequence } : header.base;
}

/** Takes an attribute's clusters, and compares its sizes. @throws LifeboatError `ntfs-damaged` where its runs can't be read. */
function claim(survey: Survey, record: MftRecord, attribute: Attribute): void {
  const { geometry } = survey.loaded;
  const place = attribute.nonResident;
  if (place === undefined) return;
  const runs = attributeRuns(attribute, geometry.clusters);
  for (const { lcn, clusters } of runs) {
    const taken = lcn === undefined ? undefined : survey.claims.add(lcn, clusters);
    if (taken === undefined) continue;
    survey.isWhole = false;
    survey.isCrossed = true;
    survey.report({
      id: "shared-clusters",
      severity: "error",
      where: recordName(record.number),
      what: say.sharedCluster(taken),
      fix: fix.copyAndRemove(),
    });
    break;
  }
  const end = runs.length === 0 ? place.firstVcn : clustersOf(runs);
  const isFirst = place.firstVcn === 0;
  const sizesAgree =
    !isFirst ||
    (place.initializedBytes <= place.allocatedBytes &&
      place.dataBytes <= place.allocatedBytes &&
      end * geometry.clusterBytes <= place.allocatedBytes);
  if (end === place.lastVcn + 1 && sizesAgree) return;
  // A list that ends too early leaves out clusters in use.
  if (end !== place.lastVcn + 1) survey.isWhole = false;
  survey.report({
    id: "attribute-sizes",
    severity: "error",
    where: recordName(record.number),
    what: say.attributeSizes(),
    fix: fix.copyAndRemove(),
  });
}
