export { explain, objection, type Explained, type Remedy } from "./table";
export { default as ErrorNote } from "./ErrorNote.svelte";
