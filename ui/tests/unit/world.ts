import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { i18n, type Tongue } from "../../src/i18n";
import { FakeHost, type FakeOptions } from "../fake-host";

const locales = join(import.meta.dirname, "../../../locales");

let installed = false;

/** Loads the real catalogue and speaks a language, without a window. */
export function speak(tongue: Tongue): void {
  if (!installed) install();
  i18n.tongue = tongue;
}

function install(): void {
  installed = true;
  const catalogue: Record<string, string> = {};
  for (const language of ["en", "zh-Hans"]) {
    for (const file of readdirSync(join(locales, language))) {
      const path = `${join(locales, language)}/${file}`;
      catalogue[path] = readFileSync(path, "utf8");
    }
  }
  i18n.install(catalogue);
}

export const host = (options: Partial<FakeOptions> = {}) => new FakeHost({ tongue: "en", theme: "dark", scene: "", ...options });
