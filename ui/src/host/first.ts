import type { Event } from "./generated/Event";
import type { BoardView } from "./generated/BoardView";
import type { Preferences } from "./generated/Preferences";
import type { StartView } from "./generated/StartView";
import type { Command } from "./host";

/** What the desktop hands to the window as it opens, see `src-tauri/src/start.rs`. */
interface First {
  start: StartView;
  preferences: Preferences;
  board: BoardView | null;
}

declare global {
  interface Window {
    __FIREBELL_START__?: First;
  }
}

/** Answers that are here before they were asked for: each once, because the next time it is old. */
export class FirstAnswers {
  readonly #answers = new Map<Command, unknown>();
  #used = false;

  constructor(first: First | undefined) {
    if (!first) return;
    this.#answers.set("get_start", first.start);
    this.#answers.set("get_preferences", first.preferences);
    if (first.board) this.#answers.set("get_board", first.board);
  }

  /** Takes the answer to a command out, if there is one. */
  take(name: Command): { reply: unknown } | undefined {
    if (!this.#answers.has(name)) return undefined;
    const reply = this.#answers.get(name);
    this.#answers.delete(name);
    this.#used = true;
    return { reply };
  }

  /** What to tell once events arrive: something may have changed between an answer and the first event. */
  missed(): Event[] {
    this.#answers.clear();
    if (!this.#used) return [];
    this.#used = false;
    return [{ event: "changed", incidents: [], directory: true }, { event: "sync" }, { event: "pages" }];
  }
}
