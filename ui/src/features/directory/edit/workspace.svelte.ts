import { createContext } from "svelte";
import { SvelteMap } from "svelte/reactivity";
import type { AlertSourceForm, Host, Item, MaintenanceForm, PersonForm, PolicyForm, ProductForm, Save, ScheduleForm, ServiceForm, SettingsForm, TeamForm, WebhookForm, WorkspaceView } from "@/host";
import { Attempt, Query } from "@/shared/query.svelte";

/** What an editor can be about, by the last word of its command. */
export interface Forms {
  person: PersonForm;
  team: TeamForm;
  service: ServiceForm;
  product: ProductForm;
  schedule: ScheduleForm;
  policy: PolicyForm;
  webhook: WebhookForm;
  settings: SettingsForm;
  alert_source: AlertSourceForm;
  maintenance: MaintenanceForm;
}
export type Kind = keyof Forms;
/** What stands in a list, with a name and in use or retired. */
export type Listed = Exclude<Kind, "settings">;

const same = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other);

/** One form over one entity, or over something new: what was seen, what is typed, what was objected to. */
export class Editor<F extends object = object> {
  form = $state<F>({} as F);
  /** What its author saw; null for something new. */
  was = $state.raw<Item<F> | null>(null);
  readonly attempt = new Attempt();
  readonly #send: (save: Save<F>) => Promise<string>;
  #start = $state.raw<F>({} as F);

  constructor(send: (save: Save<F>) => Promise<string>, was: Item<F> | null, start: F) {
    this.#send = send;
    this.was = was;
    this.#start = start;
    this.form = structuredClone(start);
  }

  get id(): string | null {
    return this.was?.id ?? null;
  }

  /** Something was typed that is saved nowhere. */
  get changed(): boolean {
    return !same(this.form, this.#start);
  }

  objection(field: string): string | null {
    return this.attempt.objection(field);
  }

  /** The entity's id when it is saved; null when it is not, and everything stays as it was typed. */
  async save(): Promise<string | null> {
    let id: string | null = null;
    const form = $state.snapshot(this.form) as F;
    await this.attempt.run(async () => {
      id = await this.#send({ was: this.was, form });
    });
    return id;
  }

  /** Takes what stands now wherever its author changed nothing; the next save goes on top of that. */
  rebase(item: Item<F>): void {
    const typed = $state.snapshot(this.form) as F;
    for (const name of Object.keys(item.form) as (keyof F)[]) {
      if (same(typed[name], this.#start[name])) this.form[name] = structuredClone(item.form[name]);
    }
    this.was = item;
    this.#start = item.form;
    this.attempt.failure = null;
  }
}

/** The directory as it is edited, and the editors that are open: leaving a section loses nothing. */
export class Workspace {
  readonly query: Query<WorkspaceView>;
  readonly #host: Host;
  readonly #open = new SvelteMap<string, Editor>();
  /** What was put aside with something typed in it. */
  readonly #aside = new SvelteMap<string, Editor>();

  constructor(host: Host) {
    this.#host = host;
    this.query = new Query(() => host.call("get_directory", null));
  }

  get view(): WorkspaceView | null {
    return this.query.data;
  }

  /** The editor that is open in a place; there is one at most. */
  editor<F extends object>(place: string): Editor<F> | null {
    return (this.#open.get(place) ?? null) as Editor<F> | null;
  }

  aside<F extends object>(place: string): Editor<F> | null {
    return (this.#aside.get(place) ?? null) as Editor<F> | null;
  }

  open<K extends Kind>(place: string, kind: K, was: Item<Forms[K]> | null, start: Forms[K]): void {
    const send = async (save: Save<Forms[K]>) => {
      const id = await this.#host.call(`save_${kind}`, save as never);
      await this.query.refresh();
      return id;
    };
    this.#open.set(place, new Editor(send, was, start) as unknown as Editor);
    this.#aside.delete(place);
  }

  /** Closes an editor. With `aside` what was typed in it can be brought back. */
  close(place: string, aside: boolean): void {
    const editor = this.#open.get(place);
    this.#open.delete(place);
    if (editor && aside && editor.changed) this.#aside.set(place, editor);
  }

  bringBack(place: string): void {
    const editor = this.#aside.get(place);
    if (!editor) return;
    this.#aside.delete(place);
    this.#open.set(place, editor);
  }

  /** Reads again and lays an editor over what stands now: the answer to a conflict. */
  async readAgain(place: string, find: (view: WorkspaceView) => Item<object> | undefined): Promise<void> {
    await this.query.refresh();
    const item = this.view && find(this.view);
    if (item) this.#open.get(place)?.rebase(item);
  }
}

export const [useWorkspace, provideWorkspace] = createContext<Workspace>();
