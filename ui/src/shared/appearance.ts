import type { Preferences, Theme } from "@/host";
import { i18n } from "@/i18n";

const dark = () => window.matchMedia("(prefers-color-scheme: dark)");
const contrast = () => window.matchMedia("(prefers-contrast: more)");
let chosen: Theme = "system";

function paint(): void {
  const system = contrast().matches ? "contrast" : dark().matches ? "dark" : "light";
  document.documentElement.dataset.theme = chosen === "system" ? system : chosen;
}

/** Puts language, theme and density of the preferences onto the window. */
export function applyAppearance(preferences: Pick<Preferences, "language" | "theme" | "compact">): void {
  chosen = preferences.theme;
  document.documentElement.dataset.density = preferences.compact ? "compact" : "normal";
  i18n.use(preferences.language);
  paint();
}

/** Follows the operating system while the person has not chosen otherwise. */
export function followSystem(): void {
  paint();
  dark().addEventListener("change", paint);
  contrast().addEventListener("change", paint);
}
