/** The computer's disks with what a technician wants to know of each: is it a rescue stick, may it become one, and if not, why. */
import type { Disk } from "../../disks/disk.ts";
import type { SafetyOptions } from "../../disks/safety.ts";
import { judgeTarget } from "../../disks/safety.ts";
import { readActiveSlot, readSlot } from "../../stick/menu/slots.ts";
import { openStick } from "../../stick/stick.ts";
import { LifeboatError, asLifeboatError, failureOf } from "../../system/errors.ts";
import type { Text } from "../../system/text.ts";
import type { App } from "../app.ts";
import type { Effect } from "../frame/screen.ts";

export interface StickSummary {
  readonly name: string;
  readonly isos: number;
}

export interface FoundTarget {
  readonly path: string;
  readonly sizeBytes: number;
  /** Vendor, model and serial number, as far as they are known. */
  readonly about: string;
  /** Why nothing may be written to it; undefined where it may. */
  readonly refused: Text | undefined;
  /** Refused for nothing but that it is mounted, and lifeboat can unmount it. */
  readonly mounted: boolean;
  readonly stick: StickSummary | undefined;
  /** Why it can't be looked into: mostly, that it takes an administrator. */
  readonly unreadable: Text | undefined;
}

/** @throws LifeboatError as the lister does. */
async function findSticks(
  { disks }: Pick<App, "disks">,
  safety: SafetyOptions,
): Promise<FoundTarget[]> {
  const found: FoundTarget[] = [];
  for (const disk of await disks.list()) found.push(await describe(disk, safety));
  // What can be worked with first; of those, the sticks.
  const rank = ({ stick, refused }: FoundTarget) =>
    stick !== undefined ? 0 : refused === undefined ? 1 : 2;
  return found.sort((a, b) => rank(a) - rank(b));
}

/** What a screen that lists them hears. */
export type FoundMessage =
  | { readonly kind: "found"; readonly found: readonly FoundTarget[] }
  | { readonly kind: "failed"; readonly error: LifeboatError };

/** For the effects of such a screen. @param safety which disks may be written to that otherwise mayn't. */
export function findingSticks(
  app: Pick<App, "disks">,
  safety: SafetyOptions = {},
): Effect<FoundMessage> {
  return async (send) => {
    try {
      send({ kind: "found", found: await findSticks(app, safety) });
    } catch (error) {
      send({ kind: "failed", error: asLifeboatError(error) });
    }
  };
}

async function describe(disk: Disk, safety: SafetyOptions): Promise<FoundTarget> {
  const { path, size, model, serial } = disk;
  const findings = judgeTarget({ kind: "disk", path, disk, whole: true }, safety);
  const errors = findings.filter(({ level }) => level === "error");
  const refused = errors[0]?.text;
  const isOnlyMounted = errors.length > 0 && errors.every(({ code }) => code === "mounted");
  const mounted = isOnlyMounted && process.platform === "linux";
  const about = [model, serial].filter(Boolean).join(" · ");
  const inside = await lookInside(path);
  return { path, sizeBytes: size, about, refused, mounted, ...inside };
}

/** A disk that can't be read is no reason to show no others. */
async function lookInside(path: string): Promise<Pick<FoundTarget, "stick" | "unreadable">> {
  try {
    const stick = await openStick(path);
    try {
      const slot = await readSlot(stick.bootVolume, await readActiveSlot(stick.bootVolume));
      const isos = slot?.records.isos.length ?? 0;
      return { stick: { name: stick.manifest.name, isos }, unreadable: undefined };
    } finally {
      await stick.disk.close();
    }
  } catch (error) {
    if (error instanceof LifeboatError && error.code === "not-a-stick") {
      return { stick: undefined, unreadable: undefined };
    }
    return { stick: undefined, unreadable: failureOf(error).text };
  }
}
