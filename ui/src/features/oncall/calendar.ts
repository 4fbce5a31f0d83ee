import { fromAbsolute, toCalendarDate, toZoned } from "@internationalized/date";
import type { FixedShiftForm, ShiftView } from "@/host";
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

/** The shifts of one person that are not over and have an end: what can be taken of theirs. What has begun begins now. */
export function shiftsOf(shifts: readonly ShiftView[], person: string, now: number): { start: number; end: number }[] {
  return shifts.flatMap(({ people, start, end }) => (people.some((one) => one.id === person) && end !== null && end > now ? [{ start: Math.max(start ?? now, now), end }] : []));
}

/** Somebody's turn in a time that is planned by hand; without a person nobody is on call in it. */
export interface Turn {
  person: string | null;
  /** The last one lasts until the end of all. */
  until: number | null;
}

/** The same people in turns of the same length, in whole hours as far as there are any. */
export function divided(turns: readonly Turn[], start: number, end: number): Turn[] {
  const length = (end - start) / turns.length;
  const at = (n: number) => {
    const exact = start + n * length;
    return length >= HOUR ? Math.round(exact / HOUR) * HOUR : Math.floor(exact);
  };
  return turns.map(({ person }, place) => ({ person, until: place < turns.length - 1 ? at(place + 1) : null }));
}

/** Who is on call when, one after the other; null where a turn would end before it begins. */
export function inTurn(turns: readonly Turn[], start: number, end: number): FixedShiftForm[] | null {
  const shifts: FixedShiftForm[] = [];
  let from = start;
  for (const [place, { person, until }] of turns.entries()) {
    const last = place === turns.length - 1 ? end : until;
    if (last === null || last <= from || last > end) return null;
    if (person !== null) shifts.push({ person, start: from, end: last });
    from = last;
  }
  return shifts;
}
