import type { IncidentView, Me, PersonRef, RoleView } from "@/host";
import { MINUTE } from "@/shared/time";

/** What deserves the one attention line, the most harmful first. */
export type Prompt =
  | "nobody-paged"
  | "offered-to-me"
  | "role-offered-to-me"
  | "unconfirmed"
  | "no-im"
  | "impossible-times"
  | "no-impact-end"
  | "no-service"
  | "no-impact-start"
  | "no-tech-lead"
  | "no-communications"
  | "i-take-over"
  | "plan-due"
  | "offer-waits";

/** So long before the time is whoever takes over reminded. */
const AHEAD = 15 * MINUTE;

/** A seat that changes hands; without a role it is command. */
export interface Change {
  seat: RoleView | null;
  holder: PersonRef | null;
  next: PersonRef;
  from: number;
}

/** Seats whose next holder is decided, the soonest first. */
export function planned(view: IncidentView): Change[] {
  const command = view.command_planned ? [{ seat: null, holder: view.row.im, next: view.command_planned.person, from: view.command_planned.from }] : [];
  const roles = view.roles.flatMap((seat) => (seat.planned ? [{ seat, holder: seat.person, next: seat.planned.person, from: seat.planned.from }] : []));
  return [...command, ...roles].sort((a, b) => a.from - b.from);
}
/** What this person takes over soon, or should have. */
export const mineSoon = (view: IncidentView, me: Pick<Me, "id"> | null, now: number) => planned(view).find((change) => change.next.id === me?.id && now >= change.from - AHEAD);
/** What this person was to hand over by now, and has not offered. */
export const dueFromMe = (view: IncidentView, me: Pick<Me, "id"> | null, now: number) =>
  planned(view).find((change) => change.holder?.id === me?.id && now >= change.from && (change.seat ? change.seat.offered_to : view.command_offered_to) === null);
/** A role that is offered to this person. */
export const offeredRole = (view: IncidentView, me: Pick<Me, "id"> | null) => view.roles.find((role) => role.offered_to !== null && role.offered_to.id === me?.id);

/** Everything that could be said, in the order of harm. The line shows the first. */
export function prompts(view: IncidentView, me: Pick<Me, "id"> | null, now: number = Date.now()): Prompt[] {
  const { row, may, times } = view;
  const open = row.state === "new" || row.state === "fixing";
  const lacks = (role: string) => view.unfilled.includes(role);
  const offered = view.command_offered_to;
  const candidates: [Prompt, boolean][] = [
    ["nobody-paged", open && row.nobody_paged],
    ["offered-to-me", may.answer_offer && offered !== null && offered.id === me?.id],
    ["role-offered-to-me", offeredRole(view, me) !== undefined],
    ["unconfirmed", row.im_unconfirmed],
    ["no-im", row.state === "new" && may.take_command],
    ["impossible-times", times.impossible],
    ["no-impact-end", row.state === "resolved" && times.impact_end === null],
    ["no-service", open && row.state !== "new" && view.service === null],
    ["no-impact-start", open && row.state !== "new" && times.impact_start === null],
    ["plan-due", open && dueFromMe(view, me, now) !== undefined],
    ["i-take-over", open && mineSoon(view, me, now) !== undefined],
    ["no-tech-lead", lacks("tech_lead")],
    ["no-communications", lacks("communications_manager")],
    ["offer-waits", offered !== null && offered.id !== me?.id],
  ];
  return candidates.filter(([, applies]) => applies).map(([prompt]) => prompt);
}
