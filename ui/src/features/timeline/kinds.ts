import type { EntryKindView } from "@/host";

export const kindNames: Record<EntryKindView, string> = {
  message: "kind-message",
  observation: "kind-observation",
  change: "kind-change",
  decision: "kind-decision",
  status: "kind-status",
  role: "kind-role",
  page: "kind-page",
  alert: "kind-alert",
};

export const kindGlyphs: Record<EntryKindView, string> = {
  message: "glyph-message",
  observation: "glyph-observation",
  change: "glyph-change",
  decision: "glyph-decision",
  status: "glyph-status",
  role: "glyph-role",
  page: "glyph-page",
  alert: "glyph-alert",
};
