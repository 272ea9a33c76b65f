import { connect } from "node:net";
import type { Socket } from "node:net";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { SerialConsole } from "../../../../src/boot/qemu/console.ts";
import { choose, highlightedEntry, KEYS } from "../../../../src/boot/qemu/menu.ts";
import { listenAt } from "../../../../src/boot/qemu/socket.ts";
import { Watch } from "../../../../src/boot/qemu/watch.ts";
import { temporaryFolder } from "../../../support/tools.ts";

/** The far end of the line: draws a menu as GRUB does over a serial line, and obeys the same keys. */
async function menuOnALine(
  titles: readonly string[],
  first: number,
): Promise<{ line: SerialConsole; pressed: () => string; chosen: () => string | undefined }> {
  const path = join(await temporaryFolder(), "line");
  const listener = await listenAt(path);
  const far: Socket = connect(path);
  const near = await listener.connected;
  onTestFinished(() => {
    far.destroy();
    listener.close();
  });
  let at = first;
  let pressed = "";
  let chosen: string | undefined;
  const draw = (index: number): string =>
    `\u001b[${5 + index};3H${index === at ? "*" : " "}${titles[index]}   `;
  far.write(
    `\u001b[2J\u001b[1;20HGNU GRUB  version 2.06\r\n${titles.map((_, index) => draw(index)).join("")}`,
  );
  far.on("data", (bytes) => {
    for (const key of bytes.toString("latin1")) {
      pressed += key;
      const old = at;
      if (key === KEYS.first) at = 0;
      else if (key === KEYS.next) at = Math.min(at + 1, titles.length - 1);
      else chosen = titles[at];
      // At the end of the list too: GRUB draws the entry again.
      if (key !== KEYS.enter) far.write(draw(old) + draw(at));
    }
  });
  return { line: new SerialConsole(near), pressed: () => pressed, chosen: () => chosen };
}

const nothing = async (): Promise<void> => undefined;
const watchFor = (ms: number): Watch => new Watch(ms, new Promise(() => undefined));

test("the highlighted entry is the last one drawn with an asterisk", () => {
  expect(highlightedEntry("\n First  \n*Second entry   \n Third\n")).toBe("Second entry");
  expect(highlightedEntry("*One\n One\n*Two *  \n Use the ^ and v keys")).toBe("Two *");
  expect(highlightedEntry(" |*Framed entry      | \n")).toBe("Framed entry");
  expect(highlightedEntry(" First \n* -x   \n")).toBe("-x");
  expect(highlightedEntry("no menu at all\n * \n")).toBeUndefined();
});

test("a position is counted from the first entry, wherever the highlight stands", async () => {
  const menu = await menuOnALine(["zero", "one", "two", "three"], 3);
  expect(await choose(menu.line, 2, 0, watchFor(20_000), nothing)).toBeGreaterThan(0);
  await expect.poll(menu.chosen).toBe("two");
  expect(menu.pressed()).toBe(KEYS.first + KEYS.next + KEYS.next + KEYS.enter);
});

test("what stands on the screen can be looked at just before the entry starts", async () => {
  const menu = await menuOnALine(["zero", "one"], 0);
  let pressedBefore = "";
  await choose(menu.line, 1, 0, watchFor(20_000), async () => {
    pressedBefore = menu.pressed();
  });
  await expect.poll(menu.chosen).toBe("one");
  expect(pressedBefore).toBe(KEYS.first + KEYS.next);
});

test("a title is looked for from the top", async () => {
  const menu = await menuOnALine(["zero", "one", "Debian 'live' (amd64)"], 1);
  expect(await choose(menu.line, "'live'", 0, watchFor(20_000), nothing)).toBeDefined();
  await expect.poll(menu.chosen).toBe("Debian 'live' (amd64)");
});

test("what isn't there is not chosen", async () => {
  const menu = await menuOnALine(["zero", "one"], 0);
  expect(await choose(menu.line, "three", 0, watchFor(20_000), nothing)).toBeUndefined();
  expect(menu.chosen()).toBeUndefined();
});

test("entries of the same title in a row are no end of the list", async () => {
  const menu = await menuOnALine(["same", "same", "same", "other"], 0);
  expect(await choose(menu.line, "other", 0, watchFor(20_000), nothing)).toBeDefined();
  await expect.poll(menu.chosen).toBe("other");
});

test("a menu that never comes is waited for no longer than the time given", async () => {
  const menu = await menuOnALine([], 0);
  expect(await choose(menu.line, 0, 0, watchFor(600), nothing)).toBeUndefined();
  expect(menu.pressed()).toBe("");
});
