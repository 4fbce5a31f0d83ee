import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { FluentResource } from "@fluent/bundle";
import { describe, expect, test } from "vitest";

const locales = join(import.meta.dirname, "../../../locales");
const source = join(import.meta.dirname, "../../src");

/** Families of ids that travel from Rust as a code or as data, and stand whole in no source file of ours. */
const spokenFromRust = [/^tray-/, /^notification-/, /^timeline-/, /^did-/, /^refusal-/, /^error-/];

/** Every variable that a pattern refers to, however deep. */
function variables(node: unknown, found = new Set<string>()): Set<string> {
  if (Array.isArray(node)) node.forEach((each) => variables(each, found));
  else if (typeof node === "object" && node !== null) {
    if ("type" in node && node.type === "var" && "name" in node) found.add(String(node.name));
    Object.values(node).forEach((each) => variables(each, found));
  }
  return found;
}

function read(language: string) {
  const messages = new Map<string, { file: string; variables: string[] }>();
  const twice: string[] = [];
  for (const file of readdirSync(join(locales, language)).filter((name) => name.endsWith(".ftl"))) {
    const text = readFileSync(join(locales, language, file), "utf8");
    const declared = [...text.matchAll(/^([a-zA-Z][\w-]*) *=/gm)].map((match) => match[1]);
    const resource = new FluentResource(text);
    // A message that the parser drops would otherwise be found missing by a user.
    expect(resource.body.map((message) => message.id), `${language}/${file}`).toEqual(declared);
    for (const message of resource.body) {
      if (messages.has(message.id)) twice.push(message.id);
      messages.set(message.id, { file, variables: [...variables(message.value)].sort() });
    }
  }
  expect(twice).toEqual([]);
  return messages;
}

const files = (readdirSync(source, { recursive: true }) as string[]).filter((name) => /\.(ts|svelte)$/.test(name) && !name.includes("generated"));
const code = files.map((name) => readFileSync(join(source, name), "utf8")).join("\n");
const rust = ["crates", "src-tauri"].flatMap((folder) => {
  const root = join(source, "../..", folder);
  return (readdirSync(root, { recursive: true }) as string[]).filter((name) => name.endsWith(".rs")).map((name) => readFileSync(join(root, name), "utf8"));
});
const english = read("en");
const chinese = read("zh-Hans");

describe("the catalogue", () => {
  test("has the same messages in the same files in both languages", () => {
    const places = (messages: typeof english) => [...messages].map(([id, { file }]) => `${file}: ${id}`).sort();
    expect(places(chinese)).toEqual(places(english));
  });

  test("uses the same variables in both languages", () => {
    for (const [id, { variables }] of english) expect([id, chinese.get(id)?.variables]).toEqual([id, variables]);
  });

  test("has every message that the code speaks", () => {
    const spoken = [...code.matchAll(/\bt\(\s*["']([^"']+)["']/g)].map((match) => match[1] ?? "");
    expect(spoken.length).toBeGreaterThan(200);
    expect(spoken.filter((id) => !english.has(id))).toEqual([]);
  });

  test("has no message that nobody speaks", () => {
    const quoted = new Set([...[code, ...rust].join("\n").matchAll(/["'`]([a-zA-Z][\w-]*)["'`]/g)].map((match) => match[1]));
    const silent = [...english.keys()].filter((id) => !quoted.has(id) && !spokenFromRust.some((rust) => rust.test(id)));
    expect(silent).toEqual([]);
  });

  test("has words for every error code and every rule", () => {
    const generated = readFileSync(join(source, "host/generated/ErrorCode.ts"), "utf8");
    const codes = [...generated.matchAll(/"([a-z_]+)"/g)].map((match) => `error-${match[1]}`);
    const rules = "unknown conflict not_now key_taken not_allowed already_in_command has_no_im wrong_state not_offered reason_missing text_empty text_too_long depends_on_refused cycle_over not_paged impossible_value";
    for (const id of [...codes, ...rules.split(" ").map((rule) => `refusal-${rule}`)]) expect(english.has(id), id).toBe(true);
  });

  test("writes Chinese with full-width punctuation", () => {
    for (const file of readdirSync(join(locales, "zh-Hans"))) {
      const lines = readFileSync(join(locales, "zh-Hans", file), "utf8").split("\n");
      const wrong = lines.filter((line) => !line.startsWith("#") && /\p{Script=Han}[,;:?!()]/u.test(line));
      expect(wrong, file).toEqual([]);
    }
  });
});
