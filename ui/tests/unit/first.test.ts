import { expect, test } from "vitest";
import { FirstAnswers } from "../../src/host/first";

type First = ConstructorParameters<typeof FirstAnswers>[0];
const handed = { start: { kind: "ready" }, preferences: { theme: "dark" }, board: null } as unknown as First;

test("what was handed over is answered once, and asked for anew once events arrive", () => {
  const first = new FirstAnswers(handed);
  expect(first.take("get_board")).toBeUndefined();
  expect(first.take("get_start")).toEqual({ reply: { kind: "ready" } });
  expect(first.take("get_start")).toBeUndefined();
  expect(first.missed().map((event) => event.event)).toEqual(["changed", "sync", "pages"]);
  // Too old by now.
  expect(first.take("get_preferences")).toBeUndefined();
  expect(first.missed()).toEqual([]);
});

test("without a desktop nothing is known", () => {
  const first = new FirstAnswers(undefined);
  expect(first.take("get_start")).toBeUndefined();
  expect(first.missed()).toEqual([]);
});
