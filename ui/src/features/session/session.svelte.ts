import { createContext } from "svelte";
import { ApiFailure, type Capabilities, type ConnectServer, type Host, type Me, type Preferences, type StartView } from "@/host";
import { applyAppearance } from "@/shared/appearance";

/** Who is at this desktop, how they like it, and what it can do. */
export class Session {
  start = $state.raw<StartView | null>(null);
  preferences = $state.raw<Preferences | null>(null);
  capabilities = $state.raw<Capabilities | null>(null);
  /** Not even the start could be read. */
  failure = $state.raw<ApiFailure | null>(null);
  readonly me = $derived<Me | null>(this.start?.state === "ready" ? this.start.me : null);
  readonly solo = $derived(this.start?.state === "ready" && this.start.solo);
  readonly #host: Host;

  constructor(host: Host) {
    this.#host = host;
  }

  load = async (): Promise<void> => {
    try {
      const [start, preferences] = await Promise.all([
        this.#host.call("get_start", null),
        this.#host.call("get_preferences", null),
      ]);
      // Nothing is shown in a language that nobody asked for.
      await this.#take(preferences);
      this.start = start;
      this.failure = null;
    } catch (thrown) {
      this.failure = ApiFailure.of(thrown);
    }
  };

  async loadCapabilities(): Promise<void> {
    this.capabilities = await this.#host.shell.getCapabilities();
  }

  async startSolo(name: string, sample: boolean): Promise<void> {
    this.start = await this.#host.call("start_solo", { name, sample });
  }

  async connect(form: ConnectServer): Promise<void> {
    this.start = await this.#host.call("connect_server", form);
  }

  async signOut(): Promise<void> {
    this.start = await this.#host.call("sign_out", null);
  }

  async prefer(change: Partial<Preferences>): Promise<void> {
    if (!this.preferences) return;
    // Shown at once: a switch that waits for a disk feels broken.
    const before = this.preferences;
    void this.#take({ ...before, ...change });
    try {
      await this.#take(await this.#host.call("set_preferences", { ...before, ...change }));
    } catch (thrown) {
      void this.#take(before);
      throw thrown;
    }
  }

  #take(preferences: Preferences): Promise<void> {
    this.preferences = preferences;
    return applyAppearance(preferences);
  }
}

export const [useSession, provideSession] = createContext<Session>();
