import { ApiFailure, type FileView, type Host, type NamedFile } from "@/host";

/** The most files of one line, as the rules have it. */
export const MOST = 20;
/** The largest file in bytes, as the rules have it: it is said before anything is read. */
export const LARGEST = 25_000_000;

/** A file beside the input line: being taken in, taken in, or not taken. */
export interface Attached {
  readonly id: number;
  readonly name: string;
  file: FileView | null;
  /** Why it was not taken: a message id. */
  objection: string | null;
}

/** Files as an entry names them. */
export function named(attached: readonly Attached[]): NamedFile[] {
  return attached.flatMap(({ file }) => (file ? [{ hash: file.hash, name: file.name }] : []));
}

/** Files that were pasted or dropped and wait for their line to be written. */
export class Attachments {
  list = $state<Attached[]>([]);
  #next = 1;
  readonly #host: Host;
  readonly #incident: string;

  constructor(host: Host, incident: string) {
    this.#host = host;
    this.#incident = incident;
  }

  /** Something is still being taken in. */
  get busy(): boolean {
    return this.list.some((each) => each.file === null && each.objection === null);
  }

  /** Something can be sent. */
  get any(): boolean {
    return this.list.some((each) => each.file !== null);
  }

  /** Takes files in, one after the other: each is read whole. */
  async add(files: readonly File[]): Promise<void> {
    for (const file of files) {
      if (this.list.length >= MOST) return;
      await this.#take(file);
    }
  }

  remove(id: number): void {
    this.list = this.list.filter((each) => each.id !== id);
  }

  /** Hands the files over to the line that is being written; what was not taken in stays, with why. */
  take(): Attached[] {
    const taken = this.list.filter((each) => each.file !== null);
    this.list = this.list.filter((each) => each.file === null);
    return taken;
  }

  /** The line was not written: its files are back. */
  giveBack(taken: readonly Attached[]): void {
    this.list = [...taken, ...this.list];
  }

  async #take(file: File): Promise<void> {
    const id = this.#next++;
    this.list.push({ id, name: file.name, file: null, objection: null });
    const set = (found: Partial<Attached>) => {
      const place = this.list.find((each) => each.id === id);
      if (place) Object.assign(place, found);
    };
    if (file.size > LARGEST) return set({ objection: "error-file-too-large" });
    try {
      const taken = await this.#host.stageFile(this.#incident, file.name, new Uint8Array(await file.arrayBuffer()));
      // The same bytes twice are one file.
      if (this.list.some((each) => each.file?.hash === taken.hash)) this.remove(id);
      else set({ file: taken, objection: taken.objection });
    } catch (thrown) {
      const failure = ApiFailure.of(thrown);
      set({ objection: failure.fields[0]?.message_id ?? (failure.code === "not_saved" ? "error-file-not-saved" : "error-file-not-taken") });
    }
  }
}
