export { Incident } from "./incident.svelte";
export { default as Attention } from "./Attention.svelte";
export { default as BoardRow } from "./BoardRow.svelte";
export { default as Dialogs } from "./Dialogs.svelte";
export { default as Facts } from "./Facts.svelte";
export { default as Header } from "./Header.svelte";
export { default as ListRow } from "./ListRow.svelte";
export { default as People } from "./People.svelte";
export { default as ResponseRail } from "./ResponseRail.svelte";
