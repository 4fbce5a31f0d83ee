export { Sync, useSync, provideSync } from "./sync.svelte";
export { default as Banners } from "./Banners.svelte";
export { default as ConflictItem } from "./ConflictItem.svelte";
export { default as SyncWord } from "./SyncWord.svelte";
