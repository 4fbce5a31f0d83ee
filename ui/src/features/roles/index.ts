export { default as BriefDialog } from "./BriefDialog.svelte";
export { default as HandOverDialog } from "./HandOverDialog.svelte";
export { default as People } from "./People.svelte";
