/** What can be put in place of what stands before the caret. */
export interface Suggestion {
  /** What the list shows. */
  label: string;
  /** What is written, a space after it. */
  text: string;
}

/** What suggestions are made from. */
export interface Sources {
  /** Words of each verb, without the stroke. */
  verbs: readonly (readonly string[])[];
  /** People and teams. */
  names: readonly string[];
}

/** So many are shown: who needs more types on. */
const MOST = 8;
/** A name is looked for in so many characters before the caret. */
const LONGEST = 40;

interface Found {
  /** Where what is replaced begins. */
  from: number;
  list: Suggestion[];
}

/** What could be meant by the text before the caret: a verb at its beginning, or somebody after an `@`. */
export function suggest(text: string, caret: number, sources: Sources): Found | null {
  const before = text.slice(0, caret);
  const verb = /^[/／](\S*)$/u.exec(before);
  if (verb) {
    const typed = (verb[1] ?? "").toLowerCase();
    const list = sources.verbs.flatMap((words) => {
      const word = words.find((each) => each.toLowerCase().startsWith(typed));
      return word === undefined ? [] : [{ label: words.map((each) => `/${each}`).join("  "), text: `/${word}` }];
    });
    return found(0, list);
  }
  const at = Math.max(before.lastIndexOf("@"), before.lastIndexOf("＠"));
  // An address is nobody's name.
  if (at < 0 || caret - at > LONGEST || /[A-Za-z0-9]/.test(before[at - 1] ?? "")) return null;
  const typed = before.slice(at + 1).toLowerCase();
  if (typed.startsWith(" ") || typed.includes("\n")) return null;
  // Whoever is found by a word inside their name comes after those whose name begins so.
  const begins = sources.names.filter((name) => name.toLowerCase().startsWith(typed));
  const within = sources.names.filter((name) => !begins.includes(name) && name.toLowerCase().split(/[\s-]+/).some((word) => word.startsWith(typed)));
  // A name that is there whole needs no help.
  const list = [...begins, ...within].filter((name) => name.toLowerCase() !== typed.trimEnd());
  return found(at, list.map((name) => ({ label: name, text: `@${name}` })));
}

function found(from: number, list: Suggestion[]): Found | null {
  return list.length === 0 ? null : { from, list: list.slice(0, MOST) };
}

/** The list above the input: which one is chosen, and what taking it makes of the text. */
export class Suggestions {
  #found = $state.raw<Found | null>(null);
  /** Closed by Esc until the text changes. */
  #closedAt: string | null = null;
  chosen = $state(0);

  get list(): Suggestion[] {
    return this.#found?.list ?? [];
  }

  /** Looks at the text before the caret. */
  look(text: string, caret: number, sources: Sources): void {
    if (text !== this.#closedAt) this.#closedAt = null;
    this.#found = this.#closedAt === null ? suggest(text, caret, sources) : null;
    this.chosen = Math.min(this.chosen, Math.max(0, this.list.length - 1));
  }

  move(by: number): void {
    const count = this.list.length;
    if (count > 0) this.chosen = (this.chosen + by + count) % count;
  }

  /** The text with the chosen one in place, and where the caret stands then. */
  take(text: string, caret: number, place = this.chosen): { text: string; caret: number } | null {
    const one = this.list[place];
    if (!one || !this.#found) return null;
    const start = text.slice(0, this.#found.from) + one.text + " ";
    this.#found = null;
    this.chosen = 0;
    return { text: start + text.slice(caret).replace(/^ /, ""), caret: start.length };
  }

  close(text: string): void {
    this.#closedAt = text;
    this.#found = null;
  }
}
