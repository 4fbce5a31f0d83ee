import MarkdownIt, { type Token } from "markdown-it";

// HTML is text here, images are not loaded from anywhere, and no plug-in makes anything else.
const parser = new MarkdownIt("default", { html: false, linkify: true, breaks: true }).disable(["image", "lheading"]);
// `firebell.example` in a sentence is no address; `https://…` is.
parser.linkify.set({ fuzzyLink: false, fuzzyEmail: false, fuzzyIP: false });
// Which addresses may be opened is decided where they are shown, see `link.ts`.
parser.validateLink = () => true;

/** A piece of Markdown as it is shown: text, or an element of the few that there are. */
export type Node = string | { tag: Tag; children: Node[]; href?: string; start?: number };

/** All elements that Markdown can become. There are no others. */
export type Tag = "p" | "h" | "ul" | "ol" | "li" | "blockquote" | "pre" | "hr" | "br" | "table" | "tr" | "th" | "td" | "strong" | "em" | "s" | "code" | "a" | "group";

const tags: Record<string, Tag> = {
  paragraph: "p",
  heading: "h",
  bullet_list: "ul",
  ordered_list: "ol",
  list_item: "li",
  blockquote: "blockquote",
  table: "table",
  thead: "group",
  tbody: "group",
  tr: "tr",
  th: "th",
  td: "td",
  strong: "strong",
  em: "em",
  s: "s",
  link: "a",
};

/** Reads Markdown into a tree. What is not known is shown as the text that it was. */
export function parse(text: string): Node[] {
  return tree(parser.parse(text, {}));
}

function tree(tokens: readonly Token[]): Node[] {
  const root: Node[] = [];
  const open: Node[][] = [root];
  const put = (node: Node) => open.at(-1)?.push(node);
  for (const token of tokens) {
    // A tight list has paragraphs that are none.
    if (token.hidden) continue;
    if (token.nesting === 1) {
      const tag = tags[token.type.replace(/_open$/, "")] ?? "group";
      const node = { tag, children: [] as Node[], ...attributes(token) };
      put(node);
      open.push(node.children);
    } else if (token.nesting === -1) {
      if (open.length > 1) open.pop();
    } else leaf(token, put);
  }
  return root;
}

function leaf(token: Token, put: (node: Node) => void): void {
  switch (token.type) {
    case "inline":
      for (const node of tree(token.children ?? [])) put(node);
      break;
    case "softbreak":
    case "hardbreak":
      put({ tag: "br", children: [] });
      break;
    case "code_inline":
      put({ tag: "code", children: [token.content] });
      break;
    case "fence":
    case "code_block":
      put({ tag: "pre", children: [token.content.replace(/\n$/, "")] });
      break;
    case "hr":
      put({ tag: "hr", children: [] });
      break;
    default:
      if (token.content !== "") put(token.content);
  }
}

function attributes(token: Token): { href?: string; start?: number } {
  const href = token.attrGet("href");
  const start = Number(token.attrGet("start") ?? NaN);
  return { ...(href === null ? {} : { href: String(href) }), ...(Number.isInteger(start) ? { start } : {}) };
}
