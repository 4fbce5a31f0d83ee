import * as Y from "yjs";
import { ApiFailure, type Events, type Host } from "@/host";
import { fromBase64, toBase64 } from "./base64";
import { Carets } from "./carets";

/** What is typed is handed over after so long at the latest: what a crash can lose. */
const SAVE_WITHIN = 150;
/** Pause before saving is tried again. */
const AGAIN_AFTER = 2_000;
/** Carets go out at most so often. */
const CARET_EVERY = 80;
/** The longest text that one document takes, in letters: below what the server takes at once. */
export const LONGEST = 1_200_000;
/** The longest that is taken at once: three bytes for each letter fit into one update. */
export const LONGEST_AT_ONCE = 500_000;

/** The state document of one incident: what is typed goes to this computer at once, and on from there. */
export class SharedDocument {
  readonly doc = new Y.Doc();
  readonly text = this.doc.getText("body");
  readonly carets: Carets;
  read = $state(false);
  begun = $state(false);
  behind = $state(false);
  unsent = $state(false);
  held = $state(false);
  mayWrite = $state(false);
  /** Something typed is not on the disk yet. */
  saving = $state(false);
  failure = $state.raw<ApiFailure | null>(null);
  notSaved = $state.raw<ApiFailure | null>(null);
  others = $state.raw<string[]>([]);
  readonly #host: Host;
  readonly #incident: string;
  #number = 0;
  #pending: Uint8Array[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  #saving: Promise<void> = Promise.resolve();
  #reading = false;
  #again = false;
  #caret: ReturnType<typeof setTimeout> | undefined;
  #place: [string | null, string | null] = [null, null];
  #names = new Map<string, string>();
  #closed = false;

  constructor(host: Host, incident: string) {
    this.#host = host;
    this.#incident = incident;
    this.carets = new Carets(
      this.doc,
      (person) => this.#names.get(person) ?? "?",
      (anchor, head) => this.#move(anchor, head),
    );
    this.carets.awareness.on("change", () => (this.others = this.carets.others()));
    this.doc.on("update", (update: Uint8Array, origin: unknown) => {
      if (origin !== this) this.#keep(update);
    });
  }

  follow(events: Events): () => void {
    const stop = [
      events.on("document", (event) => {
        if (event.incident === this.#incident) void this.refresh();
      }),
      events.on("caret", (event) => {
        if (event.incident === this.#incident) this.carets.take(event);
      }),
      // Connected again, or not any more: whether more is to come may have changed.
      events.on("sync", () => void this.refresh()),
    ];
    void this.#readNames();
    return () => stop.forEach((each) => each());
  }

  /** Takes in what came to the document since it was last read. */
  refresh = async (): Promise<void> => {
    this.#again = true;
    if (this.#reading) return;
    this.#reading = true;
    try {
      while (this.#again && !this.#closed) {
        this.#again = false;
        const view = await this.#host.call("open_document", { incident: this.#incident, after: this.#number });
        if (view.updates.length > 0) {
          this.doc.transact(() => view.updates.forEach((update) => Y.applyUpdate(this.doc, fromBase64(update), this)), this);
        }
        this.#number = view.number;
        [this.begun, this.behind, this.unsent] = [view.begun, view.behind, view.unsent];
        [this.held, this.mayWrite] = [view.held, view.may_write];
        this.failure = null;
      }
    } catch (thrown) {
      this.failure = ApiFailure.of(thrown);
    } finally {
      this.#reading = false;
      this.read = true;
    }
  };

  async begin(): Promise<void> {
    await this.#host.call("begin_document", this.#incident);
    await this.refresh();
  }

  /** Saves what is typed and not saved yet; resolves when it is on the disk, or could not be. */
  flush = (): Promise<void> => {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#saving = this.#saving.then(() => this.#save());
    return this.#saving;
  };

  /** Nobody looks any more. What was typed is saved first. */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#caret);
    if (this.read && this.mayWrite) void this.#say(null, null);
    this.carets.leave();
    await this.flush();
    await this.#host.call("close_document", this.#incident).catch(() => null);
    this.doc.destroy();
  }

  #keep(update: Uint8Array): void {
    this.#pending.push(update);
    this.saving = true;
    // From the first letter, not from the last: somebody who types without a pause is saved too.
    this.#timer ??= setTimeout(() => void this.flush(), SAVE_WITHIN);
  }

  async #save(): Promise<void> {
    if (this.#pending.length === 0) return;
    const taken = this.#pending;
    this.#pending = [];
    const update = taken.length === 1 && taken[0] ? taken[0] : Y.mergeUpdates(taken);
    try {
      await this.#host.call("write_document", { incident: this.#incident, update: toBase64(update) });
      this.notSaved = null;
      this.saving = this.#pending.length > 0;
    } catch (thrown) {
      this.notSaved = ApiFailure.of(thrown);
      this.#pending = [update, ...this.#pending];
      if (!this.#closed) this.#timer ??= setTimeout(() => void this.flush(), AGAIN_AFTER);
    }
  }

  #move(anchor: string | null, head: string | null): void {
    this.#place = [anchor, head];
    if (this.#closed) return;
    this.#caret ??= setTimeout(() => {
      this.#caret = undefined;
      void this.#say(...this.#place);
    }, CARET_EVERY);
  }

  /** A caret may be lost; the next one follows. */
  async #say(anchor: string | null, head: string | null): Promise<void> {
    const place = { incident: this.#incident, writer: this.doc.clientID, anchor, head };
    await this.#host.call("place_caret", place).catch(() => null);
  }

  async #readNames(): Promise<void> {
    try {
      const directory = await this.#host.call("list_directory", null);
      this.#names = new Map(directory.people.map((person) => [person.id, person.name]));
    } catch {
      // Without names carets still show where somebody is.
    }
  }
}
