import type { EntryView, Host, IncidentAt } from "@/host";
import { ApiFailure } from "@/host";
import { HELD } from "./stream.svelte";

/** The host gives at most this many lines at once. */
const MOST = 500;

/** An incident as it was known at a moment; without one, the present is shown. */
export class Past {
  /** The reader has left the present, and is asked for a moment until there is one. */
  open = $state(false);
  at = $state<number | null>(null);
  view = $state.raw<IncidentAt | null>(null);
  entries = $state.raw<EntryView[]>([]);
  failure = $state.raw<ApiFailure | null>(null);
  #asked = 0;
  readonly #host: Host;
  readonly #incident: string;

  constructor(host: Host, incident: string) {
    this.#host = host;
    this.#incident = incident;
  }

  close(): void {
    this.#asked += 1;
    this.open = false;
    this.at = this.view = this.failure = null;
    this.entries = [];
  }

  /** Shows a moment; the newest lines first. Only the last moment that was asked for counts. */
  async show(at: number): Promise<void> {
    const asked = ++this.#asked;
    this.at = at;
    let before: string | null = null;
    let entries: EntryView[] = [];
    try {
      do {
        const page: IncidentAt = await this.#host.call("get_incident_at", { incident: this.#incident, at, before, limit: MOST });
        if (asked !== this.#asked) return;
        entries = [...page.entries, ...entries];
        before = page.older;
        this.view = page;
        this.entries = entries;
      } while (before !== null && entries.length < HELD);
      this.failure = null;
    } catch (thrown) {
      if (asked === this.#asked) this.failure = ApiFailure.of(thrown);
    }
  }
}
