/** Partitions of disks at hand, as a store names them: by tables that sfdisk wrote. */
import { join } from "node:path";
import { expect, test } from "vitest";
import { withIdentifiers } from "../../../../src/windows/bcd/partition-of.ts";
import { judge, temporaryFolder } from "../../../support/tools.ts";

async function disk(table: string): Promise<string> {
  const image = join(await temporaryFolder(), "disk.img");
  await judge("truncate", ["-s", "8M", image]);
  await judge("sfdisk", ["-q", image], { input: table });
  return image;
}

test("of a GPT", async () => {
  const image = await disk(`label: gpt
label-id: DC4FADF5-0301-43B1-A92E-FA050E941B2A
size=2048
size=2048, uuid=25DB1717-FB0A-484D-986D-92AE59953C88
`);
  const words =
    "partition={25db1717-fb0a-484d-986d-92ae59953c88}@{dc4fadf5-0301-43b1-a92e-fa050e941b2a}";
  expect(await withIdentifiers(`partition=${image}#2`)).toBe(words);
  expect(await withIdentifiers(`vhd=[partition=${image}#2]\\w.vhdx,locate=path`)).toBe(
    `vhd=[${words}]\\w.vhdx,locate=path`,
  );
  expect(await withIdentifiers(words)).toBe(words);
  expect(await withIdentifiers("boot")).toBe("boot");
  await expect(withIdentifiers(`partition=${image}#3`)).rejects.toMatchObject({
    code: "bcd-no-partition",
    hint: { en: "It has 1, 2" },
  });
});

test("of an MBR: not the extended one, but the logical ones in it", async () => {
  const image = await disk(`label: dos
label-id: 0xddba6bbb
start=2048, size=2048, type=7
type=5
size=1024, type=7
`);
  expect(await withIdentifiers(`partition=${image}#1`)).toBe("partition=0x100000@0xddba6bbb");
  expect(await withIdentifiers(`partition=${image}#5`)).toMatch(/^partition=0x\w+@0xddba6bbb$/);
  await expect(withIdentifiers(`partition=${image}#2`)).rejects.toMatchObject({
    code: "bcd-no-partition",
  });
});
