import type { DialLine, PageView } from "@/host";

/** Whom to phone when the server does not answer: who comes next, then whoever has not been rung yet. */
export function whoToPhone(page: PageView, lines: readonly DialLine[]): DialLine[] {
  const isNext = (line: DialLine) => page.next_people.some((person) => person.id === line.id);
  const isRung = (line: DialLine) => page.rung.some((each) => each.person.id === line.id);
  return [...lines.filter(isNext), ...lines.filter((line) => !isNext(line) && !isRung(line))];
}
