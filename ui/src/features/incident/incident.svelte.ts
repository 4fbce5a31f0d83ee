import type { CommandAction, Events, Host, IncidentEdit, IncidentView } from "@/host";
import { Query } from "@/shared/query.svelte";

/** Which of the incident's forms is open; one at a time. */
export type Panel = "none" | "severity" | "hand-over" | "replace" | "resolve" | "reopen" | "false-alarm" | "times" | "role" | "service" | "export";

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
    const seen = view.stamps.command ?? null;
    this.query.set(await this.#host.call("command_incident", { id: view.row.id, seen, action }));
  }

  async startCall(): Promise<void> {
    this.query.set(await this.#host.call("start_call", this.#shown().row.id));
  }

  async assignRole(role: string, person: string): Promise<void> {
    const incident = this.#shown().row.id;
    this.query.set(await this.#host.call("assign_role", { incident, role, person }));
  }

  async endRole(id: string): Promise<void> {
    await this.#host.call("end_role", id);
    await this.query.refresh();
  }

  #shown(): IncidentView {
    const view = this.view;
    if (!view) throw new Error("nothing can be done to an incident that is not shown");
    return view;
  }
}
