export { Stream } from "./stream.svelte";
export { default as StreamView } from "./StreamView.svelte";
export { default as EntryInput } from "./EntryInput.svelte";
