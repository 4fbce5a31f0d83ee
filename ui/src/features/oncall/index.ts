export { Calendar, OnCall, untilThen } from "./oncall.svelte";
export { default as CalendarBoard } from "./CalendarBoard.svelte";
export { default as CalendarFeed } from "./CalendarFeed.svelte";
export { default as CoverageCard } from "./CoverageCard.svelte";
export { default as MyLeave } from "./MyLeave.svelte";
export { default as DirectDial } from "./DirectDial.svelte";
export { default as OnCallNow } from "./OnCallNow.svelte";
export { default as ShiftLines } from "./ShiftLines.svelte";
