import type { Catalogue } from "../i18n.svelte";

// Only the words that the small window of a page needs.
export default import.meta.glob<string>("../../../../locales/en/{app,errors,incident,paging,oncall}.ftl", { eager: true, query: "?raw", import: "default" }) as Catalogue;
