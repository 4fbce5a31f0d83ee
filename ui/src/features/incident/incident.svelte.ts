import type { CommandAction, Events, Host, IncidentEdit, IncidentView, RoleAction, RoleView } from "@/host";
import { Query } from "@/shared/query.svelte";

/** Which of the incident's forms is open; one at a time. */
export type Panel = "none" | "severity" | "hand-over" | "replace" | "resolve" | "reopen" | "false-alarm" | "times" | "role" | "brief" | "service" | "export";

const stampOf: Record<Exclude<IncidentEdit["field"], "answer">, string | null> = {
  summary: "summary",
  description: "description",
  severity: "severity",
  service: "service",
  call: "call",
  times: "times",
  // Lists are added to and removed from by id: two people never collide there.
  add_product: null,
  remove_product: null,
};

/** One incident as its window sees it: what is read, and everything that can be done to it. */
export class Incident {
  readonly query: Query<IncidentView>;
  panel = $state<Panel>("none");
  /** The role that is being handed over; none for command. */
  seat = $state<RoleView | null>(null);
  /** The role that somebody is looked for; none where it is still to be chosen. */
  vacancy = $state<string | null>(null);
  readonly #host: Host;

  constructor(host: Host, id: string) {
    this.#host = host;
    this.query = new Query(() => host.call("get_incident", id));
  }

  get view(): IncidentView | null {
    return this.query.data;
  }

  /** Reads again when its own rows changed, or the names it shows. */
  follow(events: Events): () => void {
    return events.on("changed", (event) => {
      const id = this.view?.row.id;
      if (event.directory || id === undefined || event.incidents.includes(id)) void this.query.refresh();
    });
  }

  async edit(edit: IncidentEdit): Promise<void> {
    const view = this.#shown();
    const group = edit.field === "answer" ? `answer_${edit.value.question}` : stampOf[edit.field];
    const seen = group === null ? null : (view.stamps[group] ?? null);
    this.query.set(await this.#host.call("edit_incident", { id: view.row.id, seen, edit }));
  }

  async command(action: CommandAction): Promise<void> {
    const view = this.#shown();
    const seen = view.stamps[action.action === "plan" ? "command_plan" : "command"] ?? null;
    this.query.set(await this.#host.call("command_incident", { id: view.row.id, seen, action }));
  }

  async startCall(): Promise<void> {
    this.query.set(await this.#host.call("start_call", this.#shown().row.id));
  }

  async assignRole(role: string, person: string): Promise<void> {
    const incident = this.#shown().row.id;
    this.query.set(await this.#host.call("assign_role", { incident, role, person }));
  }

  async changeRole(role: RoleView, action: RoleAction): Promise<void> {
    const seen = role.stamps[action.action === "plan" ? "plan" : "holder"] ?? null;
    this.query.set(await this.#host.call("change_role", { id: role.id, seen: action.action === "end" ? null : seen, action }));
  }

  /** Opens the form that hands a role over; none is command. */
  handOver(seat: RoleView | null): void {
    this.seat = seat;
    this.panel = "hand-over";
  }

  /** Opens the form that gives somebody a role. */
  assign(role: string | null): void {
    this.vacancy = role;
    this.panel = "role";
  }

  #shown(): IncidentView {
    const view = this.view;
    if (!view) throw new Error("nothing can be done to an incident that is not shown");
    return view;
  }
}
