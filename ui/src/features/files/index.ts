export { Attachments, named, type Attached } from "./attachments.svelte";
export { default as AttachButton } from "./AttachButton.svelte";
export { default as AttachedStrip } from "./AttachedStrip.svelte";
export { default as EntryFiles } from "./EntryFiles.svelte";
export { takesFiles } from "./takes";
