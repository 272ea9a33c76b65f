/** A WIM file opened: its header, its images, and what is wrong with it. Contents are for the back ends. */
import type { ByteRange } from "../../block/byte-range.ts";
import { LifeboatError, failureOf } from "../../system/errors.ts";
import type { Text } from "../../system/text.ts";
import type { BlobSummary } from "./blob-table.ts";
import { summarizeBlobs } from "./blob-table.ts";
import type { WimHeader } from "./header.ts";
import { WIM_FLAGS, damaged, readWimHeader } from "./header.ts";
import type { WimImage } from "./image.ts";
import { hasIntegrityTable, readIntegrityTable } from "./integrity.ts";
import { say } from "./messages.ts";
import { readXmlData } from "./xml-data.ts";

export interface WimProblem {
  /** Stable kebab-case. */
  readonly id: string;
  readonly severity: "warning" | "error";
  readonly text: Text;
}

export interface Wim {
  readonly range: ByteRange;
  readonly header: WimHeader;
  /** By their numbers. */
  readonly images: readonly WimImage[];
  readonly encrypted: boolean;
}

/** @throws LifeboatError `not-a-wim`, `wim-truncated`, `wim-version`, `wim-header`, `wim-xml`. */
export async function openWim(range: ByteRange): Promise<Wim> {
  const header = await readWimHeader(range);
  const { images, encrypted } = await readXmlData(range, header);
  return { range, header, images, encrypted };
}

/** @throws LifeboatError `wim-encrypted`. */
export function refuseEncrypted({ encrypted }: Pick<Wim, "encrypted">): void {
  if (!encrypted) return;
  throw new LifeboatError("wim-encrypted", say.encrypted(), {
    kind: "usage",
    hint: say.encryptedHint(),
  });
}

export interface WimReport {
  readonly header: WimHeader;
  readonly images: readonly WimImage[];
  readonly encrypted: boolean;
  /** Undefined where the table can't be read, which is among the problems. */
  readonly blobs: BlobSummary | undefined;
  readonly integrityTable: boolean;
  readonly problems: readonly WimProblem[];
}

/**
 * Looks at all that is there without unpacking. What is wrong is in the report; thrown is only what leaves nothing to report.
 * @param signal stops it; what it throws then is the signal's.
 * @throws LifeboatError `not-a-wim`, `wim-truncated`, `wim-version`, `wim-header`.
 */
export async function describeWim(range: ByteRange, signal?: AbortSignal): Promise<WimReport> {
  const header = await readWimHeader(range);
  const problems: WimProblem[] = [];
  const guarded = async <T>(work: Promise<T>): Promise<T | undefined> => {
    try {
      return await work;
    } catch (error) {
      const { code, text } = failureOf(error);
      problems.push({ id: code, severity: "error", text });
      return undefined;
    }
  };
  const xml = await guarded(readXmlData(range, header));
  const blobs = await guarded(summarizeBlobs(range, header, signal));
  const integrityTable = hasIntegrityTable(header);
  if (integrityTable) await guarded(readIntegrityTable(range, header));
  if (xml !== undefined) problems.push(...contradictions(header, xml.images.length));
  if (xml?.encrypted === true) {
    problems.push({ id: "wim-encrypted", severity: "error", text: say.encrypted() });
  }
  if (blobs !== undefined && blobs.outside > 0) {
    const text = say.blobsOutside(blobs.outside, blobs.outsideEnd, range.size);
    problems.push({ id: "wim-truncated", severity: "error", text });
  }
  const { images = [], encrypted = false } = xml ?? {};
  return { header, images, encrypted, blobs, integrityTable, problems };
}

function contradictions(header: WimHeader, imageCount: number): WimProblem[] {
  const problems: WimProblem[] = [];
  if (header.imageCount !== imageCount) {
    const text = say.imageCount(header.imageCount, imageCount);
    problems.push({ id: "wim-image-count", severity: "error", text });
  }
  if (header.bootIndex > header.imageCount) {
    const text = say.bootIndex(header.bootIndex, header.imageCount);
    problems.push({ id: "wim-boot-index", severity: "warning", text });
  }
  if ((header.flags & WIM_FLAGS.writeInProgress) !== 0) {
    problems.push({
      id: "wim-write-in-progress",
      severity: "warning",
      text: say.writeInProgress(),
    });
  }
  return problems;
}

/**
 * What is wrong with header, XML data and tables: the integrity table covers neither the header nor the XML data. Encrypted contents are no
 * damage.
 * @throws LifeboatError of kind `damaged`, with the id of the first problem as its code.
 */
export function refuseErrors({ problems }: Pick<WimReport, "problems">): void {
  const first = problems.find(({ id, severity }) => severity === "error" && id !== "wim-encrypted");
  if (first !== undefined) throw damaged(first.id, first.text);
}

/** @throws LifeboatError `wim-damaged` that names the first piece that is. */
export function refuseDamaged({
  damagedChunks,
  damaged: pieces,
}: {
  readonly damagedChunks: number;
  readonly damaged: readonly { readonly start: number }[];
}): void {
  if (damagedChunks === 0) return;
  throw damaged("wim-damaged", say.integrityWrong(damagedChunks, pieces[0]?.start ?? 0));
}
