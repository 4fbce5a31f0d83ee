import { writtenKinds, type WrittenKind } from "./stream.svelte";

export interface LineDraft {
  kind: WrittenKind;
  text: string;
}

const place = (incident: string) => `firebell.line.${incident}`;
const isKind = (kind: unknown): kind is WrittenKind => writtenKinds.some((each) => each === kind);

/** The unfinished line of an incident: it survives leaving the view and a crash of the window. */
export function loadDraft(incident: string): LineDraft {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(place(incident)) ?? "null");
    if (typeof kept === "object" && kept !== null && "text" in kept && typeof kept.text === "string")
      return { text: kept.text, kind: "kind" in kept && isKind(kept.kind) ? kept.kind : "message" };
  } catch {
    // A draft that cannot be read is no reason not to open the incident.
  }
  return { kind: "message", text: "" };
}

export function saveDraft(incident: string, draft: LineDraft): void {
  try {
    if (draft.text === "") localStorage.removeItem(place(incident));
    else localStorage.setItem(place(incident), JSON.stringify(draft));
  } catch {
    // Storage may be full or switched off; the line is still in the window.
  }
}
