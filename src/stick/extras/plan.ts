/**
 * What the settings of a stick bring into an ISO's initrd: answer files for its installer (`unattended`), folders and archives
 * (`inject`), single files (`files`). Reads the data partition only; what is wrong with one of them leaves that one out.
 */
import type { ReadableVolume } from "../../filesystems/volume.ts";
import { failureOf } from "../../system/errors.ts";
import type { JobContext } from "../../system/progress.ts";
import { MIB } from "../../system/sizes.ts";
import type { Text } from "../../system/text.ts";
import type { IsoRecord } from "../manifest.ts";
import { fitsPattern } from "../settings/patterns.ts";
import type { ImageRule, StickSettings } from "../settings/schema.ts";
import { InitrdTree, MOST_BYTES, refusal } from "./initrd-tree.ts";
import { say } from "./messages.ts";
import { addFile, addFolder, unpackArchive } from "./unpack.ts";

/** Nobody writes more answers by hand. */
const LARGEST_ANSWERS = MIB;

export interface PlannedAnswers {
  /** On the data partition. */
  readonly file: string;
  readonly title?: string;
  readonly cpio: Buffer;
  /** Of the settings. */
  readonly where: readonly PropertyKey[];
}

export interface ExtrasPlan {
  /** For all entries of the ISO; undefined where there is nothing. */
  readonly injected?: Buffer;
  readonly answers: readonly PlannedAnswers[];
  readonly problems: readonly ExtrasProblem[];
}

export interface ExtrasProblem {
  /** Of the settings. */
  readonly where: readonly PropertyKey[];
  readonly text: Text;
}

/** For one ISO. @throws LifeboatError where the job was cancelled. */
export async function planExtras(
  record: IsoRecord,
  settings: StickSettings,
  data: ReadableVolume,
  job: JobContext,
): Promise<ExtrasPlan> {
  const problems: ExtrasProblem[] = [];
  const answers = new Map<string, PlannedAnswers>();
  const tree = new InitrdTree();
  for (const [pattern, rule] of Object.entries(settings.images ?? {})) {
    if (!fitsPattern(pattern, record.path)) continue;
    for (const one of sourcesOf(rule)) {
      job.signal.throwIfAborted();
      const where = ["images", pattern, ...one.where];
      try {
        if (one.kind === "answers") {
          const cpio = await answersCpio(record, one.file, data);
          const title = one.title === undefined ? {} : { title: one.title };
          answers.set(one.file, { file: one.file, ...title, cpio, where });
        } else {
          if (!record.entries.some(({ method }) => method.kind === "linux")) {
            throw refusal(say.noLinux());
          }
          await addSource(one, data, tree);
        }
      } catch (error) {
        const { code, text } = failureOf(error);
        const why = code === "not-for-initrd" ? text : say.unreadable(text);
        problems.push({ where, text: say.leftOut(record.path, one.file, why) });
      }
    }
  }
  const injected = tree.isEmpty ? {} : { injected: tree.toCpio() };
  return { ...injected, answers: [...answers.values()], problems };
}

type Source = { readonly where: readonly PropertyKey[]; readonly file: string } & (
  | { readonly kind: "answers"; readonly title: string | undefined }
  | { readonly kind: "unpack" }
  | { readonly kind: "file"; readonly to: string }
);

/** In the order in which later ones win. */
function sourcesOf({ unattended = [], inject = [], files = {} }: ImageRule): Source[] {
  return [
    ...unattended.map((one: { file: string; title?: string | undefined }, index) => {
      const { file, title } = one;
      return { kind: "answers" as const, where: ["unattended", index], file, title };
    }),
    ...inject.map((file, index) => ({ kind: "unpack" as const, where: ["inject", index], file })),
    ...Object.entries(files).map(([to, file]) => {
      return { kind: "file" as const, where: ["files", to], file, to };
    }),
  ];
}

async function answersCpio(record: IsoRecord, path: string, data: ReadableVolume): Promise<Buffer> {
  const { unattended } = record;
  if (unattended === undefined) throw refusal(say.notUnattended());
  const bytes = await readFile(path, LARGEST_ANSWERS, data);
  const { file, files, firstLine } = unattended;
  if (firstLine !== undefined && firstLineOf(bytes) !== firstLine) {
    throw refusal(say.firstLine(firstLine));
  }
  const tree = new InitrdTree();
  tree.add(file, { kind: "file", data: bytes });
  for (const [to, text] of Object.entries(files)) {
    tree.add(to, { kind: "file", data: Buffer.from(text) });
  }
  return tree.toCpio();
}

/** An archive counts as a whole or not at all; so does a folder. */
async function addSource(
  source: Source & { kind: "unpack" | "file" },
  data: ReadableVolume,
  tree: InitrdTree,
): Promise<void> {
  const entry = await data.find(source.file);
  if (entry === undefined) throw refusal(say.notThere());
  const trial = new InitrdTree(tree);
  if (source.kind === "file") {
    if (entry.kind !== "file") throw refusal(say.noFile());
    await addFile(data, entry.path, source.to, trial);
  } else if (entry.kind === "directory") await addFolder(data, entry.path, trial);
  else await unpackArchive(await readFile(entry.path, MOST_BYTES, data), trial);
  tree.become(trial);
}

/** @throws LifeboatError `not-for-initrd`, and those of the volume. */
async function readFile(path: string, limit: number, data: ReadableVolume): Promise<Buffer> {
  const entry = await data.find(path);
  if (entry === undefined) throw refusal(say.notThere());
  if (entry.kind !== "file") throw refusal(say.noFile());
  const file = await data.open(entry.path);
  if (file.size > limit) throw refusal(say.tooLarge(limit));
  const bytes = Buffer.alloc(file.size);
  await file.read(0, bytes);
  return bytes;
}

function firstLineOf(bytes: Buffer): string {
  const [line = ""] = bytes.toString("utf8").split("\n", 1);
  return line.trim();
}
