import { isComposing } from "@/shared/ime";

/** How long a freshly focused page window ignores the keys that press buttons. */
export const PAUSE = 1000;

/**
 * A page window opens in the middle of somebody's sentence. Enter and Space press nothing until the window has
 * been focused for a second. The pointer is free at once: nobody clicks by accident in mid-sentence.
 */
export class Deliberate {
  #focusedAt: number | null;
  readonly #now: () => number;

  constructor(focused: boolean, now: () => number) {
    this.#now = now;
    this.#focusedAt = focused ? now() : null;
  }

  focused(): void {
    this.#focusedAt = this.#now();
  }

  blurred(): void {
    this.#focusedAt = null;
  }

  get ready(): boolean {
    return this.#focusedAt !== null && this.#now() - this.#focusedAt >= PAUSE;
  }

  /** True when this key press must be swallowed. */
  swallows(event: Pick<KeyboardEvent, "key" | "isComposing" | "keyCode">): boolean {
    const presses = event.key === "Enter" || event.key === " " || event.key === "Spacebar";
    return presses && (!this.ready || (event.key === "Enter" && isComposing(event as KeyboardEvent)));
  }
}

/** Guards every button of a window; returns how to stop. */
export function guardWindow(target: Window): () => void {
  const deliberate = new Deliberate(target.document.hasFocus(), () => performance.now());
  const focused = () => deliberate.focused();
  const blurred = () => deliberate.blurred();
  const key = (event: KeyboardEvent) => {
    if (!deliberate.swallows(event)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  };
  target.addEventListener("focus", focused);
  target.addEventListener("blur", blurred);
  // Space presses a button on keyup, Enter on keydown: both are caught before any button hears them.
  target.addEventListener("keydown", key, { capture: true });
  target.addEventListener("keyup", key, { capture: true });
  return () => {
    target.removeEventListener("focus", focused);
    target.removeEventListener("blur", blurred);
    target.removeEventListener("keydown", key, { capture: true });
    target.removeEventListener("keyup", key, { capture: true });
  };
}
