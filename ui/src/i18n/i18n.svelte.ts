import { FluentBundle, FluentResource, type FluentVariable } from "@fluent/bundle";
import type { Language } from "@/host";

export type Tongue = "en" | "zh-Hans";
export type MessageArgs = Record<string, FluentVariable | undefined>;

/** Path → text, as `import.meta.glob` gives the catalogue. */
export type Catalogue = Record<string, string>;

/** Where the words of each language are fetched from when somebody speaks it. */
export type Sources = Record<Tongue, () => Promise<{ default: Catalogue }>>;

/**
 * The language of this window. A module of its own rather than a context: there is one language per window,
 * and words are needed in places that have no component (keys, window title, error table).
 */
class I18n {
  tongue = $state<Tongue>("en");
  #bundles = new Map<Tongue, FluentBundle>();
  #sources: Partial<Sources> = {};
  #asked: Tongue = "en";

  /** Says where words come from; a language is fetched when it is first spoken, so that no window reads two. */
  source(sources: Sources): void {
    this.#sources = sources;
  }

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

  /** Speaks the chosen language from when its words are here, which is at once when they were before. */
  async use(choice: Language): Promise<void> {
    const tongue = choice === "system" ? systemTongue() : choice;
    this.#asked = tongue;
    const source = this.#bundles.has(tongue) ? undefined : this.#sources[tongue];
    if (source) {
      const { default: catalogue } = await source();
      if (!this.#bundles.has(tongue)) this.install(catalogue);
      // Somebody who changed their mind meanwhile is not spoken to in the language before.
      if (this.#asked !== tongue) return;
    }
    this.tongue = tongue;
    document.documentElement.lang = tongue;
  }

  has(id: string): boolean {
    return this.#bundles.get(this.tongue)?.hasMessage(id) ?? false;
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
