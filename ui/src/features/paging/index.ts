export { MyPages, useMyPages, provideMyPages } from "./paging.svelte";
export { default as AskPeople } from "./AskPeople.svelte";
export { default as IncidentPages } from "./IncidentPages.svelte";
export { default as PageCard } from "./PageCard.svelte";
export { default as RingingBanner } from "./RingingBanner.svelte";
export { wayOf } from "./paging.svelte";
export { default as Ways } from "./Ways.svelte";
export { default as PageWindow } from "./PageWindow.svelte";
