export { i18n, t, type Catalogue, type MessageArgs, type Sources, type Tongue } from "./i18n.svelte";
