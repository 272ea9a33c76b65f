/** Where a new stick's boot stage comes from: the kit here; another stick in clone/stage.ts. */
import type { BiosStage } from "../../boot/bios-stage.ts";
import { makeBiosStage } from "../../boot/bios-stage.ts";
import { Kit } from "../../boot/kit/kit.ts";
import { KIT_PATHS } from "../../boot/kit/manifest.ts";
import type { StageOptions } from "../../boot/stage.ts";
import { makeStageFiles } from "../../boot/stage.ts";
import type { StageFile } from "../../boot/uefi-stage.ts";
import type { Scheme, StickLayout } from "../layout.ts";

export interface StageSource {
  /** The lifeboat that the stage is of, for the manifest. */
  readonly lifeboat: string;
  /** Package → version, for the manifest. */
  readonly versions: Readonly<Record<string, string>>;
  /** @throws LifeboatError where one is missing or not what it should be. */
  files(options: StageOptions): Promise<StageFile[]>;
  /** Undefined where the source has none. */
  bios(core: NonNullable<StickLayout["core"]>, scheme: Scheme): Promise<BiosStage | undefined>;
}

/** @param lifeboat its version. */
export function kitStage(kit: Kit, lifeboat: string): StageSource {
  const cached = new CachingKit(kit.folder, kit.manifest);
  return {
    lifeboat,
    versions: kit.versions(),
    files: async (options) => makeStageFiles(cached, options),
    bios: async ({ startLba, sectors }, scheme) => {
      const image = await cached.read(scheme === "gpt" ? KIT_PATHS.coreGpt : KIT_PATHS.coreMbr);
      return makeBiosStage(await cached.read(KIT_PATHS.bootImg), image, startLba, sectors);
    },
  };
}

/** Several sticks that are built at once share the bytes, which would fill the memory otherwise. */
class CachingKit extends Kit {
  readonly #files = new Map<string, Promise<Buffer>>();

  override async read(path: string): Promise<Buffer> {
    const found = this.#files.get(path) ?? super.read(path);
    this.#files.set(path, found);
    return found;
  }
}
