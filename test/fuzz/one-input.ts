/** Reads one input, and says what came of it and what it cost. */
import { readFileSync } from "node:fs";
import { LifeboatError } from "../../src/system/errors.ts";
import type { FuzzedReader, Input } from "./reader.ts";
import { MOST_BUFFER_BYTES, MOST_CPU_MS, MOST_GROWTH_BYTES } from "./limits.ts";

export interface Outcome {
  readonly kind: "whole" | "part" | "refused" | "failed";
  readonly cpuMs: number;
  readonly peakBytes: number;
  /** The longest buffer that was asked for. */
  readonly largestBuffer: number;
  /** Of `refused` and `failed`. */
  readonly reason?: string;
}

let largestBuffer = 0;

/** From here on it is known how long a buffer is asked for, whether or not it is given. */
export function watchBuffers(): void {
  for (const name of ["alloc", "allocUnsafe", "allocUnsafeSlow"] as const) {
    const allocate = Buffer[name].bind(Buffer) as (...args: unknown[]) => Buffer<ArrayBuffer>;
    Buffer[name] = (size: number, ...rest: unknown[]) => {
      if (size > largestBuffer) largestBuffer = size;
      if (size > MOST_BUFFER_BYTES) throw new Error(`a buffer of ${size} bytes`);
      return allocate(size, ...rest);
    };
  }
}

export async function readOne(
  reader: FuzzedReader,
  input: Input,
  mostCpuMs = MOST_CPU_MS,
): Promise<Outcome> {
  largestBuffer = 0;
  const peakBefore = peakMemory();
  const before = process.cpuUsage();
  const { kind, reason } = await attempt(reader, input);
  const { user, system } = process.cpuUsage(before);
  const cpuMs = (user + system) / 1000;
  const peakBytes = peakMemory();
  const outcome = { kind, cpuMs, peakBytes, largestBuffer };
  if (kind === "failed") return { ...outcome, reason: reason ?? "" };
  if (cpuMs > mostCpuMs) return { ...outcome, kind: "failed", reason: `hang: ${cpuMs} ms` };
  const growth = peakBytes - peakBefore;
  if (growth > MOST_GROWTH_BYTES) {
    return { ...outcome, kind: "failed", reason: `memory: ${growth} bytes more` };
  }
  return reason === undefined ? outcome : { ...outcome, reason };
}

async function attempt(
  reader: FuzzedReader,
  input: Input,
): Promise<{ kind: Outcome["kind"]; reason?: string }> {
  try {
    return { kind: await reader.read(input) };
  } catch (error) {
    if (error instanceof LifeboatError) {
      return { kind: "refused", reason: `${error.code}: ${error.message}` };
    }
    return { kind: "failed", reason: inWords(error) };
  }
}

function inWords(error: unknown): string {
  if (!(error instanceof Error)) return `thrown: ${String(error)}`;
  const lines = (error.stack ?? "").split("\n").filter((line) => line.trim().startsWith("at "));
  return `${error.name}: ${error.message.slice(0, 300)}\n${lines.slice(0, 12).join("\n")}`;
}

/** The most that the whole process has held, in bytes. */
function peakMemory(): number {
  // Not getrusage: its peak begins with that of whoever started this process (VmHWM, proc(5)).
  const status = readFileSync("/proc/self/status", "latin1");
  return Number(/^VmHWM:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) * 1024;
}
