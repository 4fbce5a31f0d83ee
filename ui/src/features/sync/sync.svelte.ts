import { createContext } from "svelte";
import type { ConflictView, Events, Host, SyncView } from "@/host";
import { Query } from "@/shared/query.svelte";

const SKEW_SHOWN_FROM = 60_000;

/** What has left this desktop, what waits, what was refused. */
export class Sync {
  readonly query: Query<SyncView>;
  readonly conflicts: Query<ConflictView[]>;
  readonly #host: Host;

  constructor(host: Host, events: Events) {
    this.#host = host;
    this.query = new Query(() => host.call("get_sync", null));
    this.conflicts = new Query(() => host.call("list_conflicts", null));
    events.on("sync", () => {
      void this.query.refresh();
      if (this.conflicts.data) void this.conflicts.refresh();
    });
  }

  get view(): SyncView | null {
    return this.query.data;
  }

  readonly skewed = $derived(Math.abs(this.view?.clock_skew ?? 0) > SKEW_SHOWN_FROM);

  /** Offline means: there is a server and it cannot be reached. Working alone is not being offline. */
  readonly offline = $derived(this.view !== null && !this.view.online && this.view.word !== "saved");

  async dismiss(id: string): Promise<void> {
    await this.#host.call("dismiss_conflict", id);
    await Promise.all([this.conflicts.refresh(), this.query.refresh()]);
  }

  async reapply(id: string): Promise<void> {
    await this.#host.call("reapply_conflict", id);
    await Promise.all([this.conflicts.refresh(), this.query.refresh()]);
  }
}

export const [useSync, provideSync] = createContext<Sync>();
