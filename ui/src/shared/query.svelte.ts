import { untrack } from "svelte";
import { ApiFailure } from "@/host";

/**
 * One thing that is read from the host and read again when it changed. What was read stays on view while it is
 * read again; any number of wishes during a read become one more read.
 */
export class Query<T> {
  data = $state.raw<T | null>(null);
  failure = $state.raw<ApiFailure | null>(null);
  readonly #read: () => Promise<T>;
  #running: Promise<void> | null = null;
  #again = false;
  /** Counts what was set from elsewhere, so that an older answer does not overwrite a newer one. */
  #generation = 0;

  constructor(read: () => Promise<T>) {
    this.#read = read;
  }

  refresh = (): Promise<void> => {
    if (this.#running) this.#again = true;
    else
      // Whoever reads from an effect must not come to depend on what the reading looks at.
      this.#running = untrack(() => this.#run()).finally(() => {
        this.#running = null;
      });
    return this.#running;
  };

  /** Takes what a command answered, which is newer than anything under way. */
  set(value: T): void {
    this.#generation += 1;
    this.data = value;
    this.failure = null;
  }

  async #run(): Promise<void> {
    do {
      this.#again = false;
      const generation = this.#generation;
      try {
        const value = await this.#read();
        if (generation === this.#generation) this.data = value;
        this.failure = null;
      } catch (thrown) {
        this.failure = ApiFailure.of(thrown);
      }
    } while (this.#again);
  }
}

/** One action under way at a time, with its failure kept for the form that started it. */
export class Attempt {
  running = $state(false);
  failure = $state.raw<ApiFailure | null>(null);

  /** True when it went through. A second press while the first is under way does nothing. */
  async run(action: () => Promise<unknown>): Promise<boolean> {
    if (this.running) return false;
    this.running = true;
    this.failure = null;
    try {
      await action();
      return true;
    } catch (thrown) {
      this.failure = ApiFailure.of(thrown);
      return false;
    } finally {
      this.running = false;
    }
  }

  /** The objection to one field, as a message id. */
  objection(field: string): string | null {
    return this.failure?.fields.find((each) => each.field === field)?.message_id ?? null;
  }
}
