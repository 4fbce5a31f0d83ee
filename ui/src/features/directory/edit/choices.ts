import type { Item, PolicyDoubtView, StepForm, TargetForm, WorkspaceView } from "@/host";
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

/** A rotation as one of several of its schedule. */
const rotationName = (schedule: string, name: string, layer: number | null): string => `${schedule} · ${name === "" ? t("calendar-line", { layer: layer ?? 0 }) : name}`;

/** The rotations of schedules that have more than one: a single one is its schedule. */
const rotationOptions = (view: WorkspaceView): Option[] =>
  byName(view.schedules.filter((item) => item.form.active && item.form.rotations.length > 1).map((item) => ({ name: item.form.name, item }))).flatMap(({ item }) =>
    item.form.rotations.map(({ id, name, layer }) => ({ value: `${item.id}:${id}`, label: rotationName(item.form.name, name, layer) })),
  );

/** What a step can ring, schedules first: they are what one wants nearly always. */
export const targetOptions = (view: WorkspaceView): Option[] =>
  (
    [
      ["schedule", options(view.schedules)],
      ["rotation", rotationOptions(view)],
      ["team", options(view.teams)],
      ["person", options(view.people)],
      ["webhook", options(view.webhooks)],
    ] as const
  ).flatMap(([kind, found]) => found.map((option) => ({ ...option, value: `${kind}:${option.value}`, hint: t(kindWords[kind]) })));

/** What looks like an e-mail address is one more thing to ring; whether it is one, its mail server knows. */
export const addressOption = (typed: string): Option | null => (/^[^\s@]+@[^\s@]+$/.test(typed) ? { value: `email:${typed}`, label: typed, hint: t(kindWords.email) } : null);

export const targetValue = (target: TargetForm): string => `${target.kind}:${target.id}${target.rotation === null ? "" : `:${target.rotation}`}`;

export function targetOf(value: string): TargetForm {
  const place = value.indexOf(":");
  const [kind, id] = [value.slice(0, place) as TargetForm["kind"], value.slice(place + 1)];
  if (kind !== "rotation") return { kind, id, rotation: null };
  const [schedule = "", rotation = ""] = id.split(":");
  return { kind, id: schedule, rotation };
}

export function targetName(view: WorkspaceView, target: TargetForm): string {
  switch (target.kind) {
    case "schedule":
      return nameOf(view.schedules, target.id);
    case "rotation": {
      const rotation = view.schedules.find((item) => item.id === target.id)?.form.rotations.find((each) => each.id === target.rotation);
      return rotationName(nameOf(view.schedules, target.id), rotation?.name ?? "–", rotation?.layer ?? null);
    }
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

const doubtWords = {
  gone: "policy-doubt-gone",
  left: "policy-doubt-left",
  no_way: "policy-doubt-no-way",
  empty: "policy-doubt-empty",
  out_of_reach: "policy-doubt-out-of-reach",
  retired: "policy-doubt-retired",
  off: "policy-doubt-off",
  nobody: "policy-doubt-nobody",
  never_severity: "policy-doubt-never-severity",
  never_hours: "policy-doubt-never-hours",
  never_handed_off: "policy-doubt-never-handed-off",
  hand_off_retired: "policy-doubt-hand-off-retired",
  hand_off_nobody: "policy-doubt-hand-off-nobody",
} as const;

/** What of a policy reaches nobody, in words. */
export const doubtWord = ({ why, name }: PolicyDoubtView): string => t(doubtWords[why], { name });
