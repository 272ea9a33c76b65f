import { counted } from "../system/text.ts";
import { basename } from "node:path";
import type { ByteRange } from "../block/byte-range.ts";
import type { describeIso } from "../stick/inspect.ts";
import type { Stick } from "../stick/stick.ts";
import type { VentoySurvey } from "../stick/ventoy/survey.ts";
import { LifeboatError } from "../system/errors.ts";
import { formatSize } from "../system/sizes.ts";
import type { Register } from "./common.ts";
import { builtInRecipes } from "./common.ts";
import type { Besides, ChecksumOptions } from "./file-checksum.ts";
import { editionLines, scanJson } from "./scan.ts";
import type { Shell } from "./shell.ts";

interface InspectOptions extends ChecksumOptions {
  readonly check?: boolean;
}

export const registerInspect: Register = (program, open) => {
  program
    .command("inspect <target>")
    .about({
      en: "what a stick, a disk, an image or an ISO is, in full",
      zh: "详细说明 U 盘、磁盘、映像或 ISO 的内容",
    })
    .value("--sha256 <hex>", {
      en: "hold the file against this SHA-256; exit status 4 where it is another",
      zh: "与此 SHA-256 核对；不符则退出码为 4",
    })
    .value("--checksums <file>", {
      en: "hold the file against a list of checksums (sha256sum's form and others)",
      zh: "与校验和列表核对（sha256sum 等格式）",
    })
    .flag("--check", {
      en: "read a WIM to its end and hold it against its integrity table",
      zh: "完整读取 WIM 并与其完整性表核对",
    })
    .examples(
      "lifeboat inspect /dev/sdb",
      "lifeboat inspect stick.img --json",
      "lifeboat inspect install.wim --check",
      "lifeboat inspect windows.iso --checksums SHA256SUMS",
    )
    .action(async (path: string, options: InspectOptions, command) => {
      const shell = open(command);
      // Before anything is hashed, which may take long.
      if (options.check === true) await refuseUnlessWim(path);
      const { checksumOf } = await import("./file-checksum.ts");
      const besides = await checksumOf(path, options, shell);
      const { openStick } = await import("../stick/stick.ts");
      const { inspectStick } = await import("../stick/inspect.ts");
      const { UNKNOWN_MENU } = await import("../stick/manifest.ts");
      const { failureOf } = await import("../system/errors.ts");
      let unknown: LifeboatError | undefined;
      const stick = await openStick(path).catch((error: unknown) => {
        const failure = failureOf(error);
        if (UNKNOWN_MENU.includes(failure.code)) unknown = failure;
        else if (failure.code !== "not-a-stick") throw error;
        return undefined;
      });
      if (stick === undefined) return inspectOther(path, options, besides, shell, unknown);
      if (stick.manifest.bootStage.kind === "ventoy") {
        await stick.disk.close();
        return inspectOther(path, options, besides, shell);
      }
      try {
        const found = await inspectStick(stick);
        const behind = await ventoyBehind(stick, shell);
        const lines = [
          `${found.name}  ${found.scheme}  GRUB${found.bootStage.secureBoot ? ", Secure Boot" : ""}`,
          ...(behind?.lines ?? []),
          ...partitionLines(found),
          ...isoLines(found.isos),
          ...besides.lines,
        ];
        const ventoy = behind && { ventoy: behind.json };
        shell.result({ ...found, ...ventoy, ...besides.json }, lines);
      } finally {
        await stick.disk.close();
      }
    });
};

/** Undefined where there is no Ventoy behind lifeboat's menu. */
async function ventoyBehind({ manifest, disk, path }: Stick, shell: Shell) {
  if (manifest.bootStage.ventoyChain !== true) return undefined;
  const { surveyVentoy } = await import("../stick/ventoy/survey.ts");
  const { describeBehind } = await import("../stick/ventoy/inspect.ts");
  const { linesOfBehind } = await import("./ventoy-words.ts");
  const survey = await surveyVentoy(disk);
  if (survey === undefined) return undefined;
  const { deviceCheck, ...json } = describeBehind(survey);
  const said = deviceCheck.map((one) => ({ ...one, what: shell.say(one.what) }));
  return { json: { ...json, deviceCheck: said }, lines: linesOfBehind(path, survey, shell) };
}

/**
 * An ISO where one can be recognised (it may have a partition table of its own), else a disk.
 * @param unknown of a stick whose menu's own file can't be gone by: what Ventoy starts is known without it.
 */
async function inspectOther(
  path: string,
  options: InspectOptions,
  besides: Besides,
  shell: Shell,
  unknown?: LifeboatError,
): Promise<void> {
  const { openTarget } = await import("../block/device.ts");
  const { inspectIso } = await import("../iso/inspect.ts");
  const { describePartitions } = await import("../stick/inspect.ts");
  const range = await openTarget(path);
  try {
    const { isWim } = await import("../windows/wim/header.ts");
    if (await isWim(range)) {
      const { inspectWim } = await import("./inspect-wim.ts");
      return await inspectWim(range, path, { check: options.check === true }, besides, shell);
    }
    const { surveyVentoy } = await import("../stick/ventoy/survey.ts");
    const ventoy = await surveyVentoy(range);
    if (ventoy !== undefined) {
      if (unknown !== undefined) shell.warn(unknown.text);
      return await inspectVentoyStick(range, path, ventoy, besides, shell);
    }
    if (unknown !== undefined) throw unknown;
    const report = await inspectIso(range, basename(path), await (await builtInRecipes()).load());
    if (report.uuid !== "") {
      const json = scanJson({ file: path, ...report }, shell);
      shell.result({ kind: "iso", ...json, ...besides.json }, [
        `${report.name} ${report.version}  [${report.family}]`.trim(),
        ...editionLines(report),
        ...report.entries.map(({ title }) => `  • ${title}`),
        ...report.problems.map(({ severity, text }) => `  ${severity}: ${shell.say(text)}`),
        ...besides.lines,
      ]);
      return;
    }
    const found = await describePartitions(range);
    shell.result({ kind: "disk", size: range.size, ...found, ...besides.json }, [
      `${path}  ${formatSize(range.size)}  ${found.scheme}`,
      ...partitionLines(found),
      ...besides.lines,
    ]);
  } finally {
    await range.close();
  }
}

async function inspectVentoyStick(
  range: ByteRange,
  path: string,
  survey: VentoySurvey,
  besides: Besides,
  shell: Shell,
): Promise<void> {
  const { inspectVentoy } = await import("../stick/ventoy/inspect.ts");
  const { linesOfVentoy } = await import("./ventoy-words.ts");
  const found = await inspectVentoy(range, survey, await builtInRecipes(), shell.job);
  const deviceCheck = found.deviceCheck.map((one) => ({ ...one, what: shell.say(one.what) }));
  shell.result({ ...found, deviceCheck, ...besides.json }, [
    ...linesOfVentoy(path, survey, shell),
    ...partitionLines(found),
    ...isoLines(found.isos),
    ...besides.lines,
  ]);
}

/** @throws LifeboatError `not-a-wim`: nothing else has an integrity table. */
async function refuseUnlessWim(path: string): Promise<void> {
  const { openTarget } = await import("../block/device.ts");
  const { isWim } = await import("../windows/wim/header.ts");
  const range = await openTarget(path);
  try {
    if (await isWim(range)) return;
  } finally {
    await range.close();
  }
  const text = {
    en: `${path} is no WIM: it has no integrity table`,
    zh: `${path} 不是 WIM：没有完整性表`,
  };
  throw new LifeboatError("not-a-wim", text, {
    kind: "usage",
    hint: { en: "Use --sha256 or --checksums", zh: "请使用 --sha256 或 --checksums" },
  });
}

function isoLines(isos: readonly ReturnType<typeof describeIso>[]): string[] {
  return isos.flatMap((iso) => [
    `${iso.path}  ${formatSize(iso.size)}  [${iso.family}]  ${counted(iso.extents.length, "extent", "extents")}`,
    ...iso.entries.map((title) => `  • ${title}`),
  ]);
}

function partitionLines(found: {
  sectorSize: number;
  partitions: readonly {
    number: number;
    name: string;
    type: string;
    start: number;
    sectors: number;
    fileSystem: string;
    label: string;
  }[];
}): string[] {
  return found.partitions.map(({ number, name, type, start, sectors, fileSystem, label }) =>
    [
      String(number).padStart(3),
      formatSize(sectors * found.sectorSize).padStart(9),
      `LBA ${start}`.padEnd(14),
      fileSystem.padEnd(6),
      label.padEnd(12),
      name || type,
    ].join("  "),
  );
}
