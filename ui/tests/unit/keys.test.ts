import { describe, expect, test } from "vitest";
import { Deliberate, PAUSE } from "../../src/features/paging/deliberate";
import { score } from "../../src/features/search/fuzzy";
import { isComposing } from "../../src/shared/ime";
import { keyCaps } from "../../src/shared/keyboard";
import { testids } from "../../src/shared/testids";

const key = (key: string, isComposing = false, keyCode = 13) => ({ key, isComposing, keyCode }) as KeyboardEvent;

describe("an input method", () => {
  test("keeps its Enter to itself in every engine", () => {
    expect(isComposing(key("Enter", true, 13))).toBe(true);
    // WebKit: the Enter that ends a composition comes after it, marked by nothing but its code.
    expect(isComposing(key("Enter", false, 229))).toBe(true);
    expect(isComposing(key("Enter", false, 13))).toBe(false);
  });
});

describe("a page window", () => {
  test("ignores Enter and Space until it has been focused for a second", () => {
    let now = 0;
    const window = new Deliberate(false, () => now);
    expect(window.swallows(key("Enter"))).toBe(true);
    window.focused();
    now = PAUSE - 1;
    expect(window.swallows(key(" "))).toBe(true);
    now = PAUSE;
    expect(window.swallows(key("Enter"))).toBe(false);
    expect(window.swallows(key(" "))).toBe(false);
  });

  test("starts counting anew after it lost the focus", () => {
    let now = 0;
    const window = new Deliberate(true, () => now);
    now = 5000;
    window.blurred();
    expect(window.swallows(key("Enter"))).toBe(true);
    window.focused();
    expect(window.swallows(key("Enter"))).toBe(true);
    now = 6000;
    expect(window.swallows(key("Enter"))).toBe(false);
  });

  test("never swallows letters: a reason can be typed at once", () => {
    expect(new Deliberate(false, () => 0).swallows(key("a"))).toBe(false);
  });
});

describe("the palette", () => {
  test("prefers beginnings, finds every word in any order, and refuses what is not there", () => {
    expect(score("HOT-1042 Card payments fail", "hot")).toBeGreaterThan(score("The shot was hot", "hot"));
    expect(score("Card payments fail in Europe", "europe card")).toBeGreaterThan(0);
    expect(score("Card payments fail", "search")).toBe(0);
    expect(score("银行卡付款失败", "付款")).toBeGreaterThan(0);
  });
});

test("keys are printed as they stand on a keyboard", () => {
  expect(keyCaps("$mod+Enter")).toBe("Ctrl ↵");
  expect(keyCaps("j")).toBe("J");
});

test("no two controls share a test id", () => {
  const names = Object.values(testids).map((id) => (typeof id === "string" ? id : id("x" as never)));
  expect(new Set(names).size).toBe(names.length);
});
