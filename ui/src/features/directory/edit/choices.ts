import type { Item, StepForm, TargetForm, WorkspaceView } from "@/host";
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

const kindWords = {
  schedule: "target-schedule",
  rotation: "target-rotation",
  person: "target-person",
  team: "target-team",
  email: "target-email",
  webhook: "target-webhook",
} as const;

/** A step that rings these and waits so long, and nothing else is said about it. */
export const plainStep = (targets: TargetForm[], timeout_secs = 300): StepForm => ({ targets, timeout_secs, retries: 0, all: false, severities: [], hours: null, round_robin: false });

/** What a step can ring, schedules first: they are what one wants nearly always. */
export const targetOptions = (view: WorkspaceView): Option[] =>
  (
    [
      ["schedule", options(view.schedules)],
      ["team", options(view.teams)],
      ["person", options(view.people)],
      ["webhook", options(view.webhooks)],
    ] as const
  ).flatMap(([kind, found]) => found.map((option) => ({ ...option, value: `${kind}:${option.value}`, hint: t(kindWords[kind]) })));

export const targetValue = (target: TargetForm): string => `${target.kind}:${target.id}${target.rotation === null ? "" : `:${target.rotation}`}`;

export function targetOf(value: string): TargetForm {
  const [kind, id = ""] = value.split(":", 2);
  return { kind: kind as TargetForm["kind"], id, rotation: null };
}

export function targetName(view: WorkspaceView, target: TargetForm): string {
  switch (target.kind) {
    case "schedule":
    case "rotation":
      return nameOf(view.schedules, target.id);
    case "person":
      return nameOf(view.people, target.id);
    case "team":
      return nameOf(view.teams, target.id);
    case "email":
      return target.id;
    case "webhook":
      return nameOf(view.webhooks, target.id);
  }
}

export const targetWord = (target: TargetForm): string => t(kindWords[target.kind]);
