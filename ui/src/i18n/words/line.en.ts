import type { Catalogue } from "../i18n.svelte";

// Only the words that the quick line needs.
export default import.meta.glob<string>("../../../../locales/en/{app,errors,incident,timeline}.ftl", { eager: true, query: "?raw", import: "default" }) as Catalogue;
