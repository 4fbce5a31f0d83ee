import js from "@eslint/js";
import svelte from "eslint-plugin-svelte";
import globals from "globals";
import ts from "typescript-eslint";
import svelteConfig from "./svelte.config.js";

const hostOnly = {
  group: ["@tauri-apps/*"],
  message: "Only src/host talks to Tauri. Add the call to the Host interface in src/host and use it from here.",
};
const insides = {
  group: ["@/features/*/*"],
  message: "A feature's insides are its own. Import from '@/features/<noun>', and export there what others may use.",
};
const generatedInside = {
  group: ["@/host/generated/*", "@/host/*"],
  message: "Import types and the host from '@/host'.",
};

export default ts.config(
  { ignores: ["dist/", "node_modules/", "src/host/generated/", "tests/pictures/"] },
  js.configs.recommended,
  ...ts.configs.strict,
  ...svelte.configs.recommended,
  { languageOptions: { globals: { ...globals.browser, ...globals.node } } },
  {
    files: ["**/*.svelte", "**/*.svelte.ts"],
    languageOptions: { parserOptions: { parser: ts.parser, extraFileExtensions: [".svelte"], svelteConfig } },
  },
  {
    rules: {
      "no-restricted-imports": ["error", { patterns: [hostOnly, insides, generatedInside] }],
      // The type checker knows better what is defined.
      "no-undef": "off",
      // Links are hash links inside one window; there is no SvelteKit router to resolve them.
      "svelte/no-navigation-without-resolve": "off",
      // Sets, maps and dates inside one function are not state; what is rendered from is declared with runes.
      "svelte/prefer-svelte-reactivity": "off",
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
    },
  },
  // The one room that may import Tauri.
  { files: ["src/host/**"], rules: { "no-restricted-imports": "off" } },
);
