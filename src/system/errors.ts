import type { Text } from "./text.ts";

/** What kind of failure it was, and so which exit status the program ends with (docs: "Exit status"). */
export const EXIT_STATUS = {
  failed: 1,
  usage: 2,
  refused: 3,
  damaged: 4,
  missing: 5,
  cancelled: 130,
} as const;

export type FailureKind = keyof typeof EXIT_STATUS;

export interface FailureDetails {
  /** What the user can do about it. */
  readonly hint?: Text;
  /** Default: `failed`. */
  readonly kind?: FailureKind;
  readonly cause?: unknown;
}

/**
 * An error meant for the person at the keyboard: what is wrong and where, in every language, and what to do.
 *
 * `code` is stable kebab-case, for `--json` and for tests (`gpt-header-crc`).
 */
export class LifeboatError extends Error {
  override readonly name = "LifeboatError";
  readonly code: string;
  readonly text: Text;
  readonly hint: Text | undefined;
  readonly kind: FailureKind;

  constructor(code: string, text: Text, details: FailureDetails = {}) {
    super(text.en, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.text = text;
    this.hint = details.hint;
    this.kind = details.kind ?? "failed";
  }
}

/**
 * For a `catch` that takes a failure for an answer: the error, where it says something of what was looked at. What is a mistake of
 * the program, or says that the job was cancelled or the medium pulled out, is thrown on.
 */
export function failureOf(error: unknown): LifeboatError {
  const isAnswer =
    error instanceof LifeboatError && error.kind !== "cancelled" && error.code !== "device-gone";
  if (isAnswer) return error;
  throw error;
}

/** Any error as one for the person at the keyboard; what nobody expected says so. */
export function asLifeboatError(error: unknown): LifeboatError {
  if (error instanceof LifeboatError) return error;
  const reason = error instanceof Error ? error.message : String(error);
  return new LifeboatError(
    "unexpected",
    { en: `Something went wrong: ${reason}`, zh: `出错了：${reason}` },
    {
      cause: error,
      hint: {
        en: "Run it again with LIFEBOAT_DEBUG=1 for the details",
        zh: "请设置 LIFEBOAT_DEBUG=1 再运行以查看详情",
      },
    },
  );
}

/** What a job throws when its user stops it. */
export function cancelled(): LifeboatError {
  return new LifeboatError("cancelled", { en: "Cancelled", zh: "已取消" }, { kind: "cancelled" });
}
