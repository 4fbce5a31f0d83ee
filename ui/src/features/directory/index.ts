export { Directory, useDirectory, provideDirectory, type ScaleLine } from "./directory.svelte";
export { default as SeverityPicker } from "./SeverityPicker.svelte";
export { default as SeverityScale } from "./SeverityScale.svelte";
