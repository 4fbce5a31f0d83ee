export { i18n, t, type Catalogue, type MessageArgs, type Tongue } from "./i18n.svelte";
