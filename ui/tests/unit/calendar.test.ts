import { describe, expect, test } from "vitest";
import { DAYS, daysFrom, divided, dragged, inTurn, moved, placed, rows, shiftsOf } from "../../src/features/oncall/calendar";

const HOUR = 3_600_000;
const at = (text: string) => Date.parse(text);

describe("the days of the calendar", () => {
  test("begin at midnight of the zone, whatever the clocks do", () => {
    const table: [zone: string, from: string, first: string, hours: number[]][] = [
      ["Europe/Berlin", "2026-03-28T12:00:00Z", "2026-03-27T23:00:00Z", [24, 23, 24]],
      ["Europe/Berlin", "2026-10-24T12:00:00Z", "2026-10-23T22:00:00Z", [24, 25, 24]],
      ["Australia/Lord_Howe", "2026-10-03T12:00:00Z", "2026-10-02T13:30:00Z", [24, 23.5, 24]],
      ["Asia/Shanghai", "2026-11-30T20:00:00Z", "2026-11-30T16:00:00Z", [24, 24, 24]],
      // Midnight does not exist there on this day: it begins at one o'clock.
      ["Asia/Beirut", "2026-03-28T12:00:00Z", "2026-03-27T22:00:00Z", [24, 23, 24]],
    ];
    for (const [zone, from, first, hours] of table) {
      const days = daysFrom(at(from), zone, hours.length);
      expect(days[0], zone).toBe(at(first));
      expect(days.slice(1).map((day, n) => (day - (days[n] ?? 0)) / HOUR), zone).toEqual(hours);
    }
  });

  test("are a fortnight with an end, and move by whole days", () => {
    const days = daysFrom(at("2026-11-30T08:00:00Z"), "Europe/London");
    expect(days).toHaveLength(DAYS + 1);
    const later = moved(at("2026-10-24T12:00:00Z"), "Europe/Berlin", 1);
    expect(later).toBe(at("2026-10-25T13:00:00Z"));
  });
});

describe("a stretch in the picture", () => {
  test("is cut to the window, and left out beside it", () => {
    const table: [start: number | null, end: number | null, place: { left: number; width: number } | null][] = [
      [0, 100, { left: 0, width: 100 }],
      [-50, 25, { left: 0, width: 25 }],
      [75, 300, { left: 75, width: 25 }],
      [null, 50, { left: 0, width: 50 }],
      [50, null, { left: 50, width: 50 }],
      [null, null, { left: 0, width: 100 }],
      [100, 120, null],
      [-20, 0, null],
    ];
    for (const [start, end, place] of table) expect(placed({ start, end }, 0, 100)).toEqual(place);
  });

  test("that is dragged snaps to whole hours in either direction, and has one at least", () => {
    const until = 10 * HOUR;
    expect(dragged(0.12, 0.47, 0, until)).toEqual({ start: HOUR, end: 5 * HOUR });
    expect(dragged(0.47, 0.12, 0, until)).toEqual({ start: HOUR, end: 5 * HOUR });
    expect(dragged(0.5, 0.5, 0, until)).toEqual({ start: 5 * HOUR, end: 6 * HOUR });
    expect(dragged(-3, 9, 0, until)).toEqual({ start: 0, end: until });
  });

  test("never covers another one in its row", () => {
    const [a, b, c, d] = [{ start: 0, end: 10 }, { start: 5, end: 15 }, { start: 10, end: 20 }, { start: null, end: null }];
    expect(rows([c, b, a])).toEqual([[a, c], [b]]);
    expect(rows([a, d])).toEqual([[d], [a]]);
    expect(rows([])).toEqual([]);
  });
});

describe("a time that is planned by hand", () => {
  const turns = (...untils: (number | null)[]) => untils.map((until, n) => ({ person: `p-${n}`, until }));

  test("is shared out in whole hours, as long as there are any", () => {
    expect(divided(turns(null), 0, 7 * HOUR).map((turn) => turn.until)).toEqual([null]);
    expect(divided(turns(5, 6, null), 0, 10 * HOUR).map((turn) => turn.until)).toEqual([3 * HOUR, 7 * HOUR, null]);
    expect(divided(turns(null, null, null), 0, HOUR).map((turn) => turn.until)).toEqual([HOUR / 3, (2 * HOUR) / 3, null]);
  });

  test("is one shift after the other, without those in which nobody is on call", () => {
    const both = turns(3 * HOUR, null);
    expect(inTurn(both, 0, 7 * HOUR)).toEqual([
      { person: "p-0", start: 0, end: 3 * HOUR },
      { person: "p-1", start: 3 * HOUR, end: 7 * HOUR },
    ]);
    expect(inTurn([{ person: null, until: 3 * HOUR }, ...turns(null)], 0, 7 * HOUR)).toEqual([{ person: "p-0", start: 3 * HOUR, end: 7 * HOUR }]);
    // Before it begins, at its beginning, after all is over, not typed yet.
    for (const until of [-HOUR, 0, 8 * HOUR, 7 * HOUR, null]) expect(inTurn(turns(until, null), 0, 7 * HOUR)).toBeNull();
    expect(inTurn(turns(null), HOUR, HOUR)).toBeNull();
  });
});

test("what can be taken of somebody is what they serve from now on", () => {
  const people = (...ids: string[]) => ids.map((id) => ({ id, name: id }));
  const shift = (start: number | null, end: number | null, ...ids: string[]) => ({ schedule: "", people: people(...ids), start, end, overridden: false });
  const shifts = [shift(null, 5, "a"), shift(5, 20, "a", "b"), shift(20, 30, "b"), shift(30, null, "a")];
  expect(shiftsOf(shifts, "a", 10)).toEqual([{ start: 10, end: 20 }]);
  expect(shiftsOf(shifts, "b", 0)).toEqual([{ start: 5, end: 20 }, { start: 20, end: 30 }]);
  expect(shiftsOf(shifts, "c", 0)).toEqual([]);
});
