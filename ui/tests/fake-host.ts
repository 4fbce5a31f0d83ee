import { ApiFailure, type Args, type Command, type Host, type Reply } from "../src/host";
import type { ErrorCode, Event, StartView } from "../src/host";
import { FakeDirectory } from "./fake-directory";
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

/** A host made of fixtures: enough to show every view and to see what was asked of it. */
export class FakeHost implements Host {
  readonly calls: { name: Command; args: unknown }[] = [];
  readonly data: Omit<ReturnType<typeof fixtures>, "start"> & { start: StartView };
  readonly answers: Answers;
  readonly directory: FakeDirectory;
  /** Addresses that were to be opened outside. */
  readonly opened: string[] = [];
  /** Commands that are answered, or fail, only when their promise does. */
  readonly held = new Map<Command, Promise<undefined>>();
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
    const view = structuredClone(data.incident);
    if (scene.has("new")) {
      view.row = structuredClone(data.open[3]) as typeof view.row;
      Object.assign(view.row, { nobody_paged: true, restricted: true });
      Object.assign(view, { im_since: null, service: null, roles: [], products: [], members: [data.mei] });
      Object.assign(view.times, { impact_start: null, ttd: null });
      Object.assign(view.may, { take_command: true, offer_command: false, resolve: false });
    }
    if (scene.has("resolved")) {
      view.row.state = "resolved";
      view.row.until = view.row.since + 3_600_000;
      Object.assign(view.may, { close: true, reopen: true, resolve: false, offer_command: false });
    }
    const done = () => null;
    const write = ({ kind, text, at }: Args<"add_entry">) => {
      const id = `e-new-${data.entries.length}`;
      data.entries.push({ id, kind, text, at: at ?? Date.now(), entered_at: Date.now(), author: data.mei, message_id: null, args: {}, mentions: [], retracted: false, edited: false, unsent: true, stamps: {} });
      return id;
    };
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
      end_role: done,
      list_stream: ({ entries_only }) => ({ entries: data.entries.filter((entry) => !entries_only || entry.kind !== "message"), older: null }),
      add_entry: write,
      write_line: (line) => ({ did: "line", id: write(line) }),
      list_verbs: () => [{ words: ["obs", "观察"] }, { words: ["sev", "级别"] }, { words: ["page", "呼叫"] }],
      start_call: () => Object.assign(view, { call: "https://meet.jit.si/HOT-1042-9f31c02ab7de", call_is_link: true }),
      edit_entry: done,
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

  listen(heard: (event: Event) => void): () => void {
    this.#heard.add(heard);
    return () => this.#heard.delete(heard);
  }

  tell(event: Event): void {
    for (const heard of this.#heard) heard(event);
  }

  readonly shell = {
    getCapabilities: async () => this.data.capabilities,
    windowReady: async () => {},
    closePageWindow: async () => {},
    showMain: async () => {},
    openLink: async (url: string) => {
      this.opened.push(url);
    },
    testSound: async () => {},
    checkDesktop: async () => {},
  };
}
