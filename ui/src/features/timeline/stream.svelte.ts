import { untrack } from "svelte";
import type { EntryEdit, EntryKindView, EntryView, Events, Host } from "@/host";
import { ApiFailure } from "@/host";

const PAGE = 200;
/** The host gives at most this many lines at once. */
const MOST = 500;

export const writtenKinds = ["message", "observation", "change", "decision"] as const;
export type WrittenKind = (typeof writtenKinds)[number];

/** The lines of one incident: the newest are read again when something changed, older ones come while scrolling. */
export class Stream {
  entries = $state.raw<EntryView[]>([]);
  failure = $state.raw<ApiFailure | null>(null);
  /** False until the first answer, so that "nothing written" is not claimed too early. */
  read = $state(false);
  entriesOnly = $state(false);
  readingOlder = $state(false);
  #older: string | null = null;
  #running = false;
  #again = false;
  readonly #host: Host;
  readonly #incident: string;

  constructor(host: Host, incident: string) {
    this.#host = host;
    this.#incident = incident;
  }

  get hasOlder(): boolean {
    return this.#older !== null;
  }

  follow(events: Events): () => void {
    return events.on("changed", (event) => {
      if (event.incidents.includes(this.#incident) || event.directory) void this.refresh();
    });
  }

  async setEntriesOnly(only: boolean): Promise<void> {
    this.entriesOnly = only;
    this.#older = null;
    this.entries = [];
    await this.refresh();
  }

  refresh = async (): Promise<void> => {
    this.#again = true;
    if (this.#running) return;
    this.#running = true;
    try {
      while (this.#again) {
        this.#again = false;
        await this.#readNewest();
      }
      this.failure = null;
    } catch (thrown) {
      this.failure = ApiFailure.of(thrown);
    } finally {
      this.#running = false;
      this.read = true;
    }
  };

  async readOlder(): Promise<void> {
    const before = this.#older;
    if (before === null || this.readingOlder) return;
    this.readingOlder = true;
    try {
      const page = await this.#list(before, PAGE);
      const known = new Set(this.entries.map((entry) => entry.id));
      this.entries = [...page.entries.filter((entry) => !known.has(entry.id)), ...this.entries];
      this.#older = page.older;
    } catch (thrown) {
      this.failure = ApiFailure.of(thrown);
    } finally {
      this.readingOlder = false;
    }
  }

  async add(kind: EntryKindView, text: string, at: number | null): Promise<void> {
    await this.#host.call("write_line", { incident: this.#incident, kind, text, at });
    await this.refresh();
  }

  async edit(entry: EntryView, edits: EntryEdit[]): Promise<void> {
    for (const edit of edits) {
      await this.#host.call("edit_entry", { id: entry.id, seen: entry.stamps[edit.field] ?? null, edit });
    }
    await this.refresh();
  }

  async #readNewest(): Promise<void> {
    // Whoever starts a reading from an effect must not come to depend on what it reads.
    const shown = untrack(() => this.entries.length);
    const wanted = Math.min(MOST, Math.max(PAGE, shown));
    const page = await this.#list(null, wanted);
    const fresh = new Set(page.entries.map((entry) => entry.id));
    const oldest = page.entries[0]?.at ?? Infinity;
    // What lies before the newest lines stays as it was read; without more to read, what came is everything.
    const kept = page.older === null ? [] : this.entries.filter((entry) => entry.at < oldest && !fresh.has(entry.id));
    this.entries = [...kept, ...page.entries];
    if (kept.length === 0) this.#older = page.older;
  }

  #list(before: string | null, limit: number) {
    return this.#host.call("list_stream", { incident: this.#incident, before, limit, entries_only: untrack(() => this.entriesOnly) });
  }
}

export type StreamRow = { row: "day"; at: number } | { row: "entry"; entry: EntryView };

/** Lines with a header before the first of each day. */
export function withDays(entries: readonly EntryView[]): StreamRow[] {
  const rows: StreamRow[] = [];
  let day = "";
  for (const entry of entries) {
    const its = new Date(entry.at).toDateString();
    if (its !== day) {
      day = its;
      rows.push({ row: "day", at: entry.at });
    }
    rows.push({ row: "entry", entry });
  }
  return rows;
}
