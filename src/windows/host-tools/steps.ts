/** From plan and host to the steps in their order: what a dry run shows, and what is carried out. Pure, but for reading templates. */
import type { Text } from "../../system/text.ts";
import { BOOTEX_BUILD } from "./check-plan.ts";
import { diskpartScript } from "./diskpart.ts";
import type { DiskpartTemplate } from "./diskpart.ts";
import type { HostFacts } from "./facts.ts";
import { say } from "./messages.ts";
import type { HostPlan } from "./plan.ts";

/** Which tool, for what its failures mean. */
export type HostTool = "diskpart" | "dism" | "bcdboot" | "bcdedit" | "icacls" | "mountvol";

export interface HostCall {
  readonly tool: HostTool;
  /** With its folder: whatever lies in the path, this is what runs. */
  readonly program: string;
  readonly args: readonly string[];
}

export type HostStep = { readonly text: Text } & (
  | {
      readonly kind: "diskpart";
      readonly program: string;
      readonly script: string;
      /** What must be true of the disk just before, beside its being the plan's. */
      readonly before?: "empty" | "lettered";
      /** The script gives the system partition its letter. */
      readonly letters: boolean;
    }
  /** Deletes the reserved partition that converting to GPT has made by itself, if it has. */
  | { readonly kind: "delete-reserved"; readonly program: string }
  | { readonly kind: "apply"; readonly call: HostCall }
  | { readonly kind: "call"; readonly call: HostCall; readonly onlyIf?: string }
  /** `/Apply-Unattend:` is added, with a file that is there only meanwhile. */
  | { readonly kind: "offline-unattend"; readonly call: HostCall; readonly content: string }
  | { readonly kind: "bcdboot"; readonly call: HostCall; readonly bootex: BootexChoice | undefined }
  | { readonly kind: "folder" | "remove-file"; readonly path: string }
  | { readonly kind: "new-file" | "file"; readonly path: string; readonly content: string }
  /** All is done by then: that it fails is told, and nothing more. */
  | { readonly kind: "letter-away"; readonly call: HostCall }
);

/** `/bootex` is added only where the image has the files. */
export interface BootexChoice {
  readonly folder: string;
}

/** The first DISM that knows them. */
const COMPACT_BUILD = 10_240;
const EXTENDED_ATTRIBUTES_BUILD = 14_393;

/** SYSTEM and Administrators, by their SIDs: their names are translated. */
const OWNERS = ["*S-1-5-18", "*S-1-5-32-544"];

/** Closes a file, or a folder with what will be in it, to all but SYSTEM and Administrators. */
export function closeCall(facts: HostFacts, path: string, kind: "file" | "folder"): HostCall {
  const rights = kind === "file" ? "F" : "(OI)(CI)F";
  const grants = OWNERS.map((owner) => `${owner}:${rights}`);
  const program = `${facts.system}\\icacls.exe`;
  return { tool: "icacls", program, args: [path, "/inheritance:r", "/grant:r", ...grants] };
}

/** @param plan one that `checkHostPlan` has nothing against, on this host. */
export async function hostSteps(plan: HostPlan, facts: HostFacts): Promise<HostStep[]> {
  const system = `${plan.letters.system}:`;
  const windows = `${plan.letters.windows}:`;
  const tool = (name: string) => `${facts.system}\\${name}.exe`;
  const call = (name: HostTool, ...args: string[]): HostCall => {
    return { tool: name, program: tool(name), args };
  };
  const diskpart = async (
    text: Text,
    template: DiskpartTemplate,
    before?: "empty" | "lettered",
  ): Promise<HostStep> => {
    const script = await diskpartScript(template, plan);
    const letters = /^assign /m.test(script);
    const step = { text, kind: "diskpart", program: tool("diskpart"), script, letters } as const;
    return before === undefined ? step : { ...step, before };
  };
  const dism = (...args: string[]) => call("dism", "/English", ...args);
  const steps: HostStep[] = [];
  switch (plan.layout.kind) {
    case "gpt":
      steps.push(
        await diskpart(say.cleaning(), "clean-gpt"),
        { text: say.checkingReserved(), kind: "delete-reserved", program: tool("diskpart") },
        await diskpart(say.partitioning(), "partitions-gpt", "empty"),
      );
      break;
    case "mbr":
      // In one go, so that the disk's number needn't be trusted twice.
      steps.push(await diskpart(say.partitioning(), "whole-mbr"));
      break;
    case "existing":
      steps.push(await diskpart(say.letters(), "letters"));
      if (plan.layout.format) {
        steps.push(await diskpart(say.formatting(), "format", "lettered"));
      }
      break;
  }
  steps.push({ text: say.applying(), kind: "apply", call: dism(...applyArguments(plan, facts)) });
  if (plan.drivers !== undefined) {
    const args = [`/Image:${windows}\\`, "/Add-Driver", `/Driver:${plan.drivers}`, "/Recurse"];
    steps.push({ text: say.addingDrivers(), kind: "call", call: dism(...args) });
  }
  if (plan.offlineUnattend !== undefined) {
    const offline = dism(`/Image:${windows}\\`);
    const content = plan.offlineUnattend;
    steps.push({ text: say.offlineUnattend(), kind: "offline-unattend", call: offline, content });
  }
  if (plan.firmware !== "bios") {
    // bcdboot does not make it by itself.
    const path = `${system}\\EFI\\Microsoft\\Boot`;
    steps.push({ text: say.bootFiles(), kind: "folder", path });
  }
  steps.push({
    text: say.bootFiles(),
    kind: "bcdboot",
    call: call("bcdboot", ...bcdbootArguments(plan, facts)),
    bootex:
      plan.bootex === true && plan.firmware !== "bios"
        ? { folder: `${windows}\\Windows\\Boot\\EFI_EX` }
        : undefined,
  });
  const stores = [
    ...(plan.firmware === "bios" ? [] : [`${system}\\EFI\\Microsoft\\Boot\\BCD`]),
    ...(plan.firmware === "uefi" ? [] : [`${system}\\Boot\\BCD`]),
  ];
  for (const store of stores) {
    const args = ["/store", store, "/set", "{default}", "recoveryenabled", "no"];
    // With ALL, bcdboot leaves out what the image has nothing for.
    const onlyIf = stores.length > 1 ? { onlyIf: store } : {};
    steps.push({ text: say.noRecovery(), kind: "call", call: call("bcdedit", ...args), ...onlyIf });
  }
  if (plan.unattend !== undefined) {
    const folder = `${windows}\\Windows\\Panther`;
    const path = `${folder}\\unattend.xml`;
    steps.push(
      { text: say.unattend(), kind: "folder", path: folder },
      // It may hold a password: nobody else may read it, and not for a moment. A file that is there may let somebody in by name.
      { text: say.unattend(), kind: "remove-file", path },
      { text: say.unattend(), kind: "new-file", path, content: "" },
      { text: say.unattend(), kind: "call", call: closeCall(facts, path, "file") },
      { text: say.unattend(), kind: "file", path, content: plan.unattend },
    );
  }
  steps.push({ text: say.letterAway(), kind: "letter-away", call: call("mountvol", system, "/D") });
  return steps;
}

function applyArguments({ image, letters }: HostPlan, { build }: HostFacts): string[] {
  return [
    "/Apply-Image",
    `/ImageFile:${image.path}`,
    ...(image.parts === undefined ? [] : [`/SWMFile:${image.parts}`]),
    `/Index:${image.index}`,
    `/ApplyDir:${letters.windows}:\\`,
    ...(image.check === true ? ["/CheckIntegrity"] : []),
    ...(image.compact === true && build >= COMPACT_BUILD ? ["/Compact"] : []),
    ...(build >= EXTENDED_ATTRIBUTES_BUILD ? ["/EA"] : []),
  ];
}

function bcdbootArguments(plan: HostPlan, { bcdboot }: HostFacts): string[] {
  const { letters, firmware, locale } = plan;
  const args = [`${letters.windows}:\\Windows`, "/v", "/s", `${letters.system}:`];
  args.push("/f", { uefi: "UEFI", bios: "BIOS", all: "ALL" }[firmware]);
  if (locale !== undefined) args.push("/l", locale);
  // Without it, this bcdboot takes the host's Secure Boot for the stick's, and looks for files that older images don't have.
  if (bcdboot.build >= BOOTEX_BUILD) args.push("/offline");
  return args;
}
