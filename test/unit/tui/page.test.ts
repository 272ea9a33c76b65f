import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { LANGUAGES } from "../../../src/system/text.ts";
import { NO_FOCUS } from "../../../src/tui/frame/focus.ts";
import { heard, newJob } from "../../../src/tui/frame/job-progress.ts";
import { lineWidth, textOf } from "../../../src/tui/frame/layout/line.ts";
import { pageLines } from "../../../src/tui/frame/layout/page.ts";
import type { Snapshot } from "../../../src/tui/frame/runtime.ts";
import type { Block, Choice, Control, View, Words } from "../../../src/tui/frame/view.ts";
import { say } from "../../../src/tui/frame/words.ts";

const SIZES = [
  { columns: 60, rows: 20 },
  { columns: 80, rows: 24 },
  { columns: 200, rows: 50 },
];

const words: fc.Arbitrary<Words> = fc.oneof(
  fc.string({ unit: "grapheme", maxLength: 120 }),
  fc.record({
    en: fc.string({ maxLength: 90 }),
    zh: fc.stringMatching(/^[镜像磁盘写入，。a ]{0,60}$/u),
  }),
);
const choice: fc.Arbitrary<Choice> = fc.record(
  {
    id: fc.uuid(),
    label: words,
    detail: words,
    note: words,
    ticked: fc.boolean(),
    depth: fc.integer({ min: 0, max: 6 }),
    choose: fc.constant(() => {}),
  },
  { requiredKeys: ["id", "label"] },
);
const bytes = fc.integer({ min: 0, max: 2 ** 40 });
const part: fc.Arbitrary<Block | Control> = fc.oneof(
  fc.record({ kind: fc.constant("text" as const), text: words }),
  fc.constant({ kind: "gap" as const }),
  fc.record({
    kind: fc.constant("facts" as const),
    facts: fc.array(fc.record({ label: words, value: words }), { maxLength: 5 }),
  }),
  fc.record({
    kind: fc.constant("choices" as const),
    id: fc.uuid(),
    items: fc.array(choice, { maxLength: 40 }),
    label: words,
    empty: words,
  }),
  fc.record({
    kind: fc.constant("field" as const),
    id: fc.uuid(),
    label: words,
    value: fc.string({ unit: "grapheme", maxLength: 300 }),
    change: fc.constant(() => {}),
    note: words,
  }),
  fc.record({
    kind: fc.constant("buttons" as const),
    id: fc.uuid(),
    buttons: fc.array(
      fc.record({ id: fc.uuid(), label: words, note: words, press: fc.constant(() => {}) }),
      { maxLength: 9 },
    ),
  }),
  fc.record({
    kind: fc.constant("disk" as const),
    picture: fc.record({
      totalBytes: fc.integer({ min: 1, max: 2 ** 45 }),
      parts: fc.array(
        fc.record({
          label: words,
          startBytes: bytes,
          bytes,
          kind: fc.constantFrom("free" as const, "boot" as const),
          stretches: fc.array(
            fc.record({
              kind: fc.constantFrom("file" as const, "pieces" as const),
              startBytes: bytes,
              bytes,
            }),
            { maxLength: 6 },
          ),
        }),
        { maxLength: 4 },
      ),
    }),
  }),
  fc
    .array(fc.tuple(fc.string({ maxLength: 80 }), bytes, bytes), { minLength: 1, maxLength: 20 })
    .map((events) => {
      let job = newJob("/dev/sdb");
      for (const [index, [text, done, total]] of events.entries()) {
        const event = {
          kind: "bytes" as const,
          text: { en: text, zh: text },
          doneBytes: Math.min(done, total),
          totalBytes: total,
        };
        job = heard(job, event, index * 700);
      }
      return { kind: "progress" as const, jobs: [job, { ...job, name: "/dev/sdc" }] };
    }),
);

function snapshotOf(body: View["body"], rest: Partial<Snapshot> = {}): Snapshot {
  const view: View = { title: "A screen", body, help: [{ en: "What it is for", zh: "用途说明" }] };
  return {
    language: "en",
    path: ["Home", view.title],
    view,
    focus: NO_FOCUS,
    overlay: "none",
    ...rest,
  };
}

describe("a page", () => {
  test.each(SIZES)(
    "of any content fills $columns × $rows and no more, in both languages",
    (size) => {
      fc.assert(
        fc.property(
          fc.array(part, { maxLength: 8 }),
          fc.constantFrom(...LANGUAGES),
          fc.constantFrom("none" as const, "help" as const),
          (body, language, overlay) => {
            const lines = pageLines(snapshotOf(body, { language, overlay }), size);
            expect(lines).toHaveLength(size.rows);
            for (const line of lines) expect(lineWidth(line)).toBeLessThanOrEqual(size.columns);
          },
        ),
        { numRuns: 60 },
      );
    },
  );

  test("a terminal that is too small is told so", () => {
    const [line] = pageLines(snapshotOf([]), { columns: 30, rows: 5 });
    expect(textOf(line ?? [])).toContain("Make this window larger");
  });

  test("the line with the cursor is shown, wherever in a long list it is", () => {
    const items = Array.from({ length: 200 }, (_value, index) => ({
      id: `${index}`,
      label: `image ${index}`,
    }));
    for (const size of SIZES) {
      for (const index of [0, 1, 57, 198, 199]) {
        const focus = { ...NO_FOCUS, control: "list", on: { list: `${index}` } };
        const lines = pageLines(
          snapshotOf([{ kind: "choices", id: "list", items }], { focus }),
          size,
        );
        expect(lines.map(textOf).join("\n")).toMatch(new RegExp(`❯ image ${index} `));
      }
    }
  });

  test("where not all of it fits, the control that has the keys is shown", () => {
    const text: Block = { kind: "text", text: "a long story ".repeat(200) };
    const button: Control = {
      kind: "buttons",
      id: "do",
      buttons: [{ id: "go", label: "Go on", press: () => {} }],
    };
    const lines = pageLines(snapshotOf([text, button]), { columns: 60, rows: 20 });
    expect(lines.map(textOf).join("\n")).toContain("❯ Go on");
  });

  test("the head line keeps the last part of the path", () => {
    const path = ["Home", "x".repeat(60), "y".repeat(60), "the screen"];
    const [head] = pageLines(snapshotOf([], { path }), { columns: 80, rows: 24 });
    expect(textOf(head ?? [])).toContain("Home › the screen");
  });

  test("the question before a stop says what it leaves", () => {
    const running = {
      question: { en: "Stop? It is then empty.", zh: "停止？" },
      stop: () => {},
      stopping: false,
    };
    const snapshot = snapshotOf([], { overlay: "stop" });
    const view = { ...snapshot.view, running };
    const text = pageLines({ ...snapshot, view }, { columns: 60, rows: 20 })
      .map(textOf)
      .join("\n");
    expect(text).toContain("Stop? It is then empty.");
    expect(text).toContain("Enter stops it");
  });

  test("hostile names can't leave their line", () => {
    const label = "evil\u001b[2J\r\n\u202E.iso";
    const lines = pageLines(
      snapshotOf([{ kind: "choices", id: "l", items: [{ id: "a", label }] }]),
      { columns: 80, rows: 24 },
    );
    // eslint-disable-next-line no-control-regex
    expect(lines.map(textOf).join("")).not.toMatch(/[\u0000-\u001f\u202e]/);
    expect(say(label, "en")).toContain("evil");
  });
});

describe("at 60 × 20", () => {
  const drawn = (body: View["body"], rest: Partial<Snapshot> = {}) =>
    pageLines(snapshotOf(body, rest), { columns: 60, rows: 20 }).map(textOf);

  test("eight jobs are all seen, a line for each, with what each is at", () => {
    const jobs = Array.from({ length: 8 }, (_value, index) =>
      heard(
        newJob(`/dev/sd${"bcdefghi"[index]}`),
        {
          kind: "bytes",
          text: { en: "Copying debian.iso", zh: "正在复制 debian.iso" },
          doneBytes: index * 10,
          totalBytes: 100,
        },
        0,
      ),
    );
    const lines = drawn([{ kind: "progress", jobs }]);
    for (const [index, { name }] of jobs.entries()) {
      const line = lines.find((text) => text.includes(name)) ?? "";
      expect(line).toContain(` ${index * 10}%`);
      expect(line).toContain("Copying debian.iso");
    }
  });

  test("one that failed among several has another mark than those that are done", () => {
    const jobs = ["done", "failed", "running"].map((state, index) => ({
      ...newJob(`/dev/sd${index}`),
      state: state as "done" | "failed" | "running",
    }));
    const many = [...jobs, ...jobs.map((job) => ({ ...job, name: `${job.name}x` }))];
    const lines = drawn([{ kind: "progress", jobs: many }]);
    expect(lines.filter((line) => line.includes("✓"))).toHaveLength(2);
    expect(lines.filter((line) => line.includes("✘"))).toHaveLength(2);
    expect(lines.filter((line) => line.includes("▸"))).toHaveLength(2);
  });

  test("where one is stands in the head whole, however long the way there is", () => {
    const long = `/home/技术员/${"long ".repeat(20)}/stick.img`;
    const [head = ""] = drawn([], { path: [long, "Copy to other sticks"] });
    expect(head).toContain("stick.img › Copy to other sticks");
    const [alone = ""] = drawn([], { path: [long, "x".repeat(44)] });
    expect(alone).toContain("x".repeat(44));
  });

  test("a long label leaves its field a line, and all that is said of it is there", () => {
    const field = {
      kind: "field" as const,
      id: "word",
      label: `Type /home/user/${"a".repeat(40)}/stick.img to go on:`,
      value: "/home/user",
      change: () => {},
      note: "One thing and another, said at such a length that no line of a narrow terminal holds it all",
    };
    const text = drawn([field]).join(" ").replaceAll(/\s+/g, " ");
    expect(text).toContain("/home/user");
    expect(text).toContain("to go on: ❯ /home/user");
    expect(text).toContain("no line of a narrow terminal holds it all");
  });
});
