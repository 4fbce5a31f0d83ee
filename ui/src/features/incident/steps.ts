import type { IncidentView } from "@/host";

export type StepName = "declared" | "command" | "assessed" | "roles" | "resolved" | "closed";

export interface Step {
  name: StepName;
  state: "done" | "now" | "open";
}

/** What the handbook's order asks of this incident and how far it is; the first open step is the one for now. */
export function steps(view: IncidentView): Step[] {
  const { row, times } = view;
  const has = (role: string) => view.roles.some((each) => each.role === role);
  const over = row.state === "resolved" || row.state === "closed" || row.state === "false_alarm";
  const done: Record<StepName, boolean> = {
    declared: true,
    command: row.im !== null || row.state === "false_alarm",
    assessed: view.service !== null && times.impact_start !== null && !times.impossible,
    roles: has("tech_lead") && (row.severity === 3 || has("communications_manager")),
    resolved: over,
    closed: row.state === "closed" || row.state === "false_alarm",
  };
  // What was left out before the end is not asked for after it.
  if (over) done.command = done.assessed = done.roles = true;
  const names: StepName[] = ["declared", "command", "assessed", "roles", "resolved", "closed"];
  const now = names.find((name) => !done[name]);
  return names.map((name) => ({ name, state: done[name] ? "done" : name === now ? "now" : "open" }));
}
