/** The commands that are cut short, each on a stick that has something of everything: see `sticks.ts`. */
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { ByteRange } from "../../src/block/byte-range.ts";
import { readBytes } from "../../src/block/byte-range.ts";
import type { Kit } from "../../src/boot/kit/kit.ts";
import { addFiles, removeFiles } from "../../src/stick/add.ts";
import { build } from "../../src/stick/build/build.ts";
import { plannedContent } from "../../src/stick/build/content.ts";
import type { StageSource } from "../../src/stick/build/stage-source.ts";
import { kitStage } from "../../src/stick/build/stage-source.ts";
import { clonedContent } from "../../src/stick/clone/content.ts";
import { stickStage } from "../../src/stick/clone/stage.ts";
import { refreshStick } from "../../src/stick/refresh.ts";
import type { Stick } from "../../src/stick/stick.ts";
import { openData, recogniseStick } from "../../src/stick/stick.ts";
import { carryOut } from "../../src/stick/sync/carry-out.ts";
import { openFolderSource } from "../../src/stick/sync/folder.ts";
import { prepareSync } from "../../src/stick/sync/sync.ts";
import { planUpgrade } from "../../src/stick/upgrade/plan.ts";
import { upgradeStick } from "../../src/stick/upgrade/upgrade.ts";
import { VERSION } from "../../src/system/version.ts";
import type { BuildPlan } from "../../src/stick/build/plan.ts";
import type { StickContent } from "../../src/stick/build/content.ts";
import { planClones, withSource } from "../support/clones.ts";
import { quietJob } from "../support/jobs.ts";
import { testKit } from "../support/kit.ts";
import { named, planStick } from "../support/sticks.ts";
import { laterKit } from "./kits.ts";
import type { BaseStick } from "./sticks.ts";
import { INJECTED, IN_PIECES, PLAIN, cloneSource, crashTools } from "./sticks.ts";

export interface Scenario {
  readonly command: string;
  /** What is done, in a few words. */
  readonly what: string;
  /** Paths on the data partition: the old file, the new one, or none. */
  readonly named: readonly string[];
  /** Nothing of what was there is kept: a build. */
  readonly givesUpAll?: true;
  /** Of them those that have more than an old and a new version while it is carried out. */
  readonly inSteps?: readonly string[];
  /** Before the power is on the recorder: a change for the command to find. */
  prepare?(disk: ByteRange, base: BaseStick): Promise<void>;
  carryOut(disk: ByteRange, base: BaseStick): Promise<void>;
}

/** What `sync` remembers on the stick of what it put there. */
const SYNC_STATE = "/lifeboat/sync.json";
/** Of a family, only the latest one. */
const RULES = 'keep: [{ files: "rescue-*.iso", newest: 1 }]\n';

export const SCENARIOS: readonly Scenario[] = [
  {
    command: "build",
    what: "over a stick that was there, with two ISOs",
    named: [],
    givesUpAll: true,
    async carryOut(disk, base) {
      const { fileSystem, scheme, image } = base;
      const isos = base.isos.slice(0, 2);
      const plan = await once(`plan of ${image}`, async () =>
        planStick(image, { sizeBytes: 0, fileSystem, scheme, isos }),
      );
      const stage = kitStage(await testKit(), VERSION);
      await buildOn(disk, image, plan, stage, plannedContent(plan, new Date()));
    },
  },
  {
    command: "add",
    what: "an ISO",
    named: ["/fresh.iso"],
    carryOut: async (disk, { fresh }) =>
      withStick(disk, async (stick) => {
        await addFiles(stick, [fresh], await crashTools(), quietJob());
      }),
  },
  {
    command: "add --replace",
    what: "an ISO that is there, and one that is not",
    named: [PLAIN, "/fresh.iso"],
    carryOut: async (disk, { fresh, replacement }) =>
      withStick(disk, async (stick) => {
        await addFiles(stick, [replacement, fresh], await crashTools(), quietJob(), {
          replace: true,
        });
      }),
  },
  {
    command: "remove",
    what: "an ISO in pieces, with its copies on the ESP, and a plain one",
    named: [IN_PIECES, PLAIN],
    carryOut: async (disk) =>
      withStick(disk, async (stick) => {
        await removeFiles(stick, [IN_PIECES, PLAIN], await crashTools(), quietJob());
      }),
  },
  {
    command: "refresh",
    what: "after an ISO came, one went and an injected file changed",
    named: [],
    prepare: async (disk) =>
      withStick(disk, async (stick) => {
        const { run } = await crashTools();
        const volume = await openData(stick, run);
        await volume.remove(IN_PIECES);
        await volume.writeFile(INJECTED, Buffer.from("other text\n"), new Date());
        const source = await volume.open(PLAIN);
        const copy = await readBytes(source, 0, source.size);
        await volume.writeFile("/copied.iso", copy, new Date());
      }),
    carryOut: async (disk) =>
      withStick(disk, async (stick) => {
        await refreshStick(stick, await crashTools(), quietJob());
      }),
  },
  {
    command: "sync",
    what: "an ISO came, one changed, and a rule retired one that a sync had put there",
    named: ["/rescue-1.iso", "/rescue-2.iso", PLAIN, SYNC_STATE],
    inSteps: [SYNC_STATE],
    async prepare(disk, base) {
      const { image, isos, fresh, replacement } = base;
      const library = libraryOf(base);
      await rm(library, { recursive: true, force: true });
      await mkdir(library);
      await writeFile(join(library, "lifeboat-sync.yaml"), RULES);
      await named(isos[1] ?? "", library, "rescue-1.iso");
      await syncFrom(library, disk, image);
      await named(fresh, library, "rescue-2.iso");
      await named(replacement, library, "plain.iso");
    },
    carryOut: async (disk, base) => syncFrom(libraryOf(base), disk, base.image),
  },
  {
    command: "clone",
    what: "another stick, over one that was there",
    named: [],
    givesUpAll: true,
    carryOut: async (disk, base) =>
      withSource(await cloneSource(base), async (source) => {
        const [plan] = await once(`clone of ${base.image}`, async () =>
          planClones(source, [base.image], 0),
        );
        if (plan === undefined) throw new Error("no plan");
        const content = clonedContent(source, new Set());
        await buildOn(disk, base.image, plan, await stickStage(source.stick), content);
      }),
  },
  {
    command: "upgrade",
    what: "to a later kit: a third of the files, and GRUB's core image",
    named: [],
    carryOut: async (disk, { image }) =>
      withStick(disk, async (stick) => {
        const backupFile = `${image}.lifeboat-boot`;
        await rm(backupFile, { force: true });
        const all = { ...(await crashTools()), kit: await laterKitFor(image), version: VERSION };
        const prepared = await planUpgrade(stick, all, quietJob());
        const once = { now: new Date(), beforeReadBack: async () => {}, backupFile };
        await upgradeStick(stick, prepared, { ...all, ...once }, quietJob());
      }),
  },
];

/** What `buildOnTarget` does but for opening the target. */
async function buildOn(
  disk: ByteRange,
  image: string,
  plan: BuildPlan,
  stage: StageSource,
  content: StickContent,
): Promise<void> {
  const once = { now: new Date(), stage, content, beforeReadBack: async () => {} };
  await build(plan, disk, image, { ...(await crashTools()), ...once }, quietJob());
}

function libraryOf({ image }: BaseStick): string {
  return `${image}.library`;
}

async function syncFrom(library: string, disk: ByteRange, image: string): Promise<void> {
  const source = await openFolderSource(library, image);
  await withStick(disk, async (stick) => {
    const tools = { ...(await crashTools()), now: new Date() };
    const plan = await prepareSync(stick, source, undefined, tools.run, quietJob());
    await carryOut(plan, source, stick, tools, quietJob());
  });
}

const made = new Map<string, Promise<unknown>>();

/** Made once for all times that a command is carried out on a base: what takes longer than the command. */
async function once<T>(what: string, make: () => Promise<T>): Promise<T> {
  const known = made.get(what) ?? make();
  made.set(what, known);
  return known as Promise<T>;
}

async function laterKitFor(image: string): Promise<Kit> {
  const folder = `${image}.later-kit`;
  return once(folder, async () => laterKit(folder));
}

/** The path is never opened: none of these file systems starts a program. */
async function withStick(disk: ByteRange, use: (stick: Stick) => Promise<void>): Promise<void> {
  await use(await recogniseStick(disk, "crash.img"));
}
