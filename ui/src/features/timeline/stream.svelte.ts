import { untrack } from "svelte";
import type { EntryEdit, EntryKindView, EntryView, Events, Host, NamedFile, StreamMark } from "@/host";
import { ApiFailure } from "@/host";

/** What is shown first; the rest comes while the person reads. */
const PAGE = 200;
/** The host gives at most this many lines at once. */
const MOST = 500;
/** A window holds the newest lines of a stream up to this many; nothing older is read. */
export const HELD = 20_000;
/** The host edits at most this many lines at once. */
const BULK = 2_000;

export const writtenKinds = ["message", "observation", "change", "decision"] as const;
export type WrittenKind = (typeof writtenKinds)[number];

/** An edit that can be made to many lines at once. */
export type BulkEdit = Extract<EntryEdit, { field: "retracted" | "highlighted" | "visibility" | "add_tag" | "remove_tag" | "link" | "unlink" }>;

export const inOrder = (a: EntryView, b: EntryView) => a.at - b.at || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);

/** Whether a person wrote it, so that it can be edited. */
export const isWritten = (entry: EntryView) => entry.message_id === null && writtenKinds.some((kind) => kind === entry.kind);

/** Whether it may come to look otherwise without a row of the log: not sent, or with a file on its way. */
const isUnsettled = (entry: EntryView) => entry.unsent || (entry.files ?? []).some((file) => file.place !== "here" || file.objection !== null);

/**
 * The lines of one incident, all of them: read once, the newest first, and then only what changed. Filters and
 * the picture work on what is here, so that a key stroke asks nobody.
 */
export class Stream {
  /** In their order. */
  entries = $state.raw<EntryView[]>([]);
  failure = $state.raw<ApiFailure | null>(null);
  /** False until the first answer, so that "nothing written" is not claimed too early. */
  read = $state(false);
  /** Everything that a window holds is here. */
  whole = $state(false);
  #mark: StreamMark | null = null;
  /** Lines that the stream has beyond those held: too old, or of a newer version and not shown. */
  #beyond = 0;
  #running: Promise<void> | null = null;
  #again = false;
  readonly #host: Host;
  readonly incident: string;

  constructor(host: Host, incident: string) {
    this.#host = host;
    this.incident = incident;
  }

  follow(events: Events): () => void {
    return events.on("changed", (event) => {
      // Names stand in the lines: who is called otherwise now is read everywhere.
      if (event.directory) this.#mark = null;
      if (event.incidents.includes(this.incident) || event.directory) void this.refresh();
    });
  }

  refresh = (): Promise<void> => {
    this.#again = true;
    // Whoever starts a reading from an effect must not come to depend on what it reads.
    this.#running ??= untrack(() => this.#run()).finally(() => (this.#running = null));
    return this.#running;
  };

  async add(kind: EntryKindView, text: string, at: number | null, files: NamedFile[] = []): Promise<void> {
    await this.#host.call("write_line", { incident: this.incident, kind, text, at, files });
    await this.refresh();
  }

  async edit(entry: EntryView, edits: EntryEdit[]): Promise<void> {
    for (const edit of edits) {
      await this.#host.call("edit_entry", { id: entry.id, seen: entry.stamps[edit.field] ?? null, edit });
    }
    await this.refresh();
  }

  /** The same for many lines; lines of the program are left out. Answers how many were changed. */
  async editAll(entries: readonly EntryView[], edit: BulkEdit): Promise<number> {
    const ids = entries.filter(isWritten).map((entry) => entry.id);
    let edited = 0;
    try {
      for (let from = 0; from < ids.length; from += BULK) {
        edited += await this.#host.call("edit_entries", { ids: ids.slice(from, from + BULK), edit });
      }
    } finally {
      await this.refresh();
    }
    return edited;
  }

  async #run(): Promise<void> {
    try {
      while (this.#again) {
        this.#again = false;
        if (this.#mark === null || !(await this.#catchUp(this.#mark))) await this.#readAll();
      }
      this.failure = null;
    } catch (thrown) {
      // What came before stays; the next reading begins at the same place.
      this.failure = ApiFailure.of(thrown);
    } finally {
      this.read = true;
    }
  }

  /** Reads everything, the newest first; what is on view stays until its place is read. */
  async #readAll(): Promise<void> {
    const before = this.entries;
    let cursor: string | null = null;
    let fresh: EntryView[] = [];
    let mark: StreamMark | null = null;
    let count: number | null = null;
    do {
      const page = await this.#list(cursor, cursor === null ? PAGE : MOST);
      mark ??= page.mark;
      count ??= page.count;
      fresh = [...page.entries, ...fresh];
      cursor = page.older;
      const oldest = fresh[0];
      const known = new Set(fresh.map((entry) => entry.id));
      const older = oldest === undefined || cursor === null ? [] : before.filter((entry) => inOrder(entry, oldest) < 0 && !known.has(entry.id));
      this.entries = [...older, ...fresh];
      this.read = true;
    } while (cursor !== null && fresh.length < HELD);
    this.entries = fresh;
    this.#mark = mark;
    this.#beyond = (count ?? 0) - fresh.length;
    this.whole = true;
  }

  /** Takes what changed; false when that is too much to tell, or does not add up. */
  async #catchUp(mark: StreamMark): Promise<boolean> {
    const unsettled = this.entries.filter(isUnsettled).map((entry) => entry.id);
    const changes = await this.#host.call("follow_stream", { incident: this.incident, mark, unsettled });
    if (changes.anew) return false;
    const entries = merged(this.entries, changes.entries, changes.gone);
    // Something came or went without being told of, such as older history that was fetched.
    if (entries.length + this.#beyond !== changes.count) return false;
    if (changes.entries.length > 0 || changes.gone.length > 0) this.entries = entries;
    this.#mark = changes.mark;
    return true;
  }

  #list(before: string | null, limit: number) {
    return this.#host.call("list_stream", { incident: this.incident, before, limit, entries_only: false });
  }
}

/** Lines in their order with some replaced, added and gone. */
export function merged(entries: readonly EntryView[], fresh: readonly EntryView[], gone: readonly string[]): EntryView[] {
  const changed = new Map(fresh.map((entry) => [entry.id, entry]));
  const away = new Set(gone);
  const kept = entries.filter((entry) => !changed.has(entry.id) && !away.has(entry.id));
  if (fresh.length === 0) return kept;
  const added = [...fresh].sort(inOrder);
  const all: EntryView[] = [];
  let next = 0;
  for (const entry of kept) {
    for (let one = added[next]; one && inOrder(one, entry) < 0; one = added[++next]) all.push(one);
    all.push(entry);
  }
  return [...all, ...added.slice(next)];
}
