import type { MessageArgs } from "@/i18n";
import { i18n, t } from "@/i18n";
import type { AnswerView, QuestionView, StateView } from "@/host";
import { moment } from "./time";

const roleIds: Record<string, string> = {
  im: "role-im",
  responder: "ask-responder",
  tech_lead: "role-tech-lead",
  communications_manager: "role-communications-manager",
  deputy: "role-deputy",
};

/** A role's name; one made up on the spot is its own name. */
export const roleName = (role: string) => (roleIds[role] ? t(roleIds[role]) : role);

const stateIds: Record<StateView, string> = {
  new: "state-new",
  fixing: "state-fixing",
  resolved: "state-resolved",
  closed: "state-closed",
  false_alarm: "state-false-alarm",
};

export const stateName = (state: StateView) => t(stateIds[state]);
const isState = (word: string): word is StateView => word in stateIds;

/** `HOT-12`, or words that say that the key comes later. */
export const keyOr = (key: string | null) => key ?? t("incident-key-later");

const questionIds: Record<QuestionView, string> = { side: "question-side", seen: "question-seen", extent: "question-extent", cases: "question-cases", else: "question-else" };
/** One of the six questions. */
export const questionName = (question: QuestionView) => t(questionIds[question]);
/** Answers that are chosen rather than written, with their names. */
export const answerChoices: Partial<Record<QuestionView, Record<string, string>>> = {
  side: { outside: "side-outside", inside: "side-inside", both: "side-both", none: "side-none" },
  extent: { one: "extent-one", some: "extent-some", all: "extent-all" },
};
/** An answer as it is read. */
export function answerWords(one: Pick<AnswerView, "question" | "answer">): string {
  const choice = answerChoices[one.question]?.[one.answer];
  return choice ? t(choice) : one.answer;
}

const timeNames = new Set(["start", "detected", "end", "now_at"]);
const holdsTime = (name: string) => name.startsWith("at") || name.endsWith("_at") || timeNames.has(name);

/**
 * Arguments as Rust sends them (all strings) made ready for the catalogue: times are milliseconds and become
 * words, roles and states become their names, an empty value becomes "unknown".
 */
export function readableArgs(args: Record<string, string | undefined>): MessageArgs {
  const ready: MessageArgs = {};
  for (const [name, value] of Object.entries(args)) {
    if (value === undefined || value === "") ready[name] = t("value-unknown");
    else if (holdsTime(name) && /^-?\d+$/.test(value)) ready[name] = moment(Number(value));
    else if (name === "role") ready[name] = roleName(value);
    else if (name === "state" && isState(value)) ready[name] = stateName(value);
    else ready[name] = value;
  }
  return ready;
}

/** A message that Rust names, in this window's language; its id when this version does not know it. */
export const told = (id: string, args: Record<string, string | undefined>) =>
  i18n.has(id) ? t(id, readableArgs(args)) : id;

/** `ML` for Mei Lin, `林` for 林美: what fits into a small circle. */
export function initials(name: string): string {
  const words = name.trim().split(/\s+/).filter(Boolean);
  const first = [...(words[0] ?? "?")][0] ?? "?";
  if (/\p{Script=Han}/u.test(first)) return first;
  const last = words.length > 1 ? ([...(words.at(-1) ?? "")][0] ?? "") : "";
  return (first + last).toUpperCase();
}

/** Names in the order that readers of this language expect (pinyin in Chinese). */
export const byName = <T extends { name: string }>(things: readonly T[]): T[] =>
  [...things].sort((a, b) => a.name.localeCompare(b.name, i18n.tongue));

/** `Ana Ortiz, Li Wei`, joined as Rust joins them in notifications. */
/** What stands between two names. */
export const nameSeparator = () => (i18n.tongue === "en" ? ", " : "、");
export const listNames = (names: readonly string[]) => names.join(nameSeparator());
