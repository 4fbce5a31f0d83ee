import type { AddOverride, CalendarView, DialLine, FixedShiftForm, Host, OnCallView, ScheduleView, ShiftView } from "@/host";
import { t } from "@/i18n";
import { Query } from "@/shared/query.svelte";
import { dateAndTime, moment, timeThere, viewerZone, zoneLabel } from "@/shared/time";
import { listNames } from "@/shared/words";
import { daysFrom, moved } from "./calendar";

/** The on-call view: who is on call now and next, and standing in for somebody. */
export class OnCall {
  readonly query: Query<OnCallView>;
  readonly #host: Host;

  constructor(host: Host) {
    this.#host = host;
    this.query = new Query(() => host.call("list_on_call", null));
  }

  async addOverride(schedule: string, exception: Pick<AddOverride, "person" | "replaces" | "adds">, start: number, end: number): Promise<void> {
    this.query.set(await this.#host.call("add_override", { schedule, ...exception, start, end }));
  }

  /** This person is on call from now until the shift ends, instead of somebody or of everybody. */
  async takeShift(schedule: string, from: string | null): Promise<void> {
    this.query.set(await this.#host.call("take_shift", { schedule, from }));
  }

  /** Offers a time of this person's; `back` is what they take of the colleague's in return. */
  async offerSwap(schedule: string, colleague: string | null, start: number, end: number, back: { start: number; end: number } | null): Promise<void> {
    this.query.set(await this.#host.call("offer_swap", { schedule, colleague, start, end, back_start: back?.start ?? null, back_end: back?.end ?? null }));
  }

  /** A time that is planned by hand. */
  async addTemporary(schedule: string, name: string, start: number, end: number, shifts: FixedShiftForm[]): Promise<void> {
    this.query.set(await this.#host.call("add_temporary", { schedule, name, start, end, shifts }));
  }

  /** The rotations decide again, from now on. */
  async removeTemporary(id: string): Promise<void> {
    this.query.set(await this.#host.call("remove_temporary", id));
  }

  async setOwner(schedule: string, owner: string | null): Promise<void> {
    this.query.set(await this.#host.call("set_schedule_owner", { schedule, owner }));
  }

  async answerSwap(swap: string, accept: boolean): Promise<void> {
    this.query.set(await this.#host.call("answer_swap", { swap, accept }));
  }

  async removeOverride(id: string): Promise<void> {
    this.query.set(await this.#host.call("remove_override", id));
  }
}

/** The calendar of all schedules, two weeks at a time. */
export class Calendar {
  readonly query: Query<CalendarView>;
  zone = $state(viewerZone());
  /** An instant of the first day. */
  first = $state(Date.now());
  readonly days = $derived(daysFrom(this.first, this.zone));
  readonly from = $derived(this.days[0] ?? this.first);
  readonly until = $derived(this.days.at(-1) ?? this.first);

  constructor(host: Host) {
    this.query = new Query(() => host.call("list_shifts", { from: this.from, until: this.until }));
  }

  move(days: number): void {
    this.first = moved(this.first, this.zone, days);
  }

  today(): void {
    this.first = Date.now();
  }
}

/** `Mon 23 Nov 09:00 – Mon 30 Nov 09:00`; a shift may have no beginning or no end. */
export function span(start: number | null, end: number | null, zone?: string): string {
  if (end === null) return start === null ? t("oncall-always") : t("oncall-from", { at: dateAndTime(start, zone) });
  return start === null ? t("oncall-until", { at: dateAndTime(end, zone) }) : `${dateAndTime(start, zone)} – ${dateAndTime(end, zone)}`;
}

/** `changes weekly at 09:00, Asia/Shanghai`; of several rotations, how many. */
export function rhythm(schedule: ScheduleView): string {
  const [only, ...others] = schedule.rotations;
  if (only === undefined) return schedule.zone;
  if (others.length > 0) return t("oncall-rotations", { count: schedule.rotations.length, zone: schedule.zone });
  const [length, ...more] = only.lengths;
  if (length === undefined || more.length > 0) return t("oncall-rotation-varied", { time: only.hand_off, zone: schedule.zone });
  return only.in_hours ? t("oncall-rotation-hours", { hours: length, time: only.hand_off, zone: schedule.zone }) : t("oncall-rotation", { days: length, time: only.hand_off, zone: schedule.zone });
}

/** `Ana Ortiz and Li Wei`; empty for a gap. */
export function whoServes(shift: ShiftView): string {
  return listNames(shift.people.map((person) => person.name));
}

/** `18:00 (13:00 UTC−5)`: where a schedule has another zone than its viewer, its own time too. */
function inBothZones(at: number, zone: string | null): string {
  if (zone === null || zoneLabel(at, zone) === zoneLabel(at)) return moment(at);
  return t("oncall-both-zones", { at: moment(at), there: timeThere(at, zone), zone: zoneLabel(at, zone) });
}

/** `Tom Berg from Mon 09:00`: who ends a gap, and when it ends. */
export function nextFrom(until: number | null, zone: string | null, next: DialLine[]): string {
  if (next.length === 0) return "";
  const person = listNames(next.map((each) => each.name));
  return until === null ? t("oncall-next", { person }) : t("oncall-next-from", { person, at: inBothZones(until, zone) });
}

/** `until 18:00 (13:00 UTC−5), then Li Wei` */
export function untilThen(until: number | null, zone: string | null, next: DialLine[]): string {
  const then = next.length === 0 ? null : listNames(next.map((person) => person.name));
  if (until === null) return "";
  const at = inBothZones(until, zone);
  return then === null ? t("oncall-until-gap", { at }) : t("oncall-until-then", { at, person: then });
}
