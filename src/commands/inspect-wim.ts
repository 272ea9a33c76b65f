/** `inspect` of a WIM: what it is, its images, its parts. */
import { basename } from "node:path";
import type { ByteRange } from "../block/byte-range.ts";
import { formatSize } from "../system/sizes.ts";
import type { WimImage, WimParts, WimReport } from "../windows/wim/index.ts";
import {
  besideFile,
  checkIntegrity,
  describeWim,
  findParts,
  refuseDamaged,
  refuseErrors,
  titleOf,
  versionText,
} from "../windows/wim/index.ts";
import type { Besides } from "./file-checksum.ts";
import type { Shell } from "./shell.ts";
import { wimWords } from "./wim-words.ts";

interface InspectWimOptions {
  /** Read everything and hold it against the integrity table. */
  readonly check: boolean;
}

export async function inspectWim(
  range: ByteRange,
  path: string,
  { check }: InspectWimOptions,
  besides: Besides,
  shell: Shell,
): Promise<void> {
  const report = await describeWim(range, shell.job.signal);
  if (check) refuseErrors(report);
  const { header } = report;
  const parts = await findParts(basename(path), header, besideFile(path));
  const integrity = check ? await checkIntegrity(range, header, shell.job) : undefined;
  if (integrity !== undefined) refuseDamaged(integrity);
  const checked = integrity === undefined ? {} : { integrityChecked: true };
  const json = { ...wimJson(range.size, path, report, parts, shell), ...checked, ...besides.json };
  const ok = integrity === undefined ? [] : checkedLines(parts, header.partNumber, shell);
  shell.result(json, [
    ...wimLines(range.size, path, report, parts, shell),
    ...ok,
    ...besides.lines,
  ]);
}

/** Each part of a split WIM has a table of its own. */
function checkedLines({ total }: WimParts, part: number, shell: Shell): string[] {
  const lines = [`  ${shell.say(wimWords.integrityFits())}`];
  if (total > 1) lines.push(`  ${shell.say(wimWords.onlyThisPart(part, total))}`);
  return lines;
}

function wimJson(size: number, file: string, report: WimReport, parts: WimParts, shell: Shell) {
  const { header, images, encrypted, blobs, integrityTable, problems } = report;
  return {
    kind: "wim" as const,
    file,
    size,
    guid: header.guid,
    compression: header.compression,
    chunkSize: header.chunkSize,
    solid: header.solid,
    pipable: header.pipable,
    encrypted,
    bootIndex: header.bootIndex,
    integrityTable,
    part: header.partNumber,
    parts: {
      total: parts.total,
      found: [...parts.found].map(([part, name]) => ({ part, file: name })),
      missing: parts.missing,
    },
    ...(blobs === undefined
      ? {}
      : { blobs: blobs.blobs, storedBytes: blobs.storedBytes, originalBytes: blobs.originalBytes }),
    images: images.map(imageJson),
    problems: problems.map(({ id, severity, text }) => ({ id, severity, what: shell.say(text) })),
  };
}

function imageJson(image: WimImage) {
  const { created, modified, directoryCount, fileCount, ...rest } = image;
  return {
    ...rest,
    version: versionText(image),
    directories: directoryCount,
    files: fileCount,
    created: created?.toISOString(),
    modified: modified?.toISOString(),
  };
}

function wimLines(
  size: number,
  path: string,
  report: WimReport,
  parts: WimParts,
  shell: Shell,
): string[] {
  const { header, images, integrityTable, problems } = report;
  const facts = [
    wimWords.compression(header.compression, header.chunkSize),
    ...(header.solid ? [wimWords.solid()] : []),
    ...(header.pipable ? [wimWords.pipable()] : []),
    integrityTable ? wimWords.integrityTable() : wimWords.noIntegrityTable(),
    ...(header.bootIndex === 0 ? [] : [wimWords.bootIndex(header.bootIndex)]),
  ];
  const lines = [
    `${path}  ${formatSize(size)}  WIM`,
    `  ${facts.map((fact) => shell.say(fact)).join(shell.language === "zh" ? "，" : ", ")}`,
  ];
  if (parts.total > 1) {
    lines.push(`  ${shell.say(wimWords.part(header.partNumber, parts.total))}`);
    if (parts.missing.length > 0) {
      lines.push(`  ${shell.say(wimWords.partsMissing(parts.missing.join(", ")))}`);
    }
  }
  return [
    ...lines,
    ...images.flatMap((image) => imageLines(image)),
    ...problems.map(({ severity, text }) => `  ${severity}: ${shell.say(text)}`),
  ];
}

function imageLines(image: WimImage): string[] {
  const { index, editionId, architecture, languages, defaultLanguage, totalBytes } = image;
  const others = languages.filter((one) => one !== defaultLanguage);
  const facts = [
    editionId,
    architecture,
    versionText(image),
    [defaultLanguage, ...others].filter(Boolean).join(" "),
    totalBytes === undefined ? "" : formatSize(totalBytes),
  ].filter(Boolean);
  return [`${String(index).padStart(3)}  ${titleOf(image)}`, `       ${facts.join("  ")}`];
}
