import type { Events, Host, PersonRef, ProductionChangeEdit, ProductionChangeView, ProductionStateView, TablesView, WorkstreamEdit, WorkstreamStateView, WorkstreamView } from "@/host";
import { Query } from "@/shared/query.svelte";

export const productionStates: readonly ProductionStateView[] = ["planned", "doing", "done", "reverted"];
export const workstreamStates: readonly WorkstreamStateView[] = ["active", "blocked", "done", "dropped"];

/** The name of the one field that an edit is about: its stamp is sent along. */
const fieldOf = (edit: object): string => Object.keys(edit)[0] ?? "";

/** The tables beside the document of one incident. */
export class Tables {
  readonly query: Query<TablesView>;
  people = $state.raw<PersonRef[]>([]);
  readonly #host: Host;
  readonly #incident: string;

  constructor(host: Host, incident: string) {
    this.#host = host;
    this.#incident = incident;
    this.query = new Query(() => host.call("get_tables", incident));
  }

  follow(events: Events): () => void {
    void this.#readPeople();
    return events.on("changed", (event) => {
      if (event.directory) void this.#readPeople();
      if (event.directory || event.incidents.includes(this.#incident)) void this.query.refresh();
    });
  }

  async addChange(what: string, state: ProductionStateView): Promise<void> {
    const nothing = { how: "", why: "", revert: "" };
    await this.#host.call("add_production_change", { incident: this.#incident, what, who: null, at: null, state, ...nothing });
    await this.query.refresh();
  }

  async editChange(change: ProductionChangeView, edit: ProductionChangeEdit): Promise<void> {
    const seen = change.stamps[fieldOf(edit)] ?? null;
    await this.#host.call("edit_production_change", { id: change.id, edit, seen });
    await this.query.refresh();
  }

  async addWorkstream(name: string): Promise<void> {
    await this.#host.call("add_workstream", { incident: this.#incident, name, goal: "", owner: null });
    await this.query.refresh();
  }

  async editWorkstream(workstream: WorkstreamView, edit: WorkstreamEdit): Promise<void> {
    const seen = workstream.stamps[fieldOf(edit)] ?? null;
    await this.#host.call("edit_workstream", { id: workstream.id, edit, seen });
    await this.query.refresh();
  }

  async #readPeople(): Promise<void> {
    try {
      this.people = (await this.#host.call("list_directory", null)).people;
    } catch {
      // The names that stand in the rows are enough to read them.
    }
  }
}
