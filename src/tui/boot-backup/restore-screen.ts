/** Bringing a saved boot stage back: which file, what is in it and whose it is, and only then the job. */
import { stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { isDevice } from "../../block/file.ts";
import type { SafetyOptions } from "../../disks/safety.ts";
import type { ShownRestore } from "../../stick/boot-backup/on-target.ts";
import { restoreAsShown, restoreBootOf } from "../../stick/boot-backup/on-target.ts";
import type { RestorePlan } from "../../stick/boot-backup/restore.ts";
import { stateFolder } from "../../system/places.ts";
import { openTarget } from "../../block/device.ts";
import type { App } from "../app.ts";
import { ChooserFolder } from "../files/paths.ts";
import { pickerScreen } from "../files/picker.ts";
import type { DiskPicture } from "../frame/disk-picture.ts";
import type { Go, Screen } from "../frame/screen.ts";
import { defineScreen } from "../frame/screen.ts";
import type { Block } from "../frame/view.ts";
import { typeToConfirm } from "../jobs/confirm.ts";
import { backButton, jobScreen, onlyJob } from "../jobs/job-screen.ts";
import { remediesFor } from "../jobs/remedies.ts";
import { bootBackupSay } from "./messages.ts";
import { pictureOfRestore, restoreFacts, whenOf } from "./restore-words.ts";

const ENDINGS = [".lifeboat-boot"];

/** What is brought back to which disk, under which rules for disks. */
interface Restoring {
  readonly app: App;
  readonly path: string;
  readonly safety: SafetyOptions;
}

interface PicturedRestore extends ShownRestore {
  readonly picture: DiskPicture;
}

/** @param safety of a disk that is a stick, those of sticks; of another one, those of `build`. */
export function restoreScreen(app: App, path: string, safety: SafetyOptions): Screen {
  const restoring = { app, path, safety };
  return jobScreen<string>(
    {
      title: bootBackupSay.restore(),
      names: [path],
      question: bootBackupSay.stopLooking(),
      help: [bootBackupSay.restoreHelp()],
      carryOut: async () => folderFor(app, path),
      next: (folder) => ({
        instead: pickerScreen({
          title: bootBackupSay.restore(),
          from: new ChooserFolder(folder),
          endings: ENDINGS,
          several: false,
          done: ([file = ""]) => ({ instead: lookScreen(restoring, file) }),
        }),
      }),
    },
    app,
  );
}

/** Where they are saved unless somebody says otherwise. */
async function folderFor(app: App, path: string): Promise<string> {
  if (!(await isDevice(path))) return dirname(path);
  const folder = join(stateFolder(), "boot-backups");
  const found = await stat(folder).catch(() => undefined);
  return found?.isDirectory() === true ? folder : app.folder;
}

/** File and disk are looked at, and held against each other. */
function lookScreen(restoring: Restoring, file: string): Screen {
  const { app, path, safety } = restoring;
  return jobScreen<PicturedRestore>(
    {
      title: bootBackupSay.looking(),
      names: [path],
      question: bootBackupSay.stopLooking(),
      help: [bootBackupSay.restoreHelp()],
      carryOut: async (jobs) => {
        // What tells against it is shown, and agreed to or not.
        const options = { ...safety, otherDisk: true };
        const job = onlyJob(jobs);
        const use = async ({ plan, target, header }: ShownRestore) => ({ plan, target, header });
        const shown = await restoreBootOf(path, file, options, app.run, job, use);
        const disk = await openTarget(path);
        try {
          return { ...shown, picture: await pictureOfRestore(shown.plan, disk) };
        } finally {
          await disk.close();
        }
      },
      next: (shown) => ({ instead: planScreen(restoring, shown) }),
      failed: remediesFor(app, path, () => lookScreen(restoring, file)),
    },
    app,
  );
}

function planScreen(restoring: Restoring, shown: PicturedRestore): Screen {
  const { plan, picture } = shown;
  return defineScreen<undefined, Go>({
    start: () => ({ state: undefined }),
    update: (state, go) => ({ state, go }),
    view: (_state, go) => {
      const isOther = plan.differences.length > 0;
      const back = backButton(go);
      const bring = {
        id: "bring",
        label: isOther ? bootBackupSay.bringBackAllTheSame() : bootBackupSay.bringBack(),
        press: () => go({ instead: confirmScreen(restoring, shown) }),
      };
      return {
        title: bootBackupSay.looking(),
        help: [bootBackupSay.restoreHelp()],
        body: [
          ...differenceBlocks(plan),
          ...(isOther ? [overwrittenBlock(plan)] : []),
          { kind: "facts", facts: restoreFacts(shown) },
          { kind: "disk", picture },
          // On what looks like another disk, the way back stands first.
          {
            ...back,
            buttons: isOther ? [...back.buttons, bring] : [bring, ...back.buttons],
          },
        ],
      };
    },
  });
}

function overwrittenBlock({ target, differences }: RestorePlan): Block {
  const text = bootBackupSay.overwritten(target, differences.length > 0);
  return { kind: "text", text, tone: "warning" };
}

function differenceBlocks({ differences }: RestorePlan): Block[] {
  return differences.map((what) => {
    return { kind: "text", text: bootBackupSay.differs(what), tone: "bad" };
  });
}

function confirmScreen(restoring: Restoring, shown: PicturedRestore): Screen {
  const { plan, picture } = shown;
  const { path } = restoring;
  return typeToConfirm({
    title: bootBackupSay.restore(),
    word: path,
    about: [overwrittenBlock(plan), ...differenceBlocks(plan), { kind: "disk", picture }],
    next: () => restoreJob(restoring, shown),
  });
}

function restoreJob(restoring: Restoring, shown: ShownRestore): Screen {
  const { app, path } = restoring;
  const { file, created, differences } = shown.plan;
  return jobScreen<number>(
    {
      title: bootBackupSay.restoring(),
      names: [path],
      question: bootBackupSay.stopRestore(differences.length > 0),
      help: [bootBackupSay.restoreHelp()],
      carryOut: async (jobs) => restoreAsShown(shown, app.run, onlyJob(jobs)),
      done: (written, go) => [
        {
          kind: "text",
          text:
            written === 0
              ? bootBackupSay.sameAlready(path)
              : bootBackupSay.restored(path, whenOf(created)),
          tone: "good",
        },
        backButton(go),
      ],
      // Whatever became of it, what is there now is shown before it is tried again.
      failed: remediesFor(app, path, () => lookScreen(restoring, file)),
    },
    app,
  );
}
