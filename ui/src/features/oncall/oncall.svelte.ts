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
    this.query.set(await this.#host.call("add_override", { schedule, person, start, end }));
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

/** `until 18:00, then Li Wei` */
export function untilThen(until: number | null, next: DialLine[]): string {
  const then = next.length === 0 ? null : listNames(next.map((person) => person.name));
  if (until === null) return "";
  const at = moment(until);
  return then === null ? t("oncall-until-gap", { at }) : t("oncall-until-then", { at, person: then });
}
