import { writtenKinds, type WrittenKind } from "../stream.svelte";

export interface QuickDraft {
  kind: WrittenKind;
  text: string;
  /** When the keys were pressed for it. */
  at: number;
  incident: string | null;
}

const place = "firebell.quick-line";

/** What was typed and not sent; it survives Esc and a crash of the window. */
export function loadQuickDraft(): QuickDraft | null {
  try {
    const kept = JSON.parse(localStorage.getItem(place) ?? "null") as Partial<QuickDraft> | null;
    if (kept === null || typeof kept.text !== "string" || kept.text === "" || typeof kept.at !== "number") return null;
    const kind = writtenKinds.find((each) => each === kept.kind) ?? "observation";
    return { kind, text: kept.text, at: kept.at, incident: typeof kept.incident === "string" ? kept.incident : null };
  } catch {
    // A draft that cannot be read is no reason not to write a line.
    return null;
  }
}

export function saveQuickDraft(draft: QuickDraft): void {
  try {
    if (draft.text === "") localStorage.removeItem(place);
    else localStorage.setItem(place, JSON.stringify(draft));
  } catch {
    // Storage may be full or switched off; the line is still in the window.
  }
}
