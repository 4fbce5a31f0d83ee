// Fetched when somebody opens the tab: the editor is larger than the first window may be.
export { default as DocumentPane } from "./DocumentPane.svelte";
