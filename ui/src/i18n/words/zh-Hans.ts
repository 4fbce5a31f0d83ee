import type { Catalogue } from "../i18n.svelte";

// All words of the main window.
export default import.meta.glob<string>("../../../../locales/zh-Hans/*.ftl", { eager: true, query: "?raw", import: "default" }) as Catalogue;
