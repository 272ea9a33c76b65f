import * as fc from "fast-check";
import { expect, test } from "vitest";
import { rangeOfExtents } from "../../../../src/block/concatenation.ts";
import { LifeboatError } from "../../../../src/system/errors.ts";
import { fsckIsClean, makeVolume, MIB, pattern, readPath } from "./support.ts";

/** Every step starts a process or three: few runs here, more for long runs. */
const RUNS = Math.max(2, Math.floor(Number(process.env["LIFEBOAT_FUZZ"] ?? 200) / 60));
const NAMES = ["a", "b c", 'q"; rm a; ', "中文", "<12>"];

const place = fc.record({
  folder: fc.constantFrom("", ...NAMES.slice(0, 2).map((name) => `/${name}`)),
  name: fc.constantFrom(...NAMES),
});
const step = fc.oneof(
  fc.record({ kind: fc.constant("makeDirectory" as const), place }),
  fc.record({ kind: fc.constant("remove" as const), place }),
  fc.record({ kind: fc.constant("writeFile" as const), place, size: fc.nat(20_000) }),
  fc.record({ kind: fc.constant("reserve" as const), place, size: fc.nat(6 * MIB) }),
);

test(
  "any order of changes ends as a plain map of paths would",
  async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 6, maxLength: 14 }), async (steps) => {
        const { volume, range, e2fs, reopen } = await makeVolume(32 * MIB);
        /** Bytes of files; undefined for folders. */
        const model = new Map<string, Buffer | undefined>();
        for (const [index, { kind, place, ...rest }] of steps.entries()) {
          const path = `${place.folder}/${place.name}`;
          const data = pattern("size" in rest ? rest.size : 0, index + 1);
          const isFolder = (at: string) => at === "" || (model.has(at) && !model.get(at));
          const parentIsThere = isFolder(place.folder);
          const hasChildren = [...model.keys()].some((key) => key.startsWith(`${path}/`));
          const change = async (): Promise<boolean> => {
            if (kind === "makeDirectory") {
              await volume.makeDirectory(path);
              model.set(path, undefined);
              return parentIsThere;
            }
            if (kind === "remove") {
              await volume.remove(path);
              const allowed = parentIsThere && model.has(path) && !hasChildren;
              model.delete(path);
              return allowed;
            }
            if (kind === "writeFile") {
              await volume.writeFile(path, data);
              const allowed = parentIsThere && !isFolder(path);
              model.set(path, data);
              return allowed;
            }
            const reservation = await volume.reserve(data.length);
            await rangeOfExtents(range, reservation.extents).write(0, data);
            try {
              await reservation.commit(path, new Date(1e12));
            } catch (error) {
              await reservation.release();
              throw error;
            }
            const allowed = parentIsThere && !model.has(path);
            model.set(path, data);
            return allowed;
          };
          try {
            expect(await change(), `${kind} ${path}`).toBe(true);
          } catch (error) {
            if (!(error instanceof LifeboatError)) throw error;
            const expected = {
              "no-such-file": !parentIsThere || !model.has(path),
              "not-a-directory": !parentIsThere,
              "already-exists": model.has(path),
              "is-a-directory": isFolder(path),
              "directory-not-empty": hasChildren,
              "volume-full": volume.freeBytes < data.length + 64 * 1024,
            };
            expect(expected, error.message).toMatchObject({ [error.code]: true });
          }
        }
        const again = await reopen();
        for (const [path, data] of model) {
          const found = await again.find(path);
          expect(found?.kind, path).toBe(data === undefined ? "directory" : "file");
          if (data !== undefined) expect((await readPath(again, path)).equals(data)).toBe(true);
        }
        const listed = await again.list("/");
        const top = [...model.keys()].filter((path) => path.lastIndexOf("/") === 0);
        expect(listed.map(({ path }) => path).sort()).toEqual([...top, "/lost+found"].sort());
        await fsckIsClean(e2fs);
      }),
      { numRuns: RUNS },
    );
  },
  60_000 + RUNS * 20_000,
);
