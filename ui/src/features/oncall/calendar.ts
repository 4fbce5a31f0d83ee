import { fromAbsolute, toCalendarDate, toZoned } from "@internationalized/date";
import { HOUR } from "@/shared/time";

/** Days that the calendar shows at once. */
export const DAYS = 14;

/** A stretch of time that is drawn; without an end or a beginning it goes on outside of the picture. */
export interface Stretch {
  start: number | null;
  end: number | null;
}

/** Where the days of a window begin in a zone; one more than there are days, so that the last one has an end. */
export function daysFrom(at: number, zone: string, days: number = DAYS): number[] {
  // By calendar arithmetic: a day is not always 24 hours.
  const first = toCalendarDate(fromAbsolute(at, zone));
  return Array.from({ length: days + 1 }, (_, n) => toZoned(first.add({ days: n }), zone).toDate().getTime());
}

/** The same instant of the day some days on or back, in a zone. */
export const moved = (at: number, zone: string, days: number): number => fromAbsolute(at, zone).add({ days }).toDate().getTime();

/** Left edge and width in percent of the window; null when nothing of it is in the window. */
export function placed(stretch: Stretch, from: number, until: number): { left: number; width: number } | null {
  const start = Math.max(stretch.start ?? from, from);
  const end = Math.min(stretch.end ?? until, until);
  if (end <= start) return null;
  const percent = (length: number) => (length / (until - from)) * 100;
  return { left: percent(start - from), width: percent(end - start) };
}

/** The stretch between two points of a row, given as fractions of it: whole hours, at least one. */
export function dragged(one: number, other: number, from: number, until: number): { start: number; end: number } {
  const at = (fraction: number) => from + Math.min(1, Math.max(0, fraction)) * (until - from);
  const start = Math.floor(at(Math.min(one, other)) / HOUR) * HOUR;
  const end = Math.ceil(at(Math.max(one, other)) / HOUR) * HOUR;
  return { start, end: Math.max(end, start + HOUR) };
}

/** Stretches in rows in which none covers another, in their order. */
export function rows<T extends Stretch>(stretches: readonly T[]): T[][] {
  const found: T[][] = [];
  for (const each of [...stretches].sort((a, b) => (a.start ?? -Infinity) - (b.start ?? -Infinity))) {
    const free = found.find((row) => (row.at(-1)?.end ?? Infinity) <= (each.start ?? -Infinity));
    if (free) free.push(each);
    else found.push([each]);
  }
  return found;
}
