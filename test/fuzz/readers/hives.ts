/** Registry hives and their transaction logs. */
import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { readBytes } from "../../../src/block/byte-range.ts";
import { MemoryRange } from "../../../src/block/memory.ts";
import { run } from "../../../src/system/run.ts";
import { checksumOf } from "../../../src/windows/registry/base-block.ts";
import {
  HiveEditor,
  applyEdits,
  editHive,
  readHive,
  readKeyTree,
  recoverHive,
  serialiseHive,
} from "../../../src/windows/registry/index.ts";
import type { HiveEdit, RegistryKey } from "../../../src/windows/registry/index.ts";
import { marvin32 } from "../../../src/windows/registry/log/marvin32.ts";
import { baseBlock, newLog, oldLog } from "../../support/hive-logs.ts";
import { binary, dword, key, text } from "../../support/hives.ts";
import type { FuzzedReader, Seed } from "../reader.ts";
import type { Scratch } from "../scratch.ts";
import { piecesWhere } from "./tree.ts";
import { Tolerance } from "./volumes.ts";

const BASE_BLOCK = 4096;
const MOST_TREE_BYTES = 1 << 20;

function tree(many: number): RegistryKey {
  const values = [
    text("", "default"),
    text("中文", "值"),
    dword("Number", 7),
    binary("large", Buffer.alloc(9000)),
    binary("big", Buffer.alloc(17_000)),
  ];
  return key("Root", {
    className: "class",
    values,
    subkeys: [
      key("Objects", { subkeys: Array.from({ length: many }, (_, index) => key(`{${index}}`)) }),
      key("Description", { values: [dword("System", 1)] }),
      key("键", { subkeys: [key("below", { values, className: "类" })] }),
    ],
  });
}

function written(minorVersion: 3 | 5, many: number): Buffer {
  return serialiseHive(tree(many), { minorVersion, fileName: "fuzz", timestamp: 1n << 56n });
}

async function hiveSeeds(folder: string): Promise<Seed[]> {
  const path = join(folder, "by-hivex");
  await writeFile(path, written(3, 2));
  const commands = [
    "add new",
    "cd new",
    "setval 1",
    "Text",
    "string:text",
    "cd \\Objects",
    "add a",
    "commit",
  ];
  await run("hivexsh", ["-w", path], { input: `${commands.join("\n")}\n` });
  const edited = await editHive(written(5, 3), [
    { kind: "delete-key", key: "Objects\\{1}" },
    { kind: "set-value", key: "Description", value: text("more", "text") },
  ]);
  const hives: Readonly<Record<string, Buffer>> = {
    "version 1.3": written(3, 3),
    "version 1.5, two leaves": written(5, 520),
    "version 1.5, edited": edited,
    "changed by hivexsh": await readFile(path),
  };
  return Object.entries(hives).map(([name, bytes]) => ({
    name,
    bytes,
    hot: [
      { start: 0, length: 48 },
      ...piecesWhere(bytes.subarray(0, BASE_BLOCK + 8192), 64, (piece, start) => {
        return start >= BASE_BLOCK && piece.some((byte) => byte !== 0);
      }),
    ],
  }));
}

function sealHive(image: Scratch): void {
  const block = image.change(0, 512);
  if (block.length === 512) block.writeUInt32LE(checksumOf(block), 508);
}

/** One of each kind, in places that all seeds have. */
const EDITS: readonly HiveEdit[] = [
  { kind: "set-value", key: "", value: binary("large", Buffer.alloc(5000)) },
  { kind: "set-value", key: "Description", value: text("added", "text") },
  { kind: "create-key", key: "Objects\\{2}\\made\\here" },
  { kind: "delete-value", key: "", name: "big" },
  { kind: "delete-key", key: "键" },
];

/** What is refused is refused before anything is changed; what isn't leaves a hive that is as sound as it was. */
async function edit(bytes: Buffer, number: number): Promise<void> {
  const first = EDITS[Math.max(0, number) % EDITS.length];
  const edits = number < 0 || first === undefined ? EDITS : [first];
  const editor = await HiveEditor.open(new MemoryRange(bytes));
  await applyEdits(editor, edits);
  const changed = Buffer.alloc(Math.max(bytes.length, editor.sizeBytes));
  bytes.copy(changed);
  for (const { offset, data } of await editor.changes()) {
    assert(offset >= 0 && offset + data.length <= changed.length, `a change at ${offset}`);
    data.copy(changed, offset);
  }
  await HiveEditor.open(new MemoryRange(changed)).catch((cause: unknown) => {
    throw new Error("what was edited isn't sound", { cause });
  });
}

export const registryHive: FuzzedReader = {
  name: "registry-hive",
  what: "registry hives by hivexsh and lifeboat's own writer: read whole, looked up in, edited",
  kind: "image",
  makeSeeds: hiveSeeds,
  repair: sealHive,
  read: async ({ bytes, number }) => {
    const hive = await readHive(new MemoryRange(bytes));
    const tolerance = new Tolerance();
    await tolerance.try(async () => readKeyTree(hive, { limitBytes: MOST_TREE_BYTES }));
    await tolerance.try(async () => (await hive.find("OBJECTS\\{1}"))?.value("no such value"));
    await tolerance.try(async () => edit(bytes, number));
    return tolerance.understood;
  },
};

interface DirtyHive {
  readonly hive: Buffer;
  readonly logs: Readonly<Record<string, Buffer>>;
}

let dirty: Promise<DirtyHive> | undefined;

async function makeDirty(): Promise<DirtyHive> {
  const states = [written(3, 2)];
  for (const edits of [EDITS.slice(0, 2), EDITS.slice(2)]) {
    states.push(await editHive(states.at(-1) ?? Buffer.alloc(0), edits));
  }
  const [start = Buffer.alloc(0), , end = start] = states;
  const hive = Buffer.from(start);
  baseBlock(start, { primary: 2, secondary: 1 }).copy(hive);
  return { hive, logs: { "new format": newLog(states, 1), "old format": oldLog(start, end, 2) } };
}

async function logSeeds(): Promise<Seed[]> {
  dirty ??= makeDirty();
  return Object.entries((await dirty).logs).map(([name, bytes]) => ({
    name,
    bytes,
    hot: [
      { start: 0, length: 48 },
      { start: 512, length: 80 },
      { start: 512, length: 1536 },
    ],
  }));
}

/** Of entries whose size still makes sense. */
function sealLog(image: Scratch): void {
  sealHive(image);
  for (
    let at = 512;
    at + 40 <= image.size && image.bytes.toString("latin1", at, at + 4) === "HvLE";
  ) {
    const size = image.bytes.readUInt32LE(at + 4);
    if (size < 40 || at + size > image.size) return;
    const header = image.change(at, 40);
    header.writeBigUInt64LE(marvin32(image.bytes.subarray(at + 40, at + size)), 24);
    header.writeBigUInt64LE(marvin32(image.bytes.subarray(at, at + 32)), 32);
    at += size;
  }
}

export const registryLog: FuzzedReader = {
  name: "registry-log",
  what: "transaction logs of a dirty registry hive, in both formats",
  kind: "image",
  makeSeeds: logSeeds,
  repair: sealLog,
  read: async ({ bytes }) => {
    dirty ??= makeDirty();
    const { hive } = await dirty;
    const { range } = await recoverHive(new MemoryRange(hive), [new MemoryRange(bytes)]);
    const whole = await readBytes(range, 0, range.size);
    const recovered = await readHive(new MemoryRange(whole));
    assert(!recovered.dirty, "still dirty");
    const tolerance = new Tolerance();
    await tolerance.try(async () => readKeyTree(recovered, { limitBytes: MOST_TREE_BYTES }));
    return tolerance.understood;
  },
};
