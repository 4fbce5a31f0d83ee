import { beforeEach, describe, expect, test } from "vitest";
import { ApiFailure } from "../../src/host";
import { explain } from "../../src/shared/errors/table";
import { parseRoute } from "../../src/shared/route";
import { clockReading, countdown, duration, HOUR, MINUTE } from "../../src/shared/time";
import { initials, listNames, readableArgs, told } from "../../src/shared/words";
import { failing } from "../fake-host";
import { speak } from "./world";

beforeEach(() => speak("en"));

describe("lines that the program wrote", () => {
  test("are told in the reader's language, with times as times", () => {
    const args = { start: String(new Date(2026, 10, 22, 14, 2).getTime()), detected: "", end: "" };
    expect(told("timeline-times-set", args)).toMatch(/impact start .*14:02, detected not known, impact end not known/);
    speak("zh-Hans");
    expect(told("timeline-role-assigned", { person: "Ana", role: "tech_lead" })).toBe("Ana 担任技术主管");
  });

  test("of a newer version are shown by their id rather than not at all", () => {
    expect(told("timeline-from-the-future", {})).toBe("timeline-from-the-future");
  });

  test("keep roles made up on the spot as they are", () => {
    expect(readableArgs({ role: "Database lead" })).toEqual({ role: "Database lead" });
  });
});

describe("failures", () => {
  test("are explained by the rule that said no", () => {
    const failure = failing("refused", { refusal: "already_in_command", by: "Jonas", at: String(new Date().setHours(9, 5, 0, 0)) });
    expect(explain(failure)).toEqual({ text: "Jonas took command at 09:05.", remedy: "read-again" });
  });

  test("of a rule that this version does not know are still explained", () => {
    expect(explain(failing("refused", { refusal: "brand_new" })).text).toBe("The rules do not allow this as things stand.");
  });

  test("name who was first in a conflict when that is known", () => {
    expect(explain(failing("conflict", { by: "Ana", at: "", now: "x" })).text).toContain("Ana changed this");
    expect(explain(failing("conflict")).text).toBe("Somebody else changed this meanwhile.");
  });

  test("of any other kind are a defect of ours, never shown as they are", () => {
    expect(ApiFailure.of(new Error("boom")).code).toBe("internal");
    expect(explain(ApiFailure.of(new Error("boom"))).text).not.toContain("boom");
  });
});

describe("clocks", () => {
  test("run with hours from the start, and with days beyond one", () => {
    expect(clockReading(47 * MINUTE + 12_000)).toBe("0:47:12");
    expect(clockReading(27 * HOUR)).toBe("1 d 3:00");
    expect(clockReading(-5)).toBe("0:00:00");
  });

  test("count down to the last second", () => {
    expect(countdown(271_000)).toBe("4:31");
    expect(countdown(1)).toBe("0:01");
    expect(countdown(-1)).toBe("0:00");
  });

  test("say a length in words", () => {
    expect(duration(41 * MINUTE)).toBe("41 min");
    expect(duration(2 * HOUR)).toBe("2 h");
    speak("zh-Hans");
    expect(duration(65 * MINUTE)).toBe("1 小时 5 分钟");
  });
});

test("names are shortened and joined as their language does", () => {
  expect(initials("Mei Lin")).toBe("ML");
  expect(initials("林美")).toBe("林");
  expect(listNames(["Ana", "Li"])).toBe("Ana, Li");
  speak("zh-Hans");
  expect(listNames(["Ana", "李伟"])).toBe("Ana、李伟");
});

test("addresses lead to rooms, and unknown ones to the board", () => {
  expect(parseRoute("#/incident/HOT-12")).toEqual({ room: "incident", incident: "HOT-12" });
  expect(parseRoute("#/on-call")).toEqual({ room: "on-call" });
  expect(parseRoute("#/nonsense")).toEqual({ room: "now" });
  expect(parseRoute("")).toEqual({ room: "now" });
});
