import type { EntryView } from "@/host";

/** Which lines are chosen, and which one the keyboard stands on. */
export class Selection {
  /** Ids. Replaced as a whole, so that ten thousand lines are one change. */
  chosen = $state.raw<ReadonlySet<string>>(new Set());
  /** The line that keys act on. */
  current = $state<string | null>(null);
  /** Where a stretch began that Shift draws out. */
  #anchor: string | null = null;

  has(id: string): boolean {
    return this.chosen.has(id);
  }

  get count(): number {
    return this.chosen.size;
  }

  /** Moves by so many lines; with `extend` everything from the anchor is chosen. */
  move(lines: readonly EntryView[], by: number, extend: boolean): number {
    if (lines.length === 0) return -1;
    const at = lines.findIndex((line) => line.id === this.current);
    const start = at === -1 ? (by > 0 ? -1 : lines.length) : at;
    const to = Math.max(0, Math.min(lines.length - 1, start + by));
    this.#goTo(lines, to, extend);
    return to;
  }

  /** Stands on this line; with `extend` everything from the anchor is chosen. */
  goTo(lines: readonly EntryView[], id: string, extend: boolean): void {
    const to = lines.findIndex((line) => line.id === id);
    if (to !== -1) this.#goTo(lines, to, extend);
  }

  toggle(id: string): void {
    const chosen = new Set(this.chosen);
    if (!chosen.delete(id)) chosen.add(id);
    this.chosen = chosen;
    this.current = id;
    this.#anchor = id;
  }

  all(lines: readonly EntryView[]): void {
    this.chosen = new Set(lines.map((line) => line.id));
  }

  clear(): void {
    this.chosen = new Set();
    this.#anchor = null;
  }

  /** The lines that an action is for: those chosen, else the one that the keyboard stands on. */
  targets(lines: readonly EntryView[]): EntryView[] {
    if (this.chosen.size > 0) return lines.filter((line) => this.chosen.has(line.id));
    return lines.filter((line) => line.id === this.current);
  }

  #goTo(lines: readonly EntryView[], to: number, extend: boolean): void {
    const before = this.current;
    this.current = lines[to]?.id ?? null;
    if (!extend) {
      this.#anchor = null;
      return;
    }
    this.#anchor ??= before ?? this.current;
    const from = lines.findIndex((line) => line.id === this.#anchor);
    const [a, b] = from === -1 ? [to, to] : [Math.min(from, to), Math.max(from, to)];
    this.chosen = new Set(lines.slice(a, b + 1).map((line) => line.id));
  }
}
