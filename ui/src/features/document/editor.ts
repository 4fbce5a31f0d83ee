import { defaultKeymap, indentWithTab } from "@codemirror/commands";
import { markdown, markdownLanguage } from "@codemirror/lang-markdown";
import { HighlightStyle, syntaxHighlighting, syntaxTree } from "@codemirror/language";
import { EditorState, type Extension } from "@codemirror/state";
import { Decoration, type DecorationSet, EditorView, keymap, type ViewUpdate, ViewPlugin } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { yCollab, yUndoManagerKeymap } from "y-codemirror.next";
import * as Y from "yjs";
import { LONGEST, LONGEST_AT_ONCE, type SharedDocument } from "./document.svelte";
import { linkAt } from "./links";

/** Formatting where it is written: the marks stay, so that what everyone edits is what everyone sees. */
const formatting = HighlightStyle.define([
  { tag: tags.heading1, fontSize: "1.45em", fontWeight: "700", lineHeight: "1.5" },
  { tag: tags.heading2, fontSize: "1.25em", fontWeight: "700" },
  { tag: tags.heading3, fontSize: "1.1em", fontWeight: "700" },
  { tag: [tags.heading4, tags.heading5, tags.heading6], fontWeight: "700" },
  { tag: tags.strong, fontWeight: "700" },
  // No slant: Chinese letters have none. The colour says it.
  { tag: tags.emphasis, color: "var(--accent)" },
  { tag: tags.strikethrough, textDecoration: "line-through" },
  { tag: tags.link, color: "var(--accent)" },
  { tag: tags.url, color: "var(--accent)", textDecoration: "underline" },
  { tag: tags.monospace, fontFamily: "var(--mono)", fontSize: "0.94em", color: "var(--sev2)" },
  { tag: [tags.processingInstruction, tags.contentSeparator], color: "var(--faint)" },
  { tag: tags.quote, color: "var(--muted)" },
]);

const theme = EditorView.theme({
  "&": { height: "100%", fontSize: "14px", backgroundColor: "var(--surface)", color: "var(--text)" },
  "&.cm-focused": { outline: "2px solid var(--accent)", outlineOffset: "-2px" },
  ".cm-scroller": { fontFamily: "var(--sans)", lineHeight: "1.65", overflow: "auto" },
  ".cm-content": { padding: "12px 16px 40px", maxWidth: "860px", caretColor: "var(--text)" },
  ".cm-line": { padding: "0 2px" },
  ".cm-code": { fontFamily: "var(--mono)", fontSize: "0.94em", backgroundColor: "var(--sunk)" },
  ".cm-table": { fontFamily: "var(--mono)", fontSize: "0.94em" },
  ".cm-ySelectionInfo": { fontFamily: "var(--sans)", fontSize: "11px", padding: "1px 5px", borderRadius: "4px" },
});

const code = Decoration.line({ class: "cm-code" });
const table = Decoration.line({ class: "cm-table" });

/** Blocks of code and tables stand in letters of one width, so that columns are columns. */
const blocks = ViewPlugin.fromClass(
  class {
    decorations: DecorationSet;
    constructor(view: EditorView) {
      this.decorations = mark(view);
    }
    update(update: ViewUpdate) {
      if (update.docChanged || update.viewportChanged || syntaxTree(update.startState) !== syntaxTree(update.state)) {
        this.decorations = mark(update.view);
      }
    }
  },
  { decorations: (plugin) => plugin.decorations },
);

function mark(view: EditorView): DecorationSet {
  const marks = new Map<number, Decoration>();
  for (const { from, to } of view.visibleRanges) {
    syntaxTree(view.state).iterate({
      from,
      to,
      enter: (node) => {
        const kind = node.name === "FencedCode" || node.name === "CodeBlock" ? code : node.name === "Table" ? table : null;
        if (!kind) return;
        const last = view.state.doc.lineAt(Math.min(node.to, to)).number;
        for (let line = view.state.doc.lineAt(Math.max(node.from, from)).number; line <= last; line += 1) {
          marks.set(view.state.doc.line(line).from, kind);
        }
      },
    });
  }
  return Decoration.set([...marks].map(([at, kind]) => kind.range(at)), true);
}

export interface EditorOptions {
  document: SharedDocument;
  /** Name of the editor for who does not see it. */
  label: string;
  writable: boolean;
  open: (url: string) => void;
  /** What was typed or pasted does not fit. */
  tooLarge: () => void;
}

/** Everything that the editor does. Made anew when the right to write changes. */
export function extensions({ document, label, writable, open, tooLarge }: EditorOptions): Extension[] {
  const openLink = (view: EditorView, at: number): boolean => {
    const url = linkAt(view.state, at);
    if (url !== null) open(url);
    return url !== null;
  };
  const undo = new Y.UndoManager(document.text);
  return [
    markdown({ base: markdownLanguage, completeHTMLTags: false }),
    syntaxHighlighting(formatting),
    blocks,
    theme,
    EditorView.lineWrapping,
    // Each person takes back what they wrote, not what others did.
    yCollab(document.text, document.carets.awareness, { undoManager: undo }),
    keymap.of([
      { key: "Mod-Enter", run: (view) => openLink(view, view.state.selection.main.head) },
      ...yUndoManagerKeymap,
      ...defaultKeymap.filter((binding) => binding.key !== "Mod-Enter"),
      indentWithTab,
    ]),
    EditorView.domEventHandlers({
      mousedown: (event, view) => {
        if (!event.ctrlKey && !event.metaKey) return false;
        const at = view.posAtCoords({ x: event.clientX, y: event.clientY });
        return at !== null && openLink(view, at);
      },
    }),
    EditorState.transactionFilter.of((transaction) => {
      const more = transaction.docChanged ? transaction.newDoc.length - transaction.startState.doc.length : 0;
      // What others wrote comes without a name and is never held back.
      const typed = transaction.isUserEvent("input");
      if (!typed || more <= 0 || (more <= LONGEST_AT_ONCE && transaction.newDoc.length <= LONGEST)) return transaction;
      tooLarge();
      return [];
    }),
    EditorState.readOnly.of(!writable),
    EditorView.editable.of(writable),
    EditorView.contentAttributes.of({ "aria-label": label, spellcheck: "true", ...(writable ? {} : { tabindex: "0" }) }),
  ];
}
