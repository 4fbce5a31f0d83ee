import type { IncidentView, Me } from "@/host";

/** What deserves the one attention line, the most harmful first. */
export type Prompt =
  | "nobody-paged"
  | "offered-to-me"
  | "unconfirmed"
  | "no-im"
  | "impossible-times"
  | "no-impact-end"
  | "no-service"
  | "no-impact-start"
  | "no-tech-lead"
  | "no-communications"
  | "offer-waits";

/** Everything that could be said, in the order of harm. The line shows the first. */
export function prompts(view: IncidentView, me: Pick<Me, "id"> | null): Prompt[] {
  const { row, may, times } = view;
  const open = row.state === "new" || row.state === "fixing";
  const urgent = row.severity < 3;
  const has = (role: string) => view.roles.some((each) => each.role === role);
  const offered = view.command_offered_to;
  const candidates: [Prompt, boolean][] = [
    ["nobody-paged", open && row.nobody_paged],
    ["offered-to-me", may.answer_offer && offered !== null && offered.id === me?.id],
    ["unconfirmed", row.im_unconfirmed],
    ["no-im", row.state === "new" && may.take_command],
    ["impossible-times", times.impossible],
    ["no-impact-end", row.state === "resolved" && times.impact_end === null],
    ["no-service", open && row.state !== "new" && view.service === null],
    ["no-impact-start", open && row.state !== "new" && times.impact_start === null],
    ["no-tech-lead", row.state === "fixing" && urgent && !has("tech_lead")],
    ["no-communications", row.state === "fixing" && urgent && !has("communications_manager")],
    ["offer-waits", offered !== null && offered.id !== me?.id],
  ];
  return candidates.filter(([, applies]) => applies).map(([prompt]) => prompt);
}
