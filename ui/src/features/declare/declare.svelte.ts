import { createContext } from "svelte";
import { ApiFailure, type Declared, type DeclareForm, type Host, type IncidentRow, type PagePreview } from "@/host";
import { Attempt } from "@/shared/query.svelte";

const SAVE_AFTER = 300;
const LOOK_AFTER = 250;

export const emptyForm = (): DeclareForm => ({
  summary: "",
  description: "",
  severity: null,
  service: null,
  products: [],
  detected_by: "observation",
  impact_start: null,
  restricted: false,
  drill: false,
});

const isEmpty = (form: DeclareForm) => JSON.stringify(form) === JSON.stringify(emptyForm());

/** The declare form: what was typed, its draft, who looks alike and who would be paged. */
export class Declare {
  open = $state(false);
  key = $state<string | null>(null);
  form = $state<DeclareForm>(emptyForm());
  /** When the restored draft was last saved; null when the form started empty. */
  restoredAt = $state<number | null>(null);
  saved = $state<"nothing" | "saving" | "saved" | "not-saved">("nothing");
  similar = $state.raw<IncidentRow[]>([]);
  preview = $state.raw<PagePreview | null>(null);
  /** Set once the person tried to declare: from then on missing fields are named. */
  tried = $state(false);
  readonly attempt = new Attempt();
  readonly #host: Host;
  #saveTimer: ReturnType<typeof setTimeout> | undefined;
  #saving: Promise<void> = Promise.resolve();
  /** What is saved, as it was sent. */
  #kept = JSON.stringify(emptyForm());
  #lookTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(host: Host) {
    this.#host = host;
  }

  /** Opens at once with what is in memory; key and draft follow. */
  async show(): Promise<void> {
    if (this.open) return;
    this.open = true;
    this.tried = false;
    this.attempt.failure = null;
    try {
      const view = await this.#host.call("open_declare", null);
      this.key = view.key;
      // Whoever was quicker than the answer keeps what they typed.
      if (view.draft && isEmpty(this.form) && !isEmpty(view.draft)) {
        this.form = { ...emptyForm(), ...view.draft };
        this.restoredAt = view.draft_at;
        this.#kept = JSON.stringify(this.form);
      }
    } catch (thrown) {
      this.attempt.failure = ApiFailure.of(thrown);
    }
  }

  /** Called by the form for every change of it. */
  changed(): void {
    // Opening the form, and putting a draft back into it, change nothing that is not saved already.
    if (JSON.stringify(this.form) === this.#kept) return;
    this.saved = "saving";
    clearTimeout(this.#saveTimer);
    this.#saveTimer = setTimeout(() => void this.#save(), SAVE_AFTER);
  }

  lookAlike(summary: string): void {
    clearTimeout(this.#lookTimer);
    const text = summary.trim();
    if (text.length < 2) {
      this.similar = [];
      return;
    }
    this.#lookTimer = setTimeout(() => void this.#look(text), LOOK_AFTER);
  }

  async previewPage(form: DeclareForm): Promise<void> {
    try {
      const preview = await this.#host.call("preview_page", form);
      // An answer for a severity or service that is no longer chosen says nothing.
      if (form.severity === this.form.severity && form.service === this.form.service) this.preview = preview;
    } catch {
      this.preview = null;
    }
  }

  async startOver(): Promise<void> {
    clearTimeout(this.#saveTimer);
    await this.#saving;
    this.#reset();
    await this.attempt.run(() => this.#host.call("discard_declare_draft", null));
  }

  close(): void {
    if (this.saved === "saving") {
      clearTimeout(this.#saveTimer);
      void this.#save();
    }
    this.open = false;
  }

  /** Declares; null when it was refused, with everything that was typed still in the form. */
  async submit(): Promise<Declared | null> {
    this.tried = true;
    if (this.missing.length > 0) return null;
    clearTimeout(this.#saveTimer);
    await this.#saving;
    let declared: Declared | null = null;
    const went = await this.attempt.run(async () => {
      declared = await this.#host.call("declare_incident", $state.snapshot(this.form));
    });
    if (!went) {
      void this.#save();
      return null;
    }
    this.#reset();
    this.open = false;
    return declared;
  }

  readonly missing = $derived.by<("summary" | "severity")[]>(() => {
    const missing: ("summary" | "severity")[] = [];
    if (this.form.summary.trim() === "") missing.push("summary");
    if (this.form.severity === null) missing.push("severity");
    return missing;
  });

  #reset(): void {
    this.form = emptyForm();
    this.#kept = JSON.stringify(this.form);
    this.saved = "nothing";
    this.restoredAt = null;
    this.similar = [];
    this.preview = null;
    this.tried = false;
  }

  async #save(): Promise<void> {
    const form = $state.snapshot(this.form);
    this.#saving = this.#host.call("save_declare_draft", form).then(
      () => {
        this.#kept = JSON.stringify(form);
        this.saved = "saved";
      },
      () => {
        this.saved = "not-saved";
      },
    );
    await this.#saving;
  }

  async #look(text: string): Promise<void> {
    try {
      const similar = await this.#host.call("find_similar", text);
      if (text === this.form.summary.trim()) this.similar = similar;
    } catch {
      // Look-alikes are a courtesy; declaring goes on without them.
      this.similar = [];
    }
  }
}

export const [useDeclare, provideDeclare] = createContext<Declare>();
