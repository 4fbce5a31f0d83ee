import { SvelteSet } from "svelte/reactivity";
import type { EntryKindView, EntryView, VisibilityView } from "@/host";
import { told } from "@/shared/words";

/** What a chip takes out again. */
export type Facet = "kind" | "person" | "workstream" | "tag" | "visibility" | "highlighted" | "text" | "range";

export interface FilterChip {
  facet: Facet;
  value: string;
}

const key = (tag: string) => tag.toLowerCase();

/** What of a stream is on view. Facets narrow each other; values of one facet widen it. */
export class Filter {
  readonly kinds = new SvelteSet<EntryKindView>();
  readonly people = new SvelteSet<string>();
  readonly workstreams = new SvelteSet<string>();
  readonly tags = new SvelteSet<string>();
  readonly visibilities = new SvelteSet<VisibilityView>();
  highlighted = $state(false);
  /** Leaves messages out. */
  entriesOnly = $state(false);
  text = $state("");
  /** Chosen in the picture. */
  range = $state.raw<[number, number] | null>(null);

  /** Words that a line must have, each of them. */
  readonly #words = $derived(this.text.toLowerCase().split(/\s+/).filter(Boolean));

  get active(): boolean {
    return this.entriesOnly || this.chips.length > 0;
  }

  get chips(): FilterChip[] {
    const all = (facet: Facet, values: Iterable<string>) => [...values].map((value) => ({ facet, value }));
    return [
      ...all("kind", this.kinds),
      ...all("person", this.people),
      ...all("workstream", this.workstreams),
      ...all("tag", this.tags),
      ...all("visibility", this.visibilities),
      ...all("highlighted", this.highlighted ? ["yes"] : []),
      ...all("text", this.text.trim() === "" ? [] : [this.text.trim()]),
      ...all("range", this.range ? ["range"] : []),
    ];
  }

  toggle(facet: Facet, value: string): void {
    const set = this.#set(facet);
    if (set) {
      if (set.has(value)) set.delete(value);
      else set.add(value);
    } else if (facet === "highlighted") this.highlighted = !this.highlighted;
  }

  remove({ facet, value }: FilterChip): void {
    this.#set(facet)?.delete(value);
    if (facet === "highlighted") this.highlighted = false;
    if (facet === "text") this.text = "";
    if (facet === "range") this.range = null;
  }

  has(facet: Facet, value: string): boolean {
    return facet === "highlighted" ? this.highlighted : (this.#set(facet)?.has(value) ?? false);
  }

  clear(): void {
    for (const set of [this.kinds, this.people, this.workstreams, this.tags, this.visibilities]) set.clear();
    this.highlighted = this.entriesOnly = false;
    this.text = "";
    this.range = null;
  }

  apply(entries: EntryView[]): EntryView[] {
    if (!this.active) return entries;
    // Read once: a reactive set is asked through its signals, ten thousand times over.
    const [kinds, people, workstreams, tags, visibilities] = [this.kinds, this.people, this.workstreams, this.tags, this.visibilities].map((set) => new Set<string>(set)) as [Set<string>, Set<string>, Set<string>, Set<string>, Set<string>];
    const { entriesOnly, highlighted, range } = this;
    const words = this.#words;
    return entries.filter(
      (entry) =>
        !(entriesOnly && entry.kind === "message") &&
        !(highlighted && !entry.highlighted) &&
        (kinds.size === 0 || kinds.has(entry.kind)) &&
        (people.size === 0 || (entry.author !== null && people.has(entry.author.id))) &&
        (visibilities.size === 0 || (entry.message_id === null && visibilities.has(entry.visibility))) &&
        (workstreams.size === 0 || entry.links.some((link) => workstreams.has(link.id))) &&
        (tags.size === 0 || entry.tags.some((tag) => tags.has(key(tag)))) &&
        (range === null || (entry.at >= range[0] && entry.at <= range[1])) &&
        (words.length === 0 || words.every((word) => haystack(entry).includes(word))),
    );
  }

  #set(facet: Facet): Set<string> | null {
    switch (facet) {
      case "kind":
        return this.kinds as Set<string>;
      case "person":
        return this.people;
      case "workstream":
        return this.workstreams;
      case "tag":
        return this.tags;
      case "visibility":
        return this.visibilities as Set<string>;
      default:
        return null;
    }
  }
}

const haystacks = new WeakMap<EntryView, string>();

/** What is searched of a line: its words, who wrote it, its tags. Made once for each. */
export function haystack(entry: EntryView): string {
  let text = haystacks.get(entry);
  if (text === undefined) {
    const words = entry.message_id === null ? entry.text : told(entry.message_id, entry.args);
    text = [words, entry.author?.name ?? "", ...entry.tags.map((tag) => `#${tag}`), ...entry.links.map((link) => link.name)].join("\n").toLowerCase();
    haystacks.set(entry, text);
  }
  return text;
}

/** The values that lines have, for the menus: most used first. */
export interface Facets {
  people: { id: string; name: string; count: number }[];
  workstreams: { id: string; name: string; count: number }[];
  tags: { id: string; name: string; count: number }[];
}

export function facetsOf(entries: readonly EntryView[]): Facets {
  const people = new Map<string, { id: string; name: string; count: number }>();
  const workstreams = new Map<string, { id: string; name: string; count: number }>();
  const tags = new Map<string, { id: string; name: string; count: number }>();
  const count = (into: typeof people, id: string, name: string) => {
    const found = into.get(id);
    if (found) found.count += 1;
    else into.set(id, { id, name, count: 1 });
  };
  for (const entry of entries) {
    if (entry.author) count(people, entry.author.id, entry.author.name);
    for (const tag of entry.tags) count(tags, key(tag), tag);
    for (const link of entry.links) if (link.kind === "workstream") count(workstreams, link.id, link.name);
  }
  const most = (values: typeof people) => [...values.values()].sort((a, b) => b.count - a.count || a.name.localeCompare(b.name));
  return { people: most(people), workstreams: most(workstreams), tags: most(tags) };
}
