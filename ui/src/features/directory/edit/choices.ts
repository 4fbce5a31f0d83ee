import type { Item, TargetForm, WorkspaceView } from "@/host";
import { t } from "@/i18n";
import { byName } from "@/shared/words";
import type { Option } from "@/shared/widgets";

type Named = Item<{ name: string; active: boolean }>;

/** The name of something in a list; a dash for what is not here yet. */
export const nameOf = (items: readonly Named[], id: string): string => items.find((item) => item.id === id)?.form.name ?? "–";

/** What is in use as choices; one that was chosen before it was retired stays one. */
export const options = (items: readonly Named[], chosen: string | null = null): Option[] =>
  byName(items.filter((item) => item.form.active || item.id === chosen).map((item) => ({ name: item.form.name, id: item.id }))).map(({ name, id }) => ({ value: id, label: name }));

/** People as choices; whom no desktop can ring is marked. */
export const personOptions = (view: WorkspaceView): Option[] =>
  options(view.people).map((option) => ({ ...option, hint: view.without_account.includes(option.value) ? t("people-no-account") : "" }));

const kindWords = { schedule: "target-schedule", person: "target-person", team: "target-team" } as const;

/** What a step can ring, schedules first: they are what one wants nearly always. */
export const targetOptions = (view: WorkspaceView): Option[] =>
  (
    [
      ["schedule", options(view.schedules)],
      ["team", options(view.teams)],
      ["person", options(view.people)],
    ] as const
  ).flatMap(([kind, found]) => found.map((option) => ({ ...option, value: `${kind}:${option.value}`, hint: t(kindWords[kind]) })));

export const targetValue = (target: TargetForm): string => `${target.kind}:${target.id}`;

export function targetOf(value: string): TargetForm {
  const [kind, id = ""] = value.split(":", 2);
  return { kind: kind as TargetForm["kind"], id };
}

export function targetName(view: WorkspaceView, target: TargetForm): string {
  const items = { schedule: view.schedules, person: view.people, team: view.teams }[target.kind];
  return nameOf(items, target.id);
}

export const targetWord = (target: TargetForm): string => t(kindWords[target.kind]);
