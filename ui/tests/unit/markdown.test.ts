import { describe, expect, test } from "vitest";
import { leads } from "../../src/shared/markdown/link";
import { parse, type Node } from "../../src/shared/markdown/parse";

const flat = (nodes: readonly Node[]): string => nodes.map((node) => (typeof node === "string" ? node : `<${node.tag}${node.href === undefined ? "" : ` ${node.href}`}>${flat(node.children)}</${node.tag}>`)).join("");

describe("Markdown", () => {
  const cases: [string, string][] = [
    ["**bold** and *lean* and ~~gone~~", "<p><strong>bold</strong> and <em>lean</em> and <s>gone</s></p>"],
    ["`rm -rf <x>`", "<p><code>rm -rf <x></code></p>"],
    ["a\nb", "<p>a<br></br>b</p>"],
    ["- one\n- two", "<ul><li>one</li><li>two</li></ul>"],
    ["```sh\nls <b>\n```", "<pre>ls <b></pre>"],
    ["# Head", "<h>Head</h>"],
    ["> said", "<blockquote><p>said</p></blockquote>"],
    ["|a|b|\n|-|-|\n|1|2|", "<table><group><tr><th>a</th><th>b</th></tr></group><group><tr><td>1</td><td>2</td></tr></group></table>"],
    ["see https://example.org/a?b=c", "<p>see <a https://example.org/a?b=c>https://example.org/a?b=c</a></p>"],
    ["[here](https://example.org)", "<p><a https://example.org>here</a></p>"],
    ["写入**队列**", "<p>写入<strong>队列</strong></p>"],
    // What is no Markdown of ours is the text that it was.
    ["<b>x</b><script>alert(1)</script>", "<p><b>x</b><script>alert(1)</script></p>"],
    ["![pixel](https://evil.example/p.png)", "<p>!<a https://evil.example/p.png>pixel</a></p>"],
    ["snake_case_name and 2 * 3 * 4", "<p>snake_case_name and 2 * 3 * 4</p>"],
  ];
  test.each(cases)("%j", (text, wanted) => expect(flat(parse(text))).toBe(wanted));

  test("makes nothing but the elements that there are, whatever is written", () => {
    const known = new Set(["p", "h", "ul", "ol", "li", "blockquote", "pre", "hr", "br", "table", "tr", "th", "td", "strong", "em", "s", "code", "a", "group"]);
    const bits = ["<img src=x onerror=alert(1)>", "[x](javascript:alert(1))", "**", "_", "`", "\n\n", "- ", "1. ", "> ", "|a|\n|-|", "<svg/onload=1>", "&lt;", "\u202e", "```", "https://a.b", "![](data:text/html,x)", "[a]: javascript:x\n[a]"];
    let tried = 0;
    const walk = (nodes: readonly Node[]) => {
      for (const node of nodes) {
        if (typeof node === "string") continue;
        expect(known.has(node.tag)).toBe(true);
        walk(node.children);
      }
    };
    for (const a of bits) for (const b of bits) for (const c of bits) {
      walk(parse(a + b + c));
      tried += 1;
    }
    expect(tried).toBe(bits.length ** 3);
  });
});

describe("a link", () => {
  test("leads outside, to an incident, or nowhere", () => {
    const out = ["https://example.org/x", "mailto:oncall@example.org"];
    const nowhere = ["http://example.org", "javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "https://bank.example@evil.example", "/relative", "", "mailto:", "firebell://settings", "firebell://incident/HOT-12", "firebell://HOT-12/../x", `https://example.org/${"x".repeat(3000)}`];
    for (const href of out) expect(leads(href), href).toEqual({ to: "outside", url: href });
    for (const href of nowhere) expect(leads(href), href).toBeNull();
    for (const href of ["firebell://HOT-12", "firebell://hot-12/"]) expect(leads(href), href).toEqual({ to: "incident", key: "HOT-12" });
  });
});
