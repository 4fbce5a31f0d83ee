import { SvelteMap } from "svelte/reactivity";
import { createContext } from "svelte";
import { matchKeyBindingPress, parseKeybinding, type KeyBindingPress } from "tinykeys";
import { isComposing } from "../ime";

/** Something a person can do. One registry feeds the palette, the sheet of keys and the tooltips. */
export interface Command {
  id: string;
  /** Message id of its name. */
  title: string;
  /** In tinykeys' spelling: `$mod+k`, `j`. Without keys it stands in the palette only. */
  keys?: string;
  run: () => void;
}

const apple = typeof navigator !== "undefined" && /Mac|iP/.test(navigator.userAgent);

/** `$mod+k` as it is printed on this keyboard: `Ctrl K` or `⌘K`. */
export function keyCaps(keys: string): string {
  const caps = keys.split("+").map((part) => {
    if (part === "$mod") return apple ? "⌘" : "Ctrl";
    if (part === "Enter") return "↵";
    if (part === "Escape") return "Esc";
    return part.length === 1 ? part.toUpperCase() : part;
  });
  return caps.join(apple ? "" : " ");
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || target.matches("input, textarea, select, [role=spinbutton]"));
}

export class Keyboard {
  /** In the order in which they were registered. */
  readonly commands = new SvelteMap<string, Command>();
  /** Single letters without Ctrl; a person can switch them off (WCAG 2.1.4). */
  singleKeys = $state(true);
  #parsed = new Map<string, KeyBindingPress>();

  register(commands: Command[]): () => void {
    for (const command of commands) this.commands.set(command.id, command);
    return () => {
      for (const command of commands) {
        if (this.commands.get(command.id) === command) this.commands.delete(command.id);
      }
    };
  }

  pressed = (event: KeyboardEvent): void => {
    if (event.defaultPrevented || isComposing(event)) return;
    const withMod = event.ctrlKey || event.metaKey;
    // Where somebody types may lie in a shadow root: from outside that looks like the element around it.
    const target = event.composedPath()[0] ?? event.target;
    if (!withMod && (!this.singleKeys || isTyping(target) || inDialog(event.target))) return;
    for (const command of this.commands.values()) {
      if (command.keys === undefined || !this.#matches(event, command.keys)) continue;
      event.preventDefault();
      command.run();
      return;
    }
  };

  #matches(event: KeyboardEvent, keys: string): boolean {
    // A sign such as `?` is typed with Shift on one keyboard and without on the next: the sign decides.
    if (/^[^\w]$/.test(keys)) return event.key === keys && !event.ctrlKey && !event.metaKey && !event.altKey;
    return matchKeyBindingPress(event, this.#parse(keys));
  }

  #parse(keys: string): KeyBindingPress {
    let press = this.#parsed.get(keys);
    if (!press) {
      press = parseKeybinding(keys)[0] ?? [[], keys];
      this.#parsed.set(keys, press);
    }
    return press;
  }
}

// While a dialog or a menu is open, letters belong to it.
const inDialog = (target: EventTarget | null) =>
  target instanceof Element && target.closest("[role=dialog], [role=menu], [role=listbox]") !== null;

export const [useKeyboard, provideKeyboard] = createContext<Keyboard>();

/** Registers commands for as long as the component lives. */
export function useCommands(commands: () => Command[]): void {
  const keyboard = useKeyboard();
  $effect(() => keyboard.register(commands()));
}
