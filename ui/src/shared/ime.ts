/**
 * True while an input method is composing. WebKit sends the Enter that ends a composition after
 * `compositionend`, with `isComposing` already false: only the key code 229 tells it from a real Enter.
 */
export function isComposing(event: KeyboardEvent): boolean {
  return event.isComposing || event.keyCode === 229;
}

type Keys = Partial<Record<"enter" | "modEnter" | "escape" | "tab" | "up" | "down", (event: KeyboardEvent) => void>>;

/**
 * Attachment for inputs whose keys do something: runs the action of a key, never in the middle of a composition.
 * Shift with Enter is left to the input (a new line).
 */
export function guardedKeys(keys: Keys) {
  return (input: HTMLElement) => {
    const pressed = (event: KeyboardEvent) => {
      if (isComposing(event)) return;
      const mod = event.ctrlKey || event.metaKey;
      const action =
        event.key === "Enter" && mod
          ? keys.modEnter
          : event.key === "Enter" && !event.shiftKey && !event.altKey
            ? keys.enter
            : event.key === "Escape"
              ? keys.escape
              : event.key === "Tab" && !event.shiftKey && !mod && !event.altKey
                ? keys.tab
                : event.key === "ArrowUp"
                  ? keys.up
                  : event.key === "ArrowDown"
                    ? keys.down
                    : undefined;
      action?.(event);
    };
    input.addEventListener("keydown", pressed);
    return () => input.removeEventListener("keydown", pressed);
  };
}
