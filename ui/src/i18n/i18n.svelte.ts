import { FluentBundle, FluentResource, type FluentVariable } from "@fluent/bundle";
import type { Language } from "@/host";

export type Tongue = "en" | "zh-Hans";
export type MessageArgs = Record<string, FluentVariable | undefined>;

/** Path → text, as `import.meta.glob` gives the catalogue. */
export type Catalogue = Record<string, string>;

/**
 * The language of this window. A module of its own rather than a context: there is one language per window,
 * and words are needed in places that have no component (keys, window title, error table).
 */
class I18n {
  tongue = $state<Tongue>("en");
  #bundles = new Map<Tongue, FluentBundle>();

  /** Adds catalogue files; the folder name says which language they are in. */
  install(catalogue: Catalogue): void {
    for (const [path, text] of Object.entries(catalogue)) {
      const tongue: Tongue = path.includes("/zh-Hans/") ? "zh-Hans" : "en";
      let bundle = this.#bundles.get(tongue);
      if (!bundle) {
        // Isolation marks would travel along when somebody copies a line; neither language is bidirectional.
        bundle = new FluentBundle(tongue, { useIsolating: false });
        this.#bundles.set(tongue, bundle);
      }
      for (const error of bundle.addResource(new FluentResource(text))) console.error(path, error);
    }
  }

  /** Speaks the chosen language from now on. */
  use(choice: Language): void {
    this.tongue = choice === "system" ? systemTongue() : choice;
    document.documentElement.lang = this.tongue;
  }

  has(id: string): boolean {
    return this.#bundles.get("en")?.hasMessage(id) ?? false;
  }

  text(id: string, args: MessageArgs = {}): string {
    for (const tongue of [this.tongue, "en"] as const) {
      const bundle = this.#bundles.get(tongue);
      const value = bundle?.getMessage(id)?.value;
      if (!bundle || value === undefined || value === null) continue;
      const errors: Error[] = [];
      const words = bundle.formatPattern(value, args as Record<string, FluentVariable>, errors);
      if (errors.length > 0) console.error(`message ${id}`, ...errors);
      return words;
    }
    console.error(`no message ${id}`);
    return id;
  }
}

// WebKitGTK says `C` when the environment names no language; whatever is not Chinese is English.
function systemTongue(): Tongue {
  return navigator.languages.some((tag) => /^zh/i.test(tag)) ? "zh-Hans" : "en";
}

export const i18n = new I18n();

/** The words of a message in the window's language; read inside a component, it follows a switch of language. */
export function t(id: string, args?: MessageArgs): string {
  return i18n.text(id, args);
}
