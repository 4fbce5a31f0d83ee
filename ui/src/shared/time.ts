import { fromAbsolute } from "@internationalized/date";
import { i18n, t } from "@/i18n";

export const SECOND = 1000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

// Day before month and a 24-hour clock: read the same way on both sides of an ocean.
const dateTags = { en: "en-GB", "zh-Hans": "zh-Hans" } as const;
const formats = new Map<string, Intl.DateTimeFormat>();

function format(at: number, options: Intl.DateTimeFormatOptions): string {
  const tag = dateTags[i18n.tongue];
  const name = tag + JSON.stringify(options);
  let found = formats.get(name);
  if (!found) {
    found = new Intl.DateTimeFormat(tag, { hourCycle: "h23", ...options });
    formats.set(name, found);
  }
  return found.format(at);
}

const startOfDay = (at: number) => new Date(at).setHours(0, 0, 0, 0);

/** Formats in a zone; in this computer's when none is given. */
const inZone = (zone?: string) => (zone ? { timeZone: zone } : {});

/** `14:41` */
export const timeOfDay = (at: number, zone?: string) => format(at, { hour: "2-digit", minute: "2-digit", ...inZone(zone) });

/** `14:41:03` */
export const timeWithSeconds = (at: number) =>
  format(at, { hour: "2-digit", minute: "2-digit", second: "2-digit" });

/** `Sunday 22 November` */
export const dayName = (at: number, zone?: string) =>
  format(at, { weekday: "long", day: "numeric", month: "long", ...inZone(zone) }).replace(",", "");

/** `Monday`: a day of the week by its number, 1 to 7. */
export const weekdayName = (day: number) => format(Date.UTC(2024, 0, day), { weekday: "long", timeZone: "UTC" });

/** `Mon`: the same in short. */
export const shortWeekdayName = (day: number) => format(Date.UTC(2024, 0, day), { weekday: "short", timeZone: "UTC" });

/** As short as it can be said without doubt: `14:41`, `Mon 09:00`, `22 Nov 14:41`, `22 Nov 2025 14:41`. */
export function moment(at: number, now: number = Date.now()): string {
  const days = Math.round((startOfDay(at) - startOfDay(now)) / DAY);
  if (days === 0) return timeOfDay(at);
  if (days > -2 && days < 7) return `${format(at, { weekday: "short" })} ${timeOfDay(at)}`;
  const year = new Date(at).getFullYear() === new Date(now).getFullYear() ? undefined : "numeric";
  return `${format(at, { day: "numeric", month: "short", year })} ${timeOfDay(at)}`;
}

/** The full date and time with seconds and zone, for tooltips. */
export const fullMoment = (at: number) =>
  `${format(at, { dateStyle: "full", timeStyle: "medium" })} ${zoneLabel(at)} · ${new Date(at).toISOString()}`;

/** `Mon 23 Nov 09:00`, in the zone of a schedule where one is given. */
export const dateAndTime = (at: number, zone?: string) =>
  format(at, {
    weekday: "short",
    day: "numeric",
    month: "short",
    hour: "2-digit",
    minute: "2-digit",
    ...(zone ? { timeZone: zone } : {}),
  }).replaceAll(",", "");

/** `09:00` in another zone than the viewer's; `Mon 09:00` where that is another day there. */
export function timeThere(at: number, zone: string): string {
  const weekday = (where?: string) => format(at, { weekday: "short", ...inZone(where) });
  return weekday(zone) === weekday() ? timeOfDay(at, zone) : `${weekday(zone)} ${timeOfDay(at, zone)}`;
}

/** `Mon`, `23`, and whether most people are off; in a zone. The first of a month names it: `1 Dec`. */
export function dayOf(at: number, zone: string): { weekday: string; date: string; first: boolean; rest: boolean } {
  // At noon, because some days begin at one o'clock.
  const noon = at + 12 * HOUR;
  const number = format(noon, { day: "numeric", timeZone: zone });
  const first = new Intl.DateTimeFormat("en", { day: "numeric", timeZone: zone }).format(noon) === "1";
  const english = new Intl.DateTimeFormat("en", { weekday: "short", timeZone: zone }).format(noon);
  return {
    weekday: format(noon, { weekday: "short", timeZone: zone }),
    first,
    date: first ? format(noon, { day: "numeric", month: "short", timeZone: zone }) : number,
    rest: english === "Sat" || english === "Sun",
  };
}

/** `UTC+1`: a zone's distance from UTC at that time, this computer's when none is given. */
export function zoneLabel(at: number, zone?: string): string {
  const minutes = zone ? fromAbsolute(at, zone).offset / MINUTE : -new Date(at).getTimezoneOffset();
  if (minutes === 0) return "UTC";
  const size = Math.abs(minutes);
  const rest = size % 60 === 0 ? "" : `:${String(size % 60).padStart(2, "0")}`;
  return `UTC${minutes < 0 ? "−" : "+"}${Math.floor(size / 60)}${rest}`;
}

export const viewerZone = () => Intl.DateTimeFormat().resolvedOptions().timeZone;

/** A running clock: `0:47:12`, beyond a day `2 d 03:12`. */
export function clockReading(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / SECOND));
  const two = (n: number) => String(n).padStart(2, "0");
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds / 60) % 60;
  if (hours < 24) return `${hours}:${two(minutes)}:${two(seconds % 60)}`;
  return t("duration-days-clock", { days: String(Math.floor(hours / 24)), clock: `${hours % 24}:${two(minutes)}` });
}

/** A countdown: `4:31`, `1:04:31`. */
export function countdown(milliseconds: number): string {
  const seconds = Math.max(0, Math.ceil(milliseconds / SECOND));
  const two = (n: number) => String(n).padStart(2, "0");
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}:${two(seconds % 60)}`;
  return `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(seconds % 60)}`;
}

/** A length in words: `41 min`, `2 h 5 min`, `3 d 4 h`. */
export function duration(milliseconds: number): string {
  const minutes = Math.max(0, Math.round(milliseconds / MINUTE));
  const hours = Math.floor(minutes / 60);
  const days = Math.floor(hours / 24);
  if (hours === 0) return t("duration-minutes", { minutes });
  if (days === 0) return t("duration-hours", { hours, minutes: minutes % 60 });
  return t("duration-days", { days, hours: hours % 24 });
}

/** `3 minutes ago`, `2 days ago`. */
export function ago(at: number, now: number = Date.now()): string {
  const relative = new Intl.RelativeTimeFormat(i18n.tongue, { numeric: "auto" });
  const past = at - now;
  const size = Math.abs(past);
  if (size < MINUTE) return t("duration-just-now");
  if (size < HOUR) return relative.format(Math.round(past / MINUTE), "minute");
  if (size < DAY) return relative.format(Math.round(past / HOUR), "hour");
  return relative.format(Math.round(past / DAY), "day");
}
