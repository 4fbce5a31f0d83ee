import { describe, expect, test, vi } from "vitest";
import { Declare } from "../../src/features/declare/declare.svelte";
import { Stream, withDays } from "../../src/features/timeline/stream.svelte";
import { Attempt, Query } from "../../src/shared/query.svelte";
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
  test("reads older lines before the newest without losing or doubling any", async () => {
    const fake = host();
    const lines = Array.from({ length: 450 }, (_, n) => ({ ...fake.data.entries[5], id: `l-${n}`, at: n * 1000 })) as typeof fake.data.entries;
    fake.answers.list_stream = ({ before, limit }) => {
      const end = before === null ? lines.length : Number(before);
      const start = Math.max(0, end - limit);
      return { entries: lines.slice(start, end), older: start > 0 ? String(start) : null };
    };
    const stream = new Stream(fake, "i-1042");
    await stream.refresh();
    while (stream.hasOlder) await stream.readOlder();
    expect(stream.entries.map((entry) => entry.id)).toEqual(lines.map((line) => line.id));
    lines.push({ ...lines[0], id: "l-new", at: 999_000 } as (typeof lines)[number]);
    await stream.refresh();
    expect(stream.entries).toHaveLength(451);
    expect(stream.hasOlder).toBe(false);
  });

  test("puts a header before the first line of each day", () => {
    const [line] = host().data.entries;
    if (!line) throw new Error("no fixture");
    const at = (day: number) => ({ ...line, at: new Date(2026, 10, day, 12).getTime() });
    expect(withDays([at(21), at(21), at(22)]).map((row) => row.row)).toEqual(["day", "entry", "entry", "day", "entry"]);
  });
});
