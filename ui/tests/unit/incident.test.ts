import { describe, expect, test } from "vitest";
import { prompts } from "../../src/features/incident/attention";
import { steps } from "../../src/features/incident/steps";
import { isPossible, objectionsTo } from "../../src/features/incident/times";
import type { IncidentView } from "../../src/host";
import { host } from "./world";

const mei = { id: "p-mei" };
const view = (change: (view: IncidentView) => void = () => {}): IncidentView => {
  const copy = structuredClone(host().data.incident);
  change(copy);
  return copy;
};
const fresh = view((each) => {
  each.row.state = "new";
  each.row.im = null;
  each.service = null;
  each.roles = [];
  each.times.impact_start = null;
  each.unfilled = [];
  each.may = { ...each.may, take_command: true, offer_command: false, resolve: false };
});

describe("the attention line", () => {
  test("says first that nobody could be paged, whatever else is missing", () => {
    fresh.row.nobody_paged = true;
    expect(prompts(fresh, mei)[0]).toBe("nobody-paged");
    fresh.row.nobody_paged = false;
  });

  test("asks for an IM before it asks for anything else", () => {
    expect(prompts(fresh, mei)).toEqual(["no-im"]);
  });

  test("tells an offer of command to the one it is made to, and only that it waits to others", () => {
    const offered = view((each) => {
      each.command_offered_to = { id: "p-mei", name: "Mei" };
      each.may.answer_offer = true;
    });
    expect(prompts(offered, mei)[0]).toBe("offered-to-me");
    offered.may.answer_offer = false;
    expect(prompts(offered, { id: "p-ana" }).at(-1)).toBe("offer-waits");
  });

  test("is silent about roles for severity 3, and about everything once the incident is closed", () => {
    const small = view((each) => {
      each.row.severity = 3;
      each.roles = [];
      each.unfilled = [];
    });
    expect(prompts(small, mei)).toEqual([]);
    const closed = view((each) => {
      each.row.state = "closed";
      each.row.nobody_paged = true;
      each.service = null;
      each.unfilled = [];
    });
    expect(prompts(closed, mei)).toEqual([]);
  });

  test("notices an incident resolved without an impact end", () => {
    const resolved = view((each) => {
      each.row.state = "resolved";
      each.unfilled = [];
    });
    expect(prompts(resolved, mei)).toEqual(["no-impact-end"]);
  });

  test("reminds both of a hand-over that was planned, each of their part and in time", () => {
    const from = 1_000 * 60_000;
    const planned = view((each) => {
      each.unfilled = [];
      each.roles = [{ id: "r", role: "deputy", person: { id: "p-ana", name: "Ana" }, since: 0, offered_to: null, planned: { person: { id: "p-tom", name: "Tom" }, from }, stamps: {} }];
    });
    const table: [who: string, minutes: number, said: string[]][] = [
      ["p-tom", -16, []],
      ["p-tom", -15, ["i-take-over"]],
      ["p-tom", 5, ["i-take-over"]],
      ["p-ana", -1, []],
      ["p-ana", 0, ["plan-due"]],
      ["p-mei", 0, []],
    ];
    for (const [id, minutes, said] of table) expect([id, minutes, prompts(planned, { id }, from + minutes * 60_000)]).toEqual([id, minutes, said]);
    const role = planned.roles[0];
    if (role) role.offered_to = { id: "p-tom", name: "Tom" };
    expect(prompts(planned, { id: "p-ana" }, from)).toEqual([]);
    expect(prompts(planned, { id: "p-tom" }, from)).toEqual(["role-offered-to-me", "i-take-over"]);
  });
});

describe("the response rail", () => {
  const now = (incident: IncidentView) => steps(incident).find((step) => step.state === "now")?.name;

  test("goes through the response in order", () => {
    expect(now(fresh)).toBe("command");
    expect(now(view((each) => (each.service = null)))).toBe("assessed");
    expect(now(view())).toBe("roles");
    expect(now(view((each) => each.roles.push({ id: "r", role: "communications_manager", person: { id: "p", name: "P" }, since: 0, offered_to: null, planned: null, stamps: {} })))).toBe("resolved");
  });

  test("asks for closing after resolving, and for nothing after closing", () => {
    expect(now(view((each) => (each.row.state = "resolved")))).toBe("closed");
    expect(now(view((each) => (each.row.state = "closed")))).toBeUndefined();
    expect(now(view((each) => (each.row.state = "false_alarm")))).toBeUndefined();
  });
});

describe("the three times", () => {
  const at = 1_000_000_000;

  test("may all be unknown", () => {
    expect(isPossible(objectionsTo({ impact_start: null, detected: null, impact_end: null }, at))).toBe(true);
  });

  test("are objected to beside the field that has to change", () => {
    const objections = objectionsTo({ impact_start: at - 10, detected: at - 20, impact_end: at - 30 }, at);
    expect(objections).toEqual({ impact_start: null, detected: "error-detected-before-start", impact_end: "error-end-before-start" });
  });

  test("may not lie in the future, but a minute between two clocks is no lie", () => {
    const end = (impact_end: number) => objectionsTo({ impact_start: at - 10, detected: null, impact_end }, at).impact_end;
    expect(end(at + 59_000)).toBeNull();
    expect(end(at + 61_000)).toBe("error-time-future");
  });
});
