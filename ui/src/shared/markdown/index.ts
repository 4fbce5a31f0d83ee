export { default as Markdown } from "./Markdown.svelte";
