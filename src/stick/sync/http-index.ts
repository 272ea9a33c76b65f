/** What a web server has: `{"files":[{"path","size","sha256","modified"}]}`, or a list of checksums such as SHA256SUMS. */
import { z } from "zod";
import { LifeboatError } from "../../system/errors.ts";
import type { Text } from "../../system/text.ts";
import type { ListedSum } from "../../system/checksum-list.ts";
import { parseChecksums } from "../../system/checksum-list.ts";
import { say as http } from "./http-messages.ts";
import { say } from "./messages.ts";
import type { SyncFile } from "./source.ts";
import { MOST_FILES, isSafePath } from "./source.ts";

const indexSchema = z.object({
  files: z
    .array(
      z.object({
        path: z.string(),
        size: z.number().int().nonnegative().max(Number.MAX_SAFE_INTEGER).optional(),
        sha256: z
          .string()
          .regex(/^[0-9a-f]{64}$/i)
          .optional(),
        modified: z.iso.datetime({ offset: true }).optional(),
      }),
    )
    .max(MOST_FILES),
});

/** Names that could lead elsewhere are left out, and said. @throws LifeboatError `sync-index`. */
export function parseIndex(bytes: Buffer, where: string): { files: SyncFile[]; notes: Text[] } {
  const text = bytes.toString("utf8").replace(/^\ufeff/, "");
  const listed = /^\s*[{[]/.test(text) ? fromJson(text, where) : fromSums(text, where);
  const notes: Text[] = [];
  const files = listed.filter(({ path }) => {
    if (isSafePath(path)) return true;
    notes.push(say.badName(JSON.stringify(path.slice(0, 200))));
    return false;
  });
  return { files, notes };
}

function fromJson(text: string, where: string): SyncFile[] {
  let plain: unknown;
  try {
    plain = JSON.parse(text);
  } catch (cause) {
    throw badIndex(where, cause instanceof Error ? cause.message : String(cause));
  }
  const parsed = indexSchema.safeParse(plain);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw badIndex(where, `${issue?.path.join(".") ?? ""}: ${issue?.message ?? ""}`);
  }
  return parsed.data.files.map(({ path, size, sha256, modified }) => ({
    path,
    ...(size !== undefined && { sizeBytes: size }),
    ...(modified !== undefined && { modified: new Date(modified) }),
    sums:
      sha256 === undefined
        ? []
        : [{ algorithm: "sha256" as const, sum: sha256.toLowerCase(), name: path }],
  }));
}

function fromSums(text: string, where: string): SyncFile[] {
  const files = new Map<string, ListedSum[]>();
  for (const sum of parseChecksums(text)) {
    const name = sum.name?.replace(/^(?:\.\/)+/, "");
    if (name !== undefined) files.set(name, [...(files.get(name) ?? []), sum]);
  }
  const { en } = http.noSums();
  if (files.size === 0) throw badIndex(where, en);
  if (files.size > MOST_FILES) {
    throw new LifeboatError("too-many-files", say.tooMany(where, MOST_FILES), { kind: "usage" });
  }
  return [...files].map(([path, sums]) => ({ path, sums }));
}

function badIndex(where: string, reason: string): LifeboatError {
  return new LifeboatError("sync-index", http.badIndex(where, reason), {
    kind: "usage",
    hint: http.noIndexHint(),
  });
}
