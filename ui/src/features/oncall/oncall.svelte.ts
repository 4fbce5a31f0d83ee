import type { DialLine, Host, OnCallView, ScheduleView, ShiftView } from "@/host";
import { t } from "@/i18n";
import { Query } from "@/shared/query.svelte";
import { dateAndTime, moment } from "@/shared/time";
import { listNames } from "@/shared/words";

/** The on-call view: who is on call now and next, and standing in for somebody. */
export class OnCall {
  readonly query: Query<OnCallView>;
  readonly #host: Host;

  constructor(host: Host) {
    this.#host = host;
    this.query = new Query(() => host.call("list_on_call", null));
  }

  async addOverride(schedule: string, person: string, start: number, end: number): Promise<void> {
    this.query.set(await this.#host.call("add_override", { schedule, person, replaces: null, adds: false, start, end }));
  }

  async removeOverride(id: string): Promise<void> {
    this.query.set(await this.#host.call("remove_override", id));
  }
}

/** The shift that covers now, and the one after it. */
export function nowAndNext(schedule: ScheduleView, now: number): { current: ShiftView | null; next: ShiftView | null } {
  const current = schedule.shifts.find((shift) => (shift.start ?? -Infinity) <= now && now < (shift.end ?? Infinity)) ?? null;
  const from = current === null ? now : (current.end ?? Infinity);
  const next = schedule.shifts.find((shift) => (shift.start ?? -Infinity) >= from) ?? null;
  return { current, next };
}

/** `Mon 23 Nov 09:00 – Mon 30 Nov 09:00`; a shift may have no beginning or no end. */
export function span(start: number | null, end: number | null): string {
  if (end === null) return start === null ? t("oncall-always") : t("oncall-from", { at: dateAndTime(start) });
  return start === null ? t("oncall-until", { at: dateAndTime(end) }) : `${dateAndTime(start)} – ${dateAndTime(end)}`;
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

/** `until 18:00, then Li Wei` */
export function untilThen(until: number | null, next: DialLine[]): string {
  const then = next.length === 0 ? null : listNames(next.map((person) => person.name));
  if (until === null) return "";
  const at = moment(until);
  return then === null ? t("oncall-until-gap", { at }) : t("oncall-until-then", { at, person: then });
}
