import type { TimesForm } from "@/host";

export interface TimesObjections {
  impact_start: string | null;
  detected: string | null;
  impact_end: string | null;
}

/** A minute of grace: two clocks on one desk may differ by that much. */
const GRACE = 60_000;

/** What is impossible about three times, as message ids beside the field that has to change. */
export function objectionsTo(times: TimesForm, now: number): TimesObjections {
  const { impact_start: start, detected, impact_end: end } = times;
  const future = (at: number | null) => (at !== null && at > now + GRACE ? "error-time-future" : null);
  return {
    impact_start: future(start),
    detected: future(detected) ?? (detected !== null && start !== null && detected < start ? "error-detected-before-start" : null),
    impact_end: future(end) ?? (end !== null && start !== null && end < start ? "error-end-before-start" : null),
  };
}

export const isPossible = (objections: TimesObjections) => Object.values(objections).every((each) => each === null);
