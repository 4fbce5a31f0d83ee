import type { EntryView } from "@/host";
import { dayStart, type Zone } from "./zones";

export type StreamRow = { row: "day"; at: number } | { row: "entry"; entry: EntryView };

/** Lines with a header before the first of each day of a zone. */
export function withDays(entries: readonly EntryView[], zone: Zone): StreamRow[] {
  const rows: StreamRow[] = [];
  // The day that the line before was in; most lines are in it too, and asking the calendar is dear.
  let [from, until] = [Infinity, -Infinity];
  for (const entry of entries) {
    if (entry.at < from || entry.at >= until) {
      [from, until] = dayStart(entry.at, zone);
      rows.push({ row: "day", at: entry.at });
    }
    rows.push({ row: "entry", entry });
  }
  return rows;
}
