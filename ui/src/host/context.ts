import { createContext } from "svelte";
import type { Event } from "./generated/Event";
import type { Host } from "./host";

type Named<K extends Event["event"]> = Extract<Event, { event: K }>;

/** Hands the host's one stream of events to whoever wants one kind of them. */
export class Events {
  readonly #heard = new Set<(event: Event) => void>();

  constructor(host: Host) {
    host.listen((event) => {
      for (const heard of [...this.#heard]) heard(event);
    });
  }

  on<K extends Event["event"]>(kind: K, run: (event: Named<K>) => void): () => void {
    const heard = (event: Event) => {
      if (event.event === kind) run(event as Named<K>);
    };
    this.#heard.add(heard);
    return () => this.#heard.delete(heard);
  }
}

export const [useHost, provideHost] = createContext<Host>();
export const [useEvents, provideEvents] = createContext<Events>();
