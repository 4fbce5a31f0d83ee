import { ApiFailure, type Args, type Command, type Host, type Reply } from "../src/host";
import type { EntryEdit, EntryView, ErrorCode, Event, FileView, NamedFile, PictureOf, StartView } from "../src/host";
import { FakeDirectory } from "./fake-directory";
import { FakeDocument } from "./fake-document";
import { fixtures, type Say } from "./fixtures";

type Answers = { [K in Command]: (args: Args<K>) => Reply<K> };

export interface FakeOptions {
  tongue: "en" | "zh-Hans";
  theme: "system" | "light" | "dark" | "contrast";
  /** What differs from the usual day: `empty`, `bare` (nothing set up), `no-admin`, `offline`, `first-start`, `sign-in`, `unusable`, `new`, `resolved`. */
  scene: string;
  now?: number;
}

export const failing = (code: ErrorCode, args: Record<string, string> = {}) =>
  new ApiFailure({ code, message: code, args, fields: [], retryable: false });

/** A file of a line as it stands right after it was written. */
const waiting = (file: NamedFile): FileView => ({ ...file, bytes: 48_213, picture: file.name.endsWith(".png"), width: 640, height: 400, place: "waiting", done: 0, objection: null });

/** A host made of fixtures: enough to show every view and to see what was asked of it. */
export class FakeHost implements Host {
  readonly staged: { incident: string; name: string }[] = [];
  readonly pictures: PictureOf[] = [];
  readonly calls: { name: Command; args: unknown }[] = [];
  lineClosed = false;
  readonly data: Omit<ReturnType<typeof fixtures>, "start"> & { start: StartView };
  readonly answers: Answers;
  readonly directory: FakeDirectory;
  readonly document: FakeDocument;
  /** Addresses that were to be opened outside. */
  readonly opened: string[] = [];
  /** Commands that are answered, or fail, only when their promise does. */
  readonly held = new Map<Command, Promise<undefined>>();
  /** Lines that were written or changed here, in the order in which that happened. */
  readonly changed: EntryView[] = [];
  #heard = new Set<(event: Event) => void>();

  constructor(options: FakeOptions) {
    const say: Say = (en, zh) => (options.tongue === "en" ? en : zh);
    const data: FakeHost["data"] = fixtures(say, options.now ?? Date.now());
    this.data = data;
    data.preferences.language = options.tongue;
    data.preferences.theme = options.theme;
    const scene = new Set(options.scene.split(" "));
    if (scene.has("empty") || scene.has("bare")) [data.board.incidents, data.board.open] = [[], 0];
    // Nothing was ever set up.
    if (scene.has("bare")) {
      Object.assign(data.board, { on_call: [], my_shift: null, last_test_page: null });
      Object.assign(data.onCall, { schedules: [], lines: [], direct_dial: [] });
      Object.assign(data.calendar, { schedules: [], leave: [] });
      Object.assign(data.readiness, { doubts: ["not_seen"], desktops: [], shift: null, unready: [] });
    }
    const directory = new FakeDirectory(say, data.directory.people, scene.has("bare"));
    this.directory = directory;
    if (scene.has("no-admin")) {
      directory.view.may_edit = directory.view.may_invite = false;
      if ("me" in data.start) data.start.me.admin = false;
    }
    const sync = scene.has("offline") ? data.offline : data.sync;
    if (scene.has("first-start")) data.start = { state: "first_start" };
    if (scene.has("sign-in")) data.start = { state: "sign_in", server: "https://firebell.example.com", name: "mei", revoked: true };
    if (scene.has("unusable")) {
      const error = { code: "store_newer" as const, message: "", args: { path: "~/.local/share/firebell/firebell.db" }, fields: [], retryable: false };
      data.start = { state: "unusable", error, rescued: "~/firebell-rescued.json", rescued_count: 3 };
    }
    // Three days of a busy incident.
    if (scene.has("long")) {
      const first = data.entries.length;
      const words = say("The queue of eu-west grows again after the deploy.", "部署后 eu-west 队列再次增长。");
      const kinds = ["message", "observation", "change", "decision", "message", "message"] as const;
      const written = data.entries.find((entry) => entry.author !== null) as EntryView;
      const more = Array.from({ length: 10_000 - first }, (_, n) => ({ ...written, id: `l-${String(n).padStart(5, "0")}`, kind: kinds[n % kinds.length] ?? "message", at: (options.now ?? Date.now()) - 3 * 86_400_000 + n * 25_000, entered_at: (options.now ?? Date.now()) - 3 * 86_400_000 + n * 25_000, highlighted: false, tags: n % 50 === 0 ? ["queue"] : [], links: [], text: `${words} ${n}` }));
      data.entries.unshift(...more);
      data.incident.entries = data.entries.length;
    }
    // Lines of which none is as high as the next.
    if (scene.has("uneven")) {
      const written = data.entries.find((entry) => entry.author !== null) as EntryView;
      const from = (options.now ?? Date.now()) - 7_200_000;
      data.entries.push(...Array.from({ length: 240 }, (_, n) => ({ ...written, id: `u-${String(n).padStart(3, "0")}`, at: from + n * 25_000, entered_at: from + n * 25_000, text: `${"a line of the room that goes on and on, ".repeat((n * 7) % 23)}${n}.` })));
      data.incident.entries = data.entries.length;
    }
    const view = structuredClone(data.incident);
    if (scene.has("new")) {
      view.row = structuredClone(data.open[3]) as typeof view.row;
      Object.assign(view.row, { nobody_paged: true, restricted: true });
      Object.assign(view, { im_since: null, service: null, roles: [], unfilled: [], products: [], members: [data.mei] });
      Object.assign(view.times, { impact_start: null, ttd: null });
      Object.assign(view.may, { take_command: true, offer_command: false, resolve: false });
    }
    // A role is offered to this person.
    const second = view.roles[1];
    if (scene.has("offered-role") && second) second.offered_to = data.mei;
    if (scene.has("resolved")) {
      view.row.state = "resolved";
      view.row.until = view.row.since + 3_600_000;
      view.unfilled = [];
      Object.assign(view.may, { close: true, reopen: true, resolve: false, offer_command: false });
    }
    const done = () => null;
    const write = ({ kind, text, at, files = [] }: Args<"add_entry">) => {
      const id = `e-new-${data.entries.length}`;
      const entry = { id, kind, text, at: at ?? Date.now(), entered_at: Date.now(), author: data.mei, message_id: null, args: {}, mentions: [], retracted: false, edited: false, highlighted: false, visibility: "team" as const, tags: [], links: [], unsent: true, stamps: {}, files: files.map(waiting) };
      data.entries.push(entry);
      this.changed.push(entry);
      return id;
    };
    const document = new FakeDocument(view.row.id, say, data.mei, (event) => this.tell(event));
    this.document = document;
    // Everything that a document can hold, unless nobody has begun it.
    if (!scene.has("new"))
      document.write(
        say(
          "# Current state\n\nCard payments fail for **some** customers in Europe. Declines come from the *3-D Secure* step.\n\n# What we know\n\n- authentication p99 is `31 s`\n- the acquirer answers in time, see [its status](https://status.example.com)\n\n| region | declines |\n| --- | --- |\n| eu-west | 38 % |\n| eu-north | 2 % |\n\n```\nkubectl -n identity rollout undo deploy/identity-gw\n```\n",
          "# 当前状态\n\n欧洲**部分**客户的银行卡支付失败，拒付来自 *3-D Secure* 环节。\n\n# 已知情况\n\n- 验证 p99 为 `31 s`\n- 收单行应答正常，见[状态页](https://status.example.com)\n\n| 区域 | 拒付率 |\n| --- | --- |\n| eu-west | 38 % |\n| eu-north | 2 % |\n\n```\nkubectl -n identity rollout undo deploy/identity-gw\n```\n",
        ),
      );
    this.answers = {
      get_start: () => data.start,
      start_solo: () => data.start,
      connect_server: () => {
        throw failing("no_keychain");
      },
      sign_out: () => data.start,
      get_preferences: () => data.preferences,
      set_preferences: (preferences) => preferences,
      list_directory: () => data.directory,
      get_board: () => data.board,
      list_incidents: ({ text, states }) => ({
        rows: [...data.open, ...data.past].filter((row) => row.summary.includes(text) && (states.length === 0 || states.includes(row.state))),
        next: null,
      }),
      search: (text) =>
        data.open
          .filter((row) => `${row.key} ${row.summary}`.toLowerCase().includes(text.toLowerCase()))
          .map((row) => ({ incident: row.id, key: row.key, summary: row.summary, severity: row.severity, state: row.state, entry: null, excerpt: "", at: row.declared_at })),
      get_queue: () => {
        const hours = { zone: "Europe/London", days: [1, 2, 3, 4, 5].map((day) => ({ day, from: "09:00", until: "17:00" })) };
        const shown = { hours, hours_chosen: true, open_until: Date.now() + 3_600_000, opens_at: Date.now() + 20 * 3_600_000 };
        const rows = data.open.filter((row) => row.queue !== null);
        const team = { id: "t-1", name: say("Exports", "导出团队") };
        return { days: 3, queues: scene.has("empty") || scene.has("bare") ? [] : [{ ...shown, team, mine: true, rows }, { ...shown, team: null, mine: false, hours_chosen: false, open_until: null, rows: [] }] };
      },
      open_declare: () => ({ key: "HOT-1046", draft: null, draft_at: null }),
      save_declare_draft: done,
      discard_declare_draft: done,
      find_similar: () => data.open.slice(0, 1),
      preview_page: (form) => ({ pages: form.severity !== 3, people: data.dial.slice(0, 1), imoc: false, offline: sync.word === "waiting", queue: form.severity === 3 ? { team: say("Exports", "导出团队"), shown_at: Date.now() + 3_600_000, ages_at: null } : null }),
      declare_incident: () => ({ id: "i-1046", key: "HOT-1046" }),
      get_incident: () => view,
      edit_incident: () => view,
      command_incident: () => view,
      assign_role: () => view,
      change_role: ({ id, action }) => {
        const role = view.roles.find((each) => each.id === id);
        const named = (who: string | null) => data.directory.people.find((person) => person.id === who) ?? null;
        if (!role) return view;
        if (action.action === "offer") role.offered_to = named(action.to);
        if (action.action === "decline") role.offered_to = null;
        if (action.action === "accept") Object.assign(role, { person: role.offered_to, since: Date.now(), offered_to: null });
        if (action.action === "plan") role.planned = action.next && action.from !== null ? { person: named(action.next) ?? data.mei, from: action.from } : null;
        if (action.action === "end") view.roles = view.roles.filter((each) => each !== role);
        return structuredClone(view);
      },
      get_brief: () => ({
        row: view.row,
        im_since: view.im_since,
        answers: view.answers,
        impact_start: view.times.impact_start,
        observations: data.entries.filter((entry) => entry.kind === "observation" && entry.message_id === null).slice(-5).reverse(),
        decisions: data.entries.filter((entry) => entry.kind === "decision" && entry.message_id === null).slice(-5).reverse(),
        changes: document.tables.changes.slice(-5).reverse(),
        workstreams: document.tables.workstreams,
        engaged: [...(view.row.im ? [{ person: view.row.im, roles: ["im"], since: view.im_since ?? 0 }] : []), ...view.roles.map(({ person, role, since }) => ({ person, roles: [role], since }))],
        firing: view.alerts.filter((alert) => alert.firing).length,
        unsent: scene.has("offline") ? 3 : 0,
      }),
      list_stream: ({ before, limit }) => {
        const all = [...data.entries].sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1));
        const end = before === null ? all.length : Number(before);
        const start = Math.max(0, end - limit);
        return { entries: all.slice(start, end), older: start > 0 ? String(start) : null, count: all.length, mark: this.mark() };
      },
      follow_stream: ({ mark }) => ({ entries: this.changed.slice(mark.seq), gone: [], count: data.entries.length, mark: this.mark(), anew: false }),
      add_entry: write,
      write_line: (line) => ({ did: "line", id: write(line) }),
      list_verbs: () => [{ words: ["obs", "观察"] }, { words: ["sev", "级别"] }, { words: ["page", "呼叫"] }],
      start_call: () => Object.assign(view, { call: "https://meet.jit.si/HOT-1042-9f31c02ab7de", call_is_link: true }),
      save_file: () => true,
      retry_file: done,
      edit_entry: ({ id, edit }) => {
        this.edit(id, edit);
        return null;
      },
      edit_entries: ({ ids, edit }) => ids.filter((id) => this.edit(id, edit)).length,
      list_linkable: () => data.workstreams,
      get_entry_history: (id) => {
        const entry = data.entries.find((each) => each.id === id);
        const step = (field: string, was: string | null, now: string | null) => ({ field, was, now });
        const edit = (n: number, by: typeof data.mei, steps: ReturnType<typeof step>[]) => ({ id: `c-${n}`, at: (entry?.at ?? 0) + n * 60_000, by, unsent: false, steps });
        return {
          edits: [
            edit(0, entry?.author ?? data.mei, [step("kind", null, "observation"), step("text", null, say("Declines come from 3-D Secure.", "失败发生在 3-D Secure。")), step("retracted", null, "false")]),
            edit(2, data.mei, [step("text", say("Declines come from 3-D Secure.", "失败发生在 3-D Secure。"), entry?.text ?? "")]),
            edit(3, data.mei, [step("tags", null, "eu-west")]),
            edit(5, data.mei, [step("visibility", "team", "inside")]),
          ],
          complete: true,
        };
      },
      get_incident_at: ({ at }) => {
        const entries = data.entries.filter((entry) => entry.entered_at <= at);
        return { at, declared: entries.length > 0, summary: view.row.summary, severity: 2, state: "fixing", im: data.mei, roles: [{ role: "tech_lead", person: data.mei }], impact_start: view.times.impact_start, detected: view.times.detected, impact_end: null, entries, older: null, count: entries.length, complete: true };
      },
      get_picture: () => {
        const [start, ago] = [data.entries[0]?.at ?? 0, (minutes: number) => (options.now ?? Date.now()) - minutes * 60_000];
        return {
          severity: [{ from: start, to: ago(31), value: "2" }, { from: ago(31), to: null, value: "1" }],
          state: [{ from: start, to: ago(43), value: "new" }, { from: ago(43), to: null, value: "fixing" }],
          im: [{ from: start, to: ago(43), value: "" }, { from: ago(43), to: null, value: data.mei.name }],
          impact_start: view.times.impact_start, detected: view.times.detected, impact_end: null, complete: true,
        };
      },
      read_time: ({ phrase }) =>
        phrase === "yesterday"
          ? { at: null, question: "which_time", choices: [] }
          : { at: (options.now ?? Date.now()) - 600_000, question: null, choices: [] },
      list_line_incidents: () => (scene.has("empty") ? [] : data.open.map(({ id, key, summary, severity }, n) => ({ id, key, summary, severity, engaged: n === 0 ? ("command" as const) : ("no" as const) }))),
      look_at: () => null,
      open_document: ({ after }) => document.open(after),
      close_document: done,
      begin_document: () => (document.write(say("# Current state\n", "# 当前状态\n")), null),
      write_document: ({ update }) => document.take(update),
      place_caret: done,
      get_tables: () => structuredClone(document.tables),
      add_production_change: ({ what, state }) => {
        const id = `c-${document.tables.changes.length + 1}`;
        document.tables.changes.push({ id, what, who: data.mei, at: Date.now(), how: "", why: "", revert: "", state, retracted: false, unsent: true, stamps: {} });
        return id;
      },
      edit_production_change: ({ id, edit }) => {
        const row = document.tables.changes.find((each) => each.id === id);
        const who = (edit as { who?: string | null }).who;
        const person = data.directory.people.find((each) => each.id === who) ?? null;
        if (row) Object.assign(row, "who" in edit ? { who: person } : edit);
        return null;
      },
      add_workstream: ({ name, goal }) => {
        const id = `w-${document.tables.workstreams.length + 1}`;
        document.tables.workstreams.push({ id, name, goal, owner: null, state: "active", retracted: false, unsent: true, stamps: {} });
        return id;
      },
      edit_workstream: ({ id, edit }) => {
        const row = document.tables.workstreams.find((each) => each.id === id);
        const owner = (edit as { owner?: string | null }).owner;
        const person = data.directory.people.find((each) => each.id === owner) ?? null;
        if (row) Object.assign(row, "owner" in edit ? { owner: person } : edit);
        return null;
      },
      export_incident: () => ({ name: `${view.row.key}.md`, text: `# ${view.row.key} ${view.row.summary}\n` }),
      list_my_pages: () => data.pages,
      get_page: () => data.page({}),
      acknowledge_page: ({ id }) => data.page({ id, unconfirmed: true }),
      decline_page: ({ id }) => data.page({ id, for_me: false }),
      act_on_page: ({ id, action }) => data.page(action.do === "snooze" ? { id, state: "snoozed", for_me: false, snoozed_by: data.mei, snoozed_until: action.until } : { id }),
      page_people: ({ note }) => data.page({ id: "g-asked", for_me: false, note, asked_by: data.mei }),
      send_test_page: () => data.page({ id: "g-test", test: true, summary: null }),
      list_on_call: () => data.onCall,
      add_override: () => data.onCall,
      remove_override: () => data.onCall,
      list_shifts: () => data.calendar,
      report_coverage: () => ({ schedules: [], twice: [] }),
      renew_calendar: () => ({ mine: "https://firebell.example.com/calendar/p-mei/0f", schedules: [{ name: "IMOC", address: "https://firebell.example.com/calendar/p-mei/0f/h-1" }] }),
      take_shift: () => data.onCall,
      offer_swap: () => data.onCall,
      answer_swap: () => data.onCall,
      add_temporary: () => data.onCall,
      remove_temporary: () => data.onCall,
      add_leave: () => data.onCall,
      remove_leave: () => data.onCall,
      set_schedule_owner: () => data.onCall,
      get_readiness: () => data.readiness,
      get_test_walk: () => (this.calls.some((call) => call.name === "send_test_page") ? data.walk : null),
      get_directory: () => directory.read(),
      save_person: (save) => directory.save("people", save),
      save_team: (save) => directory.save("teams", save),
      save_service: (save) => directory.save("services", save),
      save_product: (save) => directory.save("products", save),
      save_schedule: (save) => directory.save("schedules", save),
      save_policy: (save) => directory.save("policies", save),
      save_settings: (save) => directory.saveSettings(save),
      save_alert_source: (save) => directory.save("alert_sources", save),
      save_maintenance: (save) => directory.save("maintenance", save),
      renew_alert_token: () => ({ token: "0199f3a27c4e7d118f3bfe01c2d4a5b69e1c44d07ab35f8261d9e0c7b8a4f213", server: "https://firebell.example.com" }),
      preview_schedule: (asked) => directory.preview(asked),
      preview_policy: (asked) => directory.doubts(asked),
      invite_person: () => ({ server: "https://firebell.example.com", code: "q4Xk7Zr0mB1t-W2yVb8sPj6nHc5Lf3Ag9Ue", expires_at: Date.now() + 7 * 86_400_000 }),
      save_webhook: (save) => directory.save("webhooks", save),
      preview_rules: ({ form }) => directory.reach(form),
      get_channels: () => ({ email: true, links: true, webhooks: true }),
      send_test_email: () => ({ sent: true, reason: "" }),
      test_webhook: () => ({ sent: false, reason: "it answered 503 Service Unavailable" }),
      show_webhook_secret: () => ({ secret: "whsec_" + "c2VjcmV0".repeat(5) + "c2U=" }),
      get_sync: () => sync,
      list_conflicts: () => data.conflicts,
      dismiss_conflict: done,
      reapply_conflict: done,
    };
  }

  async call<K extends Command>(name: K, args: Args<K>): Promise<Reply<K>> {
    this.calls.push({ name, args });
    await this.held.get(name);
    return this.answers[name](args);
  }

  async stageFile(incident: string, name: string, bytes: Uint8Array<ArrayBuffer>): Promise<FileView> {
    this.staged.push({ incident, name });
    const picture = name.endsWith(".png");
    const hash = (this.staged.length * 1_000 + bytes.length).toString(16).padStart(64, "0");
    return { hash, name, bytes: bytes.length, picture, width: picture ? 640 : 0, height: picture ? 400 : 0, place: "here", done: 0, objection: null };
  }

  async showPicture(of: PictureOf): Promise<Blob> {
    this.pictures.push(of);
    if (of.hash.startsWith("away")) throw failing("offline");
    const canvas = new OffscreenCanvas(640, 400);
    const context = canvas.getContext("2d");
    if (context) {
      context.fillStyle = "#274060";
      context.fillRect(0, 0, 640, 400);
      context.fillStyle = "#e0533d";
      for (let n = 0; n < 16; n++) context.fillRect(30 + n * 37, 360 - n * n, 22, 10 + n * n);
    }
    return canvas.convertToBlob({ type: "image/png" });
  }

  listen(heard: (event: Event) => void): () => void {
    this.#heard.add(heard);
    return () => this.#heard.delete(heard);
  }

  mark() {
    return { life: 1, seq: this.changed.length };
  }

  /** Does to a line what the record would; true when it changed. */
  edit(id: string, edit: EntryEdit): boolean {
    const at = this.data.entries.findIndex((entry) => entry.id === id);
    const before = this.data.entries[at];
    if (!before) return false;
    const entry = { ...before };
    if (edit.field === "text") Object.assign(entry, { text: edit.value, edited: true });
    else if (edit.field === "at") entry.at = edit.value;
    else if (edit.field === "kind") entry.kind = edit.value;
    else if (edit.field === "retracted") entry.retracted = edit.value;
    else if (edit.field === "highlighted") entry.highlighted = edit.value;
    else if (edit.field === "visibility") entry.visibility = edit.value;
    else if (edit.field === "add_tag") entry.tags = [...new Set([...entry.tags, edit.value])];
    else if (edit.field === "remove_tag") entry.tags = entry.tags.filter((tag) => tag !== edit.value);
    else if (edit.field === "link") entry.links = [...entry.links, ...this.data.workstreams.filter((link) => link.id === edit.value)];
    else if (edit.field === "unlink") entry.links = entry.links.filter((link) => link.id !== edit.value);
    else if (edit.field === "add_file") entry.files = [...(entry.files ?? []), waiting(edit.value)];
    else entry.files = (entry.files ?? []).filter((file) => file.hash !== edit.value);
    this.data.entries[at] = entry;
    this.changed.push(entry);
    return JSON.stringify(entry) !== JSON.stringify(before);
  }

  tell(event: Event): void {
    for (const heard of this.#heard) heard(event);
  }

  readonly shell = {
    getCapabilities: async () => this.data.capabilities,
    windowReady: async () => {},
    closePageWindow: async () => {},
    closeLineWindow: async () => void (this.lineClosed = true),
    showMain: async () => {},
    openLink: async (url: string) => {
      this.opened.push(url);
    },
    testSound: async () => {},
    checkDesktop: async () => {},
  };
}
