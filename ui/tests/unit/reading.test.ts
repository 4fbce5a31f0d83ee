import { describe, expect, test, vi } from "vitest";
import { Declare } from "../../src/features/declare/declare.svelte";
import { withDays } from "../../src/features/timeline/rows";
import { merged, Stream } from "../../src/features/timeline/stream.svelte";
import { Filter } from "../../src/features/timeline/filter.svelte";
import { Selection } from "../../src/features/timeline/selection.svelte";
import { Attempt, Query } from "../../src/shared/query.svelte";
import type { EntryView } from "../../src/host";
import { failing } from "../fake-host";
import { host } from "./world";

const later = <T>() => {
  let answer: (value: T) => void = () => {};
  const promise = new Promise<T>((resolve) => (answer = resolve));
  return { promise, answer };
};

describe("a reading", () => {
  test("under way takes any number of wishes as one more reading", async () => {
    let reads = 0;
    const query = new Query(async () => (reads += 1));
    await Promise.all([query.refresh(), query.refresh(), query.refresh()]);
    expect(reads).toBe(2);
    expect(query.data).toBe(2);
  });

  test("never overwrites what a command answered meanwhile", async () => {
    const slow = later<string>();
    const query = new Query(() => slow.promise);
    const reading = query.refresh();
    query.set("new");
    slow.answer("old");
    await reading;
    expect(query.data).toBe("new");
  });

  test("that fails keeps what was read before", async () => {
    let fails = false;
    const query = new Query(async () => {
      if (fails) throw failing("offline");
      return "kept";
    });
    await query.refresh();
    fails = true;
    await query.refresh();
    expect([query.data, query.failure?.code]).toEqual(["kept", "offline"]);
  });
});

test("a second press while the first is under way does nothing", async () => {
  const slow = later<null>();
  const pressed = vi.fn(() => slow.promise);
  const attempt = new Attempt();
  const first = attempt.run(pressed);
  expect(await attempt.run(pressed)).toBe(false);
  slow.answer(null);
  expect(await first).toBe(true);
  expect(pressed).toHaveBeenCalledTimes(1);
});

describe("the declare form", () => {
  test("keeps everything that was typed when declaring fails, and saves it again", async () => {
    const fake = host();
    fake.answers.declare_incident = () => {
      throw failing("not_saved");
    };
    const declare = new Declare(fake);
    await declare.show();
    declare.form.summary = "Logins fail";
    declare.form.severity = 1;
    expect(await declare.submit()).toBeNull();
    expect(declare.open).toBe(true);
    expect(declare.form.summary).toBe("Logins fail");
    expect(declare.attempt.failure?.code).toBe("not_saved");
    expect(fake.calls.some((call) => call.name === "save_declare_draft")).toBe(true);
  });

  test("is empty and closed after declaring, and saves no draft behind it", async () => {
    const fake = host();
    const declare = new Declare(fake);
    await declare.show();
    declare.form.summary = "Logins fail";
    declare.form.severity = 2;
    declare.changed();
    expect(await declare.submit()).toEqual({ id: "i-1046", key: "HOT-1046" });
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect(declare.form.summary).toBe("");
    expect(fake.calls.at(-1)?.name).toBe("declare_incident");
  });

  test("asks for nothing but a summary and a severity", async () => {
    const declare = new Declare(host());
    expect(declare.missing).toEqual(["summary", "severity"]);
    declare.form.summary = "x";
    declare.form.severity = 3;
    expect(declare.missing).toEqual([]);
  });

  test("does not let a draft overwrite what somebody was quicker to type", async () => {
    const fake = host();
    const draft = { summary: "old", description: "", severity: null, service: null, products: [], detected_by: "observation" as const, impact_start: null, restricted: false, drill: false };
    fake.answers.open_declare = () => ({ key: null, draft, draft_at: 1 });
    const declare = new Declare(fake);
    const opening = declare.show();
    declare.form.summary = "new";
    await opening;
    expect([declare.form.summary, declare.restoredAt]).toEqual(["new", null]);
  });
});

describe("the stream", () => {
  const line = (n: number, of: Partial<EntryView> = {}) => ({ ...(host().data.entries[5] as EntryView), highlighted: false, tags: [], links: [], id: `l-${String(n).padStart(5, "0")}`, at: n * 1000, ...of });
  const world = (count: number) => {
    const fake = host();
    fake.data.entries.splice(0, Infinity, ...Array.from({ length: count }, (_, n) => line(n)));
    return { fake, stream: new Stream(fake, "i-1042") };
  };
  const reads = (fake: ReturnType<typeof host>, name: string) => fake.calls.filter((call) => call.name === name).length;

  test("is read whole, the newest lines first, without losing or doubling any", async () => {
    const { fake, stream } = world(2_345);
    await stream.refresh();
    expect(stream.entries.map((entry) => entry.id)).toEqual(fake.data.entries.map((entry) => entry.id));
    expect([stream.whole, reads(fake, "list_stream")]).toEqual([true, 6]);
  });

  test("then asks for what changed only", async () => {
    const { fake, stream } = world(1_000);
    await stream.refresh();
    const before = reads(fake, "list_stream");
    await stream.add("observation", "new", 500_500);
    fake.edit("l-00003", { field: "text", value: "put right" });
    await stream.refresh();
    expect(reads(fake, "list_stream")).toBe(before);
    expect(stream.entries).toHaveLength(1_001);
    expect([stream.entries[3]?.text, stream.entries[501]?.text]).toEqual(["put right", "new"]);
  });

  test("asks again for lines that are not settled: unsent, or with a file on its way", async () => {
    const { fake, stream } = world(3);
    const file = { hash: "0".repeat(64), name: "a.png", bytes: 1, picture: false, width: 0, height: 0, done: 0, objection: null };
    const asked = () => fake.calls.flatMap(({ name, args }) => (name === "follow_stream" ? [(args as { unsettled: string[] }).unsettled] : [])).at(-1);
    Object.assign(fake.data.entries[0] ?? {}, { files: [{ ...file, place: "here" }] });
    Object.assign(fake.data.entries[1] ?? {}, { files: [{ ...file, place: "sending" }] });
    Object.assign(fake.data.entries[2] ?? {}, { unsent: true });
    await stream.refresh();
    await stream.refresh();
    expect(asked()).toEqual(fake.data.entries.slice(1, 3).map((entry) => entry.id));
  });

  test("is read anew when what changed does not add up, or is too much to tell", async () => {
    const { fake, stream } = world(10);
    await stream.refresh();
    // Older lines were fetched: they are no change.
    fake.data.entries.unshift(line(-5, { id: "older" }));
    await stream.refresh();
    expect(stream.entries[0]?.id).toBe("older");
    fake.answers.follow_stream = () => ({ entries: [], gone: [], count: 0, mark: fake.mark(), anew: true });
    fake.data.entries.pop();
    await stream.refresh();
    expect(stream.entries).toHaveLength(10);
  });

  test("takes lines out that are no more", () => {
    const all = [line(1), line(2), line(3)];
    expect(merged(all, [line(2, { at: 9_000 }), line(0)], ["l-00003"]).map((entry) => entry.at)).toEqual([0, 1_000, 9_000]);
  });

  test("passes through a filter whose facets narrow each other", () => {
    const tagged = { tags: ["Norway"] };
    const lines = [line(1, tagged), line(2, { ...tagged, kind: "change" }), line(3, { text: "Die Warteschlange 队列 wächst", kind: "change" }), line(4, { kind: "message", highlighted: true, visibility: "public" })];
    const shown = (set: (filter: Filter) => void) => {
      const filter = new Filter();
      set(filter);
      return filter.apply(lines).map((entry) => entry.at / 1000);
    };
    const cases: [(filter: Filter) => void, number[]][] = [
      [() => {}, [1, 2, 3, 4]],
      [(f) => f.toggle("tag", "norway"), [1, 2]],
      [(f) => (f.toggle("tag", "norway"), f.toggle("kind", "change")), [2]],
      [(f) => (f.toggle("kind", "message"), f.toggle("kind", "change")), [2, 3, 4]],
      [(f) => (f.text = " 队列  WARTE "), [3]],
      [(f) => (f.text = "#norway"), [1, 2]],
      [(f) => f.toggle("highlighted", "yes"), [4]],
      [(f) => f.toggle("visibility", "public"), [4]],
      [(f) => (f.entriesOnly = true), [1, 2, 3]],
      [(f) => (f.range = [2_000, 3_000]), [2, 3]],
      [(f) => f.toggle("person", "nobody"), []],
    ];
    for (const [set, wanted] of cases) expect(shown(set)).toEqual(wanted);
    const filter = new Filter();
    filter.toggle("tag", "norway");
    filter.text = "x";
    for (const chip of filter.chips) filter.remove(chip);
    expect([filter.active, filter.chips]).toEqual([false, []]);
  });

  test("lets stretches of lines be chosen by keyboard", () => {
    const lines = Array.from({ length: 20 }, (_, n) => line(n));
    const selection = new Selection();
    const chosen = () => [...selection.chosen].map((id) => Number(id.slice(2))).sort((a, b) => a - b);
    selection.move(lines, -1, false);
    expect(selection.current).toBe("l-00019");
    selection.move(lines, -4, false);
    for (const by of [1, 1, -1, -1, -1]) selection.move(lines, by, true);
    expect(chosen()).toEqual([14, 15]);
    selection.toggle("l-00003");
    selection.move(lines, 2, true);
    expect(chosen()).toEqual([3, 4, 5]);
    selection.all(lines);
    expect(selection.targets(lines)).toHaveLength(20);
    selection.clear();
    expect(selection.targets(lines).map((entry) => entry.id)).toEqual(["l-00005"]);
  });

  test("puts a header before the first line of each day", () => {
    const [line] = host().data.entries;
    if (!line) throw new Error("no fixture");
    const at = (day: number) => ({ ...line, at: new Date(2026, 10, day, 12).getTime() });
    expect(withDays([at(21), at(21), at(22)], Intl.DateTimeFormat().resolvedOptions().timeZone).map((row) => row.row)).toEqual(["day", "entry", "entry", "day", "entry"]);
  });
});
