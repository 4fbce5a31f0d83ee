export { default as ReadinessCard } from "./ReadinessCard.svelte";
export { default as TestWalk } from "./TestWalk.svelte";
