import type * as Y from "yjs";
import { Awareness, removeAwarenessStates } from "y-protocols/awareness";

/** Where somebody else is, as the host tells it. */
export interface Place {
  writer: number;
  person: string;
  anchor: string | null;
  head: string | null;
}

/** What the editor keeps for each writer. */
interface State {
  user: { name: string; color: string; colorLight: string };
  cursor: { anchor: unknown; head: unknown } | null;
}

// Told apart by people who see colours otherwise, and readable with white letters on them.
const colors = ["#2f5fd0", "#a3370f", "#1f7a4d", "#6b3fb5", "#9a5800", "#0b7285", "#b3307a", "#495057"];

/** The same colour for the same person in every window. */
export function colorOf(person: string): string {
  let hash = 0;
  for (const letter of person) hash = (hash * 31 + (letter.codePointAt(0) ?? 0)) >>> 0;
  return colors[hash % colors.length] ?? "#495057";
}

/** The carets of a document: ours goes out, those of the others come in. Names are looked up here, not sent. */
export class Carets {
  readonly awareness: Awareness;
  readonly #names: (person: string) => string;

  /** `tell` is called with where this window is, now and again while nothing changes. */
  constructor(doc: Y.Doc, names: (person: string) => string, tell: (anchor: string | null, head: string | null) => void) {
    this.awareness = new Awareness(doc);
    this.#names = names;
    this.awareness.on("update", (_: unknown, origin: unknown) => {
      if (origin === "remote" || origin === "timeout") return;
      const cursor = (this.awareness.getLocalState() as State | null)?.cursor;
      tell(cursor ? JSON.stringify(cursor.anchor) : null, cursor ? JSON.stringify(cursor.head) : null);
    });
  }

  /** Somebody else moved, or left. */
  take({ writer, person, anchor, head }: Place): void {
    if (writer === this.awareness.clientID) return;
    if (anchor === null || head === null) {
      removeAwarenessStates(this.awareness, [writer], "remote");
      return;
    }
    const cursor = readPlaces(anchor, head);
    if (!cursor) return;
    const color = colorOf(person);
    const state: State = { user: { name: this.#names(person), color, colorLight: `${color}33` }, cursor };
    const known = this.awareness.states.has(writer);
    this.awareness.states.set(writer, state);
    // Who is silent for half a minute is taken out by the library.
    this.awareness.meta.set(writer, { clock: 0, lastUpdated: Date.now() });
    const change = { added: known ? [] : [writer], updated: known ? [writer] : [], removed: [] };
    this.awareness.emit("change", [change, "remote"]);
    this.awareness.emit("update", [change, "remote"]);
  }

  /** Names of the others who are here. */
  others(): string[] {
    const states = [...this.awareness.getStates()] as [number, State][];
    return [...new Set(states.filter(([writer]) => writer !== this.awareness.clientID).map(([, state]) => state.user.name))];
  }

  leave(): void {
    this.awareness.destroy();
  }
}

function readPlaces(anchor: string, head: string): State["cursor"] {
  try {
    return { anchor: JSON.parse(anchor) as unknown, head: JSON.parse(head) as unknown };
  } catch {
    return null;
  }
}
