import { describe, expect, test } from "vitest";
import { suggest, Suggestions } from "../../src/features/timeline/suggestions.svelte";

const sources = { verbs: [["obs", "observation", "观察"], ["sev", "级别"], ["page", "呼叫"]], names: ["Ana Ortiz", "Ben Ana", "Payments", "支付组", "陈美"] };

describe("what stands before the caret", () => {
  const table: [string, string[]][] = [
    ["/", ["/obs", "/sev", "/page"]],
    ["/o", ["/obs"]],
    ["/观", ["/观察"]],
    ["／级", ["/级别"]],
    ["/obs now", []],
    ["see /o", []],
    ["/zzz", []],
    ["@", ["@Ana Ortiz", "@Ben Ana", "@Payments", "@支付组", "@陈美"]],
    ["ask @an", ["@Ana Ortiz", "@Ben Ana"]],
    ["ask @Ana O", ["@Ana Ortiz"]],
    ["ask @Ana Ortiz", []],
    ["ask @Ana Ortiz ", []],
    ["请@支", ["@支付组"]],
    ["＠陈", ["@陈美"]],
    ["ana@pay", []],
    ["@ an", []],
    ["@an\nx", []],
    ["plain", []],
  ];
  test.each(table)("%s", (before, list) => {
    expect(suggest(before + "", before.length, sources)?.list.map((one) => one.text) ?? []).toEqual(list);
  });

  test("what comes after the caret counts for nothing", () => {
    expect(suggest("/obs now", 2, sources)?.list).toHaveLength(1);
  });
});

test("taking one leaves the rest of the text, and the caret behind it", () => {
  const suggestions = new Suggestions();
  suggestions.look("ask @an please", 7, sources);
  suggestions.move(1);
  expect(suggestions.take("ask @an please", 7)).toEqual({ text: "ask @Ben Ana please", caret: 13 });
  expect(suggestions.list).toEqual([]);
});

test("Esc closes it until something else is typed", () => {
  const suggestions = new Suggestions();
  suggestions.look("@a", 2, sources);
  suggestions.close("@a");
  suggestions.look("@a", 2, sources);
  expect(suggestions.list).toEqual([]);
  suggestions.look("@an", 3, sources);
  expect(suggestions.list).toHaveLength(2);
});
