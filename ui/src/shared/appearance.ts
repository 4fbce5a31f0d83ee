import type { Preferences, Theme } from "@/host";
import { i18n } from "@/i18n";

const dark = () => window.matchMedia("(prefers-color-scheme: dark)");
const contrast = () => window.matchMedia("(prefers-contrast: more)");
let chosen: Theme = "system";

function paint(): void {
  const system = contrast().matches ? "contrast" : dark().matches ? "dark" : "light";
  document.documentElement.dataset.theme = chosen === "system" ? system : chosen;
}

/** Puts theme and density of the preferences onto the window at once, and the language when its words are here. */
export function applyAppearance(preferences: Pick<Preferences, "language" | "theme" | "compact">): Promise<void> {
  chosen = preferences.theme;
  document.documentElement.dataset.density = preferences.compact ? "compact" : "normal";
  paint();
  return i18n.use(preferences.language);
}

/** Follows the operating system while the person has not chosen otherwise. */
export function followSystem(): void {
  paint();
  dark().addEventListener("change", paint);
  contrast().addEventListener("change", paint);
}
