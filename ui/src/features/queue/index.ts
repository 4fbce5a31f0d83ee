export { Queues, hasAged, place } from "./queue.svelte";
export { default as QueueBanner } from "./QueueBanner.svelte";
export { default as QueueCard } from "./QueueCard.svelte";
