import { syntaxTree } from "@codemirror/language";
import type { EditorState } from "@codemirror/state";

/** What may be asked of the program behind the window; it looks again before it opens anything. */
const openable = /^(https:|mailto:)/i;

/** The address of the link at a place of the text, if there is one that may be opened. */
export function linkAt(state: EditorState, at: number): string | null {
  for (const side of [1, -1] as const) {
    let node = syntaxTree(state).resolveInner(at, side);
    for (;;) {
      const address = node.name === "URL" ? node : node.getChild("URL");
      if (address && (node.name === "URL" || node.name === "Link" || node.name === "Autolink" || node.name === "Image")) {
        const url = state.sliceDoc(address.from, address.to).trim();
        return openable.test(url) ? url : null;
      }
      if (!node.parent) break;
      node = node.parent;
    }
  }
  return null;
}
