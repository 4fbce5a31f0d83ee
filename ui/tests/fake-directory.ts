import { ApiFailure, type Item, type PersonForm, type PolicyDoubtView, type PreviewPolicy, type PreviewSchedule, type ReachView, type Save, type ScheduleForm, type SchedulePreview, type TargetForm, type WorkspaceView } from "../src/host";
import type { Say } from "./fixtures";

const DAY = 86_400_000;
type Lists = "people" | "teams" | "services" | "products" | "schedules" | "policies" | "webhooks" | "alert_sources" | "maintenance";
type Listed = { name: string; active: boolean };

const item = <F>(id: string, form: F, used_by: string[] = []): Item<F> => ({ id, form, stamps: {}, used_by: used_by.map((name) => ({ id: name, name })), unsent: false });
const wrong = (fields: [string, string][]) =>
  new ApiFailure({ code: "invalid", message: "", args: {}, fields: fields.map(([field, message_id]) => ({ field, message_id })), retryable: false });

/** A directory that keeps what is saved in it, as far as pictures and behaviour need it. */
export class FakeDirectory {
  readonly view: WorkspaceView;
  #serial = 0;

  constructor(say: Say, people: { id: string; name: string }[], empty: boolean) {
    const [mei, jonas, ana, ravi] = people.map((person) => person.id) as [string, string, string, string];
    const line = (severity: number) => ({ severity, name: "", criteria: "", short: "" });
    const active = true;
    const step = (targets: TargetForm[], timeout_secs: number) => ({ targets, timeout_secs, retries: 0, all: false, severities: [], hours: null, round_robin: false });
    const rota = (name: string, who: string[], zone: string): ScheduleForm => ({ name, zone, rotations: [{ id: `r-${name}`, name: "", layer: 0, people: who, hand_off: "09:00", first_day: "2026-11-16", lengths: [7], in_hours: false, hours: [], by_served: false }], from: null, overrides: [], holidays: [], active });
    this.view = {
      may_edit: true,
      may_invite: true,
      people: people.map(({ id, name }, n) => item(id, { name, phone: n === 5 ? "" : `+44 20 7946 0${100 + n}`, email: n === 5 ? "" : `${id.slice(2)}@example.com`, zone: n < 4 ? "Europe/London" : "Asia/Shanghai", language: "", rules: null, quiet_hours: null, admin: n === 0, active: n !== 4 }, n === 0 ? ["IMOC"] : [])),
      without_account: people.slice(5).map((person) => person.id),
      teams: [item("t-0", { name: say("Payments", "支付团队"), members: [mei, ana, ravi], office_hours: { zone: "Europe/London", days: [1, 2, 3, 4, 5].map((day) => ({ day, from: "09:00", until: "17:00" })) }, active }, ["payments-api"])],
      services: [
        item("s-pay", { name: "payments-api", team: "t-0", policy: "y-0", active }),
        item("s-search", { name: "search", team: null, policy: null, active }),
        item("s-old", { name: "exports", team: null, policy: null, active: false }),
      ],
      products: [say("Checkout", "结账"), say("Invoices", "发票"), say("Mobile app", "移动应用")].map((name, n) => item(`d-${n}`, { name, active })),
      schedules: [
        item("h-0", { ...rota(say("Payments on call", "支付组待命"), [ana, jonas, mei], "Europe/London"), overrides: [{ id: "o-0", person: jonas, start: Date.now() + DAY, end: Date.now() + 2 * DAY }] }, [say("Payments", "支付组")]),
        item("h-1", rota("IMOC", [mei], "Asia/Shanghai"), ["IMOC"]),
      ],
      policies: [
        item("y-0", { name: say("Payments", "支付组"), steps: [step([{ kind: "schedule", id: "h-0", rotation: null }], 300), step([{ kind: "team", id: "t-0", rotation: null }, { kind: "person", id: mei, rotation: null }], 600)], repeats: 1, then: null, active }, ["payments-api"]),
        item("y-1", { name: "IMOC", steps: [step([{ kind: "schedule", id: "h-1", rotation: null }], 300)], repeats: 0, then: null, active }, ["IMOC"]),
      ],
      alert_sources: [
        item("a-0", {
          name: "Prometheus",
          format: "alertmanager" as const,
          service: "s-pay",
          severity: 2,
          rules: [
            { conditions: [{ label: "severity", how: "equals" as const, value: "info" }], ignore: true, service: null, severity: null },
            { conditions: [{ label: "alertname", how: "prefix" as const, value: "Checkout" }], ignore: false, service: null, severity: 1 },
          ],
          active,
        }),
      ],
      with_token: ["a-0"],
      maintenance: [item("w-0", { name: say("Database upgrade", "数据库升级"), services: ["s-pay"], start: Date.now() + DAY, end: Date.now() + DAY + 7_200_000, active })],
      webhooks: [item("k-0", { name: say("Phone gateway", "电话网关"), url: "https://gateway.example.com/firebell", active })],
      default_rules: [
        { channel: "desktop" as const, webhook: null, after_secs: 0, unreachable: false, severities: [] },
        { channel: "email" as const, webhook: null, after_secs: 0, unreachable: false, severities: [1] },
        { channel: "email" as const, webhook: null, after_secs: 0, unreachable: true, severities: [] },
      ],
      settings: item("settings", { name: "", imoc_policy: "y-1", severity_scale: [1, 2, 3].map(line), office_hours: null, queue_days: 3, command_within_secs: 300, call_scheme: "" }),
      call_scheme: "https://meet.jit.si/{key}-{id}",
    };
    if (empty) {
      const me = this.view.people.filter((person) => person.id === mei);
      Object.assign(this.view, { people: me, teams: [], services: [], products: [], schedules: [], policies: [], webhooks: [], alert_sources: [], with_token: [], maintenance: [], may_invite: false, without_account: [] });
      this.view.settings.form.imoc_policy = null;
      for (const person of me) person.used_by = [];
    }
  }

  /** `save_…` of what stands in a list. */
  save<F extends Listed>(list: Lists, save: Save<F>): string {
    if (save.form.name.trim() === "") throw wrong([["name", "error-name-empty"]]);
    const items = this.view[list] as unknown as Item<F>[];
    const id = save.was?.id ?? `${list}-${(this.#serial += 1)}`;
    const saved: Item<F> = { ...item(id, structuredClone(save.form)), unsent: true, used_by: save.was?.used_by ?? [] };
    const place = items.findIndex((each) => each.id === id);
    if (place < 0) items.push(saved);
    else items[place] = saved;
    return id;
  }

  saveSettings(save: Save<WorkspaceView["settings"]["form"]>): string {
    this.view.settings = { ...this.view.settings, form: structuredClone(save.form) };
    return this.view.settings.id;
  }

  /** `preview_rules`. */
  reach(form: PersonForm): ReachView[] {
    const rules = form.rules ?? this.view.default_rules;
    const name = (id: string | null) => this.view.webhooks.find((each) => each.id === id)?.form.name ?? null;
    const steps = (severity: number) =>
      rules
        .filter((rule) => (rule.severities.length === 0 || rule.severities.includes(severity)) && (rule.channel !== "email" || form.email !== ""))
        .map((rule) => ({ channel: rule.channel, webhook: name(rule.webhook), after_secs: rule.after_secs ?? 0, unreachable: rule.unreachable }));
    const quiet = (severity: number) => (form.quiet_hours === null ? "none" : severity === 1 ? "rings" : "silent");
    return [1, 2].map((severity) => ({ severity, steps: steps(severity), quiet: quiet(severity) }));
  }

  /** `preview_policy`: people without an account and without an address, as far as tests need it. */
  doubts({ form }: PreviewPolicy): PolicyDoubtView[] {
    const lost = (target: TargetForm) => target.kind === "person" && this.view.without_account.includes(target.id) && this.view.people.some((one) => one.id === target.id && one.form.email === "");
    const found = form.steps.flatMap((step, at): PolicyDoubtView[] => {
      const gone = step.targets.filter(lost).map((target) => ({ step: at, why: "no_way" as const, name: this.view.people.find((one) => one.id === target.id)?.form.name ?? "" }));
      return gone.length > 0 && gone.length === step.targets.length ? [...gone, { step: at, why: "nobody", name: "" }] : gone;
    });
    const then = this.view.policies.find((one) => one.id === form.then);
    return then && !then.form.active ? [...found, { step: null, why: "hand_off_retired", name: "" }] : found;
  }

  preview({ form }: PreviewSchedule): SchedulePreview {
    const [rotation] = form.rotations;
    const days = rotation?.lengths[0] ?? null;
    if (!rotation || days === null || days < 1 || rotation.first_day === "" || !/^\d{1,2}:\d{2}$/.test(rotation.hand_off)) throw wrong([["rotations.0.lengths", "error-turn-days"]]);
    const person = (n: number) => {
      const id = rotation.people[n % rotation.people.length];
      const found = this.view.people.find((each) => each.id === id);
      return found ? { id: found.id, name: found.form.name } : null;
    };
    const start = Date.parse(`${rotation.first_day}T${rotation.hand_off.padStart(5, "0")}:00Z`);
    if (rotation.people.length < 2) return { shifts: [{ schedule: form.name, people: rotation.people.length === 0 ? [] : [person(0)].flatMap((one) => one ?? []), start: rotation.people.length === 0 ? null : start, end: null, overridden: false }] };
    return { shifts: Array.from({ length: 5 }, (_, n) => ({ schedule: form.name, people: [person(n)].flatMap((one) => one ?? []), start: start + n * days * DAY, end: start + (n + 1) * days * DAY, overridden: false })) };
  }

  /** Answers as a host gives them: never the very objects that are kept here. */
  read(): WorkspaceView {
    return structuredClone(this.view);
  }
}
