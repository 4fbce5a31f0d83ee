export { Declare, emptyForm, useDeclare, provideDeclare } from "./declare.svelte";
export { default as DeclareSheet } from "./DeclareSheet.svelte";
export { default as PreviewLine } from "./PreviewLine.svelte";
