import { fromAbsolute, toCalendarDate } from "@internationalized/date";
import { viewerZone } from "@/shared/time";

/** An IANA name. */
export type Zone = string;

/** When the day of an instant begins in a zone, and when the next one does. */
export function dayStart(at: number, zone: Zone): [number, number] {
  const day = toCalendarDate(fromAbsolute(at, zone));
  return [day.toDate(zone).getTime(), day.add({ days: 1 }).toDate(zone).getTime()];
}

const place = "firebell.stream.zones";

export interface Zones {
  /** By which days are told and lines are read. */
  first: Zone;
  /** Beside it; null when the reader wants one clock only. */
  second: Zone | null;
}

/** The two clocks that this person reads by. */
export function loadZones(): Zones {
  const usual = { first: viewerZone(), second: viewerZone() === "UTC" ? null : "UTC" };
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(place) ?? "null");
    if (typeof kept !== "object" || kept === null || !("first" in kept) || !("second" in kept)) return usual;
    const { first, second } = kept;
    if (typeof first !== "string" || (second !== null && typeof second !== "string")) return usual;
    // A zone that this window does not know any more throws here.
    for (const zone of [first, second ?? first]) new Intl.DateTimeFormat("en", { timeZone: zone });
    return { first, second };
  } catch {
    return usual;
  }
}

export function saveZones(zones: Zones): void {
  try {
    localStorage.setItem(place, JSON.stringify(zones));
  } catch {
    // Storage may be full or switched off; the choice holds for this window.
  }
}
