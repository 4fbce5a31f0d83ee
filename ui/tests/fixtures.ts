import type {
  BoardView,
  CalendarView,
  Capabilities,
  ConflictView,
  DesktopReachedView,
  DialLine,
  DirectoryView,
  EntryView,
  Hop,
  HopState,
  HopView,
  IncidentRow,
  IncidentView,
  LinkView,
  OnCallView,
  PageView,
  Preferences,
  ReachedView,
  ReadinessView,
  StartView,
  SyncView,
  TestWalkView,
} from "../src/host";

/** Believable data in the language that the pictures are taken in. */
export type Say = (en: string, zh: string) => string;

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

export function fixtures(say: Say, now: number) {
  const mei = { id: "p-mei", name: say("Mei Lin", "林美") };
  const jonas = { id: "p-jonas", name: "Jonas Falk" };
  const ana = { id: "p-ana", name: "Ana Ortiz" };
  const ravi = { id: "p-ravi", name: "Ravi Kumar" };
  const tom = { id: "p-tom", name: "Tom Berg" };
  const li = { id: "p-li", name: say("Li Wei", "李伟") };
  const phones: Record<string, string> = {
    "p-mei": "+44 20 7946 0991",
    "p-jonas": "+44 20 7946 0102",
    "p-ana": "+44 20 7946 0958",
    "p-ravi": "+44 20 7946 0377",
    "p-tom": "+44 20 7946 0410",
    "p-li": "",
  };
  const line = (person: { id: string; name: string }, role: string): DialLine => ({ ...person, role, phone: phones[person.id] ?? "" });
  const dial = [line(ana, "payments-api"), line(jonas, "search"), line(mei, "IMOC")];

  const row = (of: Partial<IncidentRow> & Pick<IncidentRow, "id" | "summary" | "severity">): IncidentRow => ({
    key: null,
    state: "fixing",
    service: null,
    im: null,
    im_unconfirmed: false,
    since: now - HOUR,
    until: null,
    restricted: false,
    drill: false,
    unsent: false,
    nobody_paged: false,
    queue: null,
    ringing: false,
    declared_at: (of.since ?? now - HOUR) + MINUTE,
    ...of,
  });
  const open = [
    row({ id: "i-1042", key: "HOT-1042", severity: 1, service: "payments-api", im: mei, since: now - 47 * MINUTE - 12_000, summary: say("Card payments fail for customers in Europe", "欧洲客户的银行卡付款失败") }),
    row({ id: "i-1045", key: null, severity: 1, state: "new", service: null, since: now - 3 * MINUTE, nobody_paged: true, unsent: true, summary: say("Customer list readable without signing in", "客户名单无需登录即可读取"), restricted: true }),
    row({ id: "i-1043", key: "HOT-1043", severity: 2, service: "search", im: jonas, im_unconfirmed: true, since: now - 112 * MINUTE, summary: say("Search results are two hours old", "搜索结果滞后两小时") }),
    row({ id: "i-1044", key: "HOT-1044", severity: 2, state: "new", service: "identity-gw", since: now - 90_000, ringing: true, drill: true, summary: say("Drill: the sign-in page of the whole region stays blank", "演练：整个区域的登录页面空白") }),
    row({ id: "i-1041", key: "HOT-1041", severity: 3, state: "new", service: "exports", since: now - 27 * HOUR, queue: { team: say("Exports", "导出团队"), shown_at: now - 26 * HOUR, ages_at: now - 2 * HOUR }, summary: say("CSV exports of large reports are slow", "大型报表导出 CSV 缓慢") }),
  ];
  const past = Array.from({ length: 24 }, (_, n) =>
    row({
      id: `i-${1040 - n}`,
      key: `HOT-${1040 - n}`,
      severity: (n % 3) + 1,
      state: n === 4 ? "false_alarm" : n < 3 ? "resolved" : "closed",
      service: ["payments-api", "search", "exports", "identity-gw"][n % 4] ?? null,
      im: [jonas, ana, mei][n % 3] ?? null,
      since: now - (n + 2) * DAY,
      until: now - (n + 2) * DAY + (20 + n * 7) * MINUTE,
      declared_at: now - (n + 2) * DAY,
      summary: [say("Invoices are sent twice", "发票重复发送"), say("Uploads time out", "上传超时"), say("Prices shown without tax", "价格未含税")][n % 3] ?? "",
    }),
  );

  const lineOf = { on_call_now: dial };
  const board: BoardView = {
    incidents: open,
    open: open.length,
    on_call: [
      { name: "payments-api", imoc: false, now: [line(ana, "payments-api")], until: now + 3 * HOUR, zone: "Europe/London", next: [line(li, "payments-api")] },
      { name: "search", imoc: false, now: [line(jonas, "search")], until: now + 2 * DAY, zone: "Asia/Shanghai", next: [line(ravi, "search")] },
      { name: "exports", imoc: false, now: [], until: now + 9 * HOUR, zone: "Europe/London", next: [line(tom, "exports")] },
      { name: "IMOC", imoc: true, now: [line(mei, "IMOC")], until: null, zone: "Europe/London", next: [] },
    ],
    last_synced: now - 4 * MINUTE,
    last_test_page: now - 2 * DAY,
    my_shift: { schedule: "IMOC", people: [mei], start: now - 5 * HOUR, end: now + 19 * HOUR, overridden: false },
  };

  const reachedOn = (name: string, reached: ReachedView): DesktopReachedView => ({ name, at: now - 28_000, reached, detail: "" });
  const page = (of: Partial<PageView>): PageView => ({
    id: "g-1",
    incident: "i-1042",
    key: "HOT-1042",
    summary: open[0]?.summary ?? "",
    severity: 1,
    service: "payments-api",
    declared_by: tom,
    declared_at: now - 46 * MINUTE,
    state: "ringing",
    rang_at: now - 29_000,
    step: 1,
    steps: 3,
    missed: false,
    rung: [{ person: mei, at: now - 29_000, reached: "shown", detail: "", said_by: null, desktops: [reachedOn("mei-desk", "shown")] }],
    next_at: now + 271_000,
    next_people: [jonas],
    acknowledged_by: null,
    acknowledged_at: null,
    unconfirmed: false,
    for_me: true,
    deliveries: [],
    snoozed_by: null,
    snoozed_until: null,
    command_by: null,
    asked_by: null,
    role: "",
    note: "",
    busy: [],
    may_go_to_imoc: true,
    drill: false,
    test: false,
    im: null,
    ...of,
  });
  const answered = page({
    id: "g-2",
    state: "acknowledged",
    for_me: false,
    rang_at: now - 44 * MINUTE,
    rung: [
      { person: ana, at: now - 45 * MINUTE, reached: "shown_held_back", detail: "", said_by: null, desktops: [reachedOn("ana-desk", "shown_held_back"), { ...reachedOn("", "not_shown"), detail: say("no notification service", "没有通知服务") }] },
      { person: mei, at: now - 44 * MINUTE, reached: "acknowledged", detail: "", said_by: null, desktops: [] },
    ],
    next_at: null,
    next_people: [],
    acknowledged_by: mei,
    acknowledged_at: now - 43 * MINUTE,
  });
  const slept = page({ id: "g-5", key: "HOT-1040", state: "acknowledged", for_me: false, missed: true, acknowledged_by: ana, acknowledged_at: now - 9 * HOUR, rang_at: now - 9 * HOUR - 4 * MINUTE, next_at: null, next_people: [], summary: say("Invoices are sent twice", "发票重复发送"), rung: [{ person: mei, at: now - 9 * HOUR - 9 * MINUTE, reached: "sent", detail: "", said_by: null, desktops: [] }, { person: ana, at: now - 9 * HOUR - 4 * MINUTE, reached: "acknowledged", detail: "", said_by: null, desktops: [] }] });
  const pages: PageView[] = [slept, page({}), page({ id: "g-3", busy: [{ person: mei, key: "HOT-1039", now: true }], unconfirmed: true, key: "HOT-1043", severity: 2, summary: open[2]?.summary ?? "" }), answered, page({ id: "g-4", test: true, key: null, summary: null, state: "acknowledged", acknowledged_by: mei, acknowledged_at: now - 2 * DAY, rang_at: now - 2 * DAY, for_me: true, next_at: null, next_people: [] })];

  let serial = 0;
  const entry = (minutesAgo: number, of: Partial<EntryView>): EntryView => ({
    id: `e-${(serial += 1)}`,
    kind: "message",
    at: now - minutesAgo * MINUTE,
    entered_at: now - minutesAgo * MINUTE,
    author: null,
    text: "",
    message_id: null,
    args: {},
    mentions: [],
    retracted: false,
    edited: false,
    highlighted: false,
    visibility: "team",
    tags: [],
    links: [],
    unsent: false,
    stamps: {},
    ...of,
  });
  const workstreams: LinkView[] = [
    { id: "w-1", kind: "workstream", name: say("3-D Secure", "3-D Secure 验证") },
    { id: "w-2", kind: "workstream", name: say("Customer messages", "客户通知") },
  ];
  const [secure] = workstreams as [LinkView];
  const entries: EntryView[] = [
    entry(46, { kind: "status", message_id: "timeline-declared", args: { key: "HOT-1042" } }),
    entry(46, { kind: "page", message_id: "timeline-page-rang", args: { people: "Ana Ortiz", step: "1" } }),
    entry(45, { kind: "page", message_id: "timeline-page-not-shown", args: { person: "Ana Ortiz", detail: say("no notification service", "没有通知服务") } }),
    entry(44, { kind: "page", message_id: "timeline-page-acknowledged", args: { person: mei.name } }),
    entry(43, { kind: "role", message_id: "timeline-command-taken", args: { person: mei.name } }),
    entry(37, { kind: "observation", author: ravi, highlighted: true, tags: [say("acquirer", "收单行")], links: [secure], text: say("Declines come only from the 3-D Secure step; the acquirer answers in time.", "失败只发生在 3-D Secure 步骤，收单行响应正常。") }),
    entry(34, { kind: "role", message_id: "timeline-role-assigned", args: { person: "Ana Ortiz", role: "tech_lead" } }),
    entry(31, { kind: "decision", author: mei, visibility: "inside", text: say("Severity 2 → 1: all EU cards affected, 128 cases and rising.", "严重性级别 2 → 1：欧洲所有银行卡受影响，案例 128 个且在上升。") }),
    entry(31, { kind: "status", message_id: "timeline-severity-set", args: { from: "2", to: "1" } }),
    entry(23, { author: tom, text: say("Support sees the same wording in every case: “authentication timed out”.", "支持团队看到的说法都一样：“身份验证超时”。"), edited: true }),
    entry(21, { author: tom, text: say("Wrong room, sorry.", "发错地方了，抱歉。"), retracted: true }),
    entry(18, { kind: "change", author: ana, entered_at: now - 9 * MINUTE, tags: ["eu-west"], links: [secure], text: say("**Rolled back** identity-gw 5.14 → 5.13 in eu-west.\nTo revert: `deploy identity-gw 5.14 --region eu-west`", "已在 eu-west 将 identity-gw 5.14 **回滚**至 5.13。\n恢复方法：`deploy identity-gw 5.14 --region eu-west`") }),
    entry(12, { kind: "status", message_id: "timeline-times-set", args: { start: String(now - 47 * MINUTE), detected: String(now - 46 * MINUTE), end: "" } }),
    entry(5, { kind: "observation", author: ravi, unsent: true, text: say("Authentication p99 falls from 31 s to 4 s in eu-west; eu-north unchanged.", "eu-west 身份验证 p99 从 31 秒降到 4 秒；eu-north 没有变化。") }),
  ];

  const products = [say("Checkout", "结账"), say("Invoices", "发票"), say("Reports", "报表"), say("Mobile app", "移动应用")].map((name, n) => ({ id: `d-${n}`, name }));
  const named = (id: string, name: string) => ({ id, name });
  const incident: IncidentView = {
    row: open[0] as IncidentRow,
    description: say("Every European card is declined at the last step. Reach me in the payments room or on extension 4410.", "所有欧洲银行卡都在最后一步被拒。请在支付会议室或分机 4410 找我。"),
    service: named("s-pay", "payments-api"),
    products: products.slice(0, 2),
    detected_by: "monitoring",
    declared_by: tom,
    call: "https://meet.jit.si/HOT-1042-9f31c02ab7de",
    call_is_link: true,
    topic: say("SEV 1 · Card payments fail for all EU customers · Incident manager: Mei Tan · Tech lead: Ana Ortiz · firebell://HOT-1042", "1 级 · 欧洲客户银行卡支付全部失败 · 事件经理: 谭美 · 技术负责人: Ana Ortiz · firebell://HOT-1042"),
    im_since: now - 43 * MINUTE,
    command_offered_to: null,
    command_planned: null,
    times: { impact_start: now - 47 * MINUTE - 12_000, detected: now - 46 * MINUTE, impact_end: null, ttd: 72_000, ttr: null, impossible: false },
    answers: [
      { question: "side", answer: "outside", by: mei, at: now - 41 * MINUTE },
      { question: "seen", answer: say("payment ends in error 502 at checkout", "结账时支付以 502 错误结束"), by: tom, at: now - 44 * MINUTE },
      { question: "extent", answer: "some", by: mei, at: now - 40 * MINUTE },
      { question: "cases", answer: "", by: null, at: null },
      { question: "else", answer: "", by: null, at: null },
    ],
    unanswered: 2,
    roles: [
      { id: "r-1", role: "tech_lead", person: ana, since: now - 34 * MINUTE, offered_to: null, planned: { person: tom, from: now + 90 * MINUTE }, stamps: {} },
      { id: "r-2", role: say("Database lead", "数据库负责人"), person: ravi, since: now - 310 * MINUTE, offered_to: li, planned: null, stamps: {} },
    ],
    unfilled: ["communications_manager"],
    pages: [answered],
    alerts: [
      { id: "x-0", source: "Prometheus", summary: say("Card payments fail in eu-west", "eu-west 银行卡支付失败"), link: "https://prometheus.example.com/graph", firing: true, count: 12, reports: 34, acknowledged: false, starts_at: now - 47 * MINUTE, received_at: now - 46 * MINUTE, ended_at: null },
      { id: "x-1", source: "Prometheus", summary: say("identity-gw is slow", "identity-gw 响应慢"), link: null, firing: false, count: 0, reports: 1, acknowledged: true, starts_at: null, received_at: now - 44 * MINUTE, ended_at: now - 9 * MINUTE },
    ],
    members: [],
    stamps: {},
    may: { take_command: false, replace_im: false, offer_command: true, answer_offer: false, resolve: true, close: false, reopen: false, false_alarm: true },
    entries: entries.length,
  };

  const directory: DirectoryView = {
    people: [mei, jonas, ana, ravi, tom, li].map((person) => ({
      ...person,
      phone: phones[person.id] ?? "",
      email: `${person.id.slice(2)}@example.com`,
      zone: "Europe/London",
      admin: person === mei,
      active: true,
      managing: person === mei ? "HOT-1042" : person === ana ? "HOT-1043" : null,
    })),
    services: ["payments-api", "search", "exports", "identity-gw"].map((name, n) => ({ id: ["s-pay", "s-search", "s-exp", "s-id"][n] ?? name, name, team: named(`t-${n}`, say("Payments", "支付团队")), policy: null })),
    products,
    teams: [],
    schedules: [],
    policies: [],
    severity_scale: [],
  };

  const rotation = (id: string, people: (typeof mei)[], hand_off: string, days: number) => ({ id, name: "", layer: 0, people, hand_off, lengths: [days], in_hours: false, has_hours: false });
  const shift = (person: typeof mei | null, from: number, to: number, overridden = false) => ({ schedule: "IMOC", people: person === null ? [] : [person], start: now + from * HOUR, end: now + to * HOUR, overridden });
  const onCall: OnCallView = {
    schedules: [
      { id: "h-1", name: "IMOC", owner: mei, zone: "Europe/London", rotations: [rotation("r-1", [mei, jonas, ana], "09:00", 7)], changes_at: null, swaps: [{ id: "w-1", asker: ana, colleague: mei, start: now + 170 * HOUR, end: now + 194 * HOUR, back_start: null, back_end: null, may_accept: true, may_end: true }], holidays: [], shifts: [shift(mei, -5, 19), shift(jonas, 19, 43, true), shift(mei, 43, 163), shift(ana, 163, 331)], overrides: [{ id: "o-1", person: jonas, replaces: null, adds: false, start: now + 19 * HOUR, end: now + 43 * HOUR }] },
      { id: "h-2", name: say("Exports", "导出"), owner: null, zone: "Asia/Shanghai", rotations: [rotation("r-2", [tom], "10:00", 1)], changes_at: null, swaps: [], holidays: [], shifts: [shift(null, -2, 6), shift(tom, 6, 30), shift(null, 30, 54)], overrides: [] },
    ],
    lines: board.on_call,
    direct_dial: lineOf.on_call_now,
  };

  /** Monday of this week, so that the pictures look the same on every day of it. */
  const monday = now - ((new Date(now).getUTCDay() + 6) % 7) * DAY;
  const from = (day: number, hour: number) => new Date(monday).setUTCHours(0, 0, 0, 0) + day * DAY + hour * HOUR;
  const planned = (people: (typeof mei)[], start: number, end: number, overridden = false) => ({ schedule: "", people, start, end, overridden });
  const weekly = (first: typeof mei, second: typeof mei) => [planned([first], from(-7, 9), from(0, 9)), planned([second], from(0, 9), from(7, 9)), planned([first], from(7, 9), from(14, 9)), planned([second], from(14, 9), from(21, 9))];
  const shadow = [planned([ravi], from(0, 9), from(4, 17)), planned([ravi], from(7, 9), from(11, 17)), planned([ravi], from(14, 9), from(18, 17))];
  const calendar: CalendarView = {
    from: from(0, 0),
    until: from(14, 0),
    leave: [{ id: "l-1", person: ana, start: from(8, 0), end: from(11, 0) }],
    schedules: [
      {
        id: "h-1",
        name: "IMOC",
        zone: "Europe/London",
        lines: [{ rotation: "r-1", name: say("Primary", "主轮换"), layer: 0, shifts: weekly(ana, mei) }],
        shifts: [planned([ana], from(-7, 9), from(0, 9)), planned([mei], from(0, 9), from(2, 9)), planned([jonas], from(2, 9), from(3, 9), true), planned([mei], from(3, 9), from(7, 9)), planned([ana], from(7, 9), from(14, 9)), planned([mei], from(14, 9), from(21, 9))],
        overrides: [{ id: "o-1", person: jonas, replaces: null, adds: false, start: from(2, 9), end: from(3, 9) }],
        temporary: [],
        holidays: [],
      },
      {
        id: "h-2",
        name: say("Exports", "导出"),
        zone: "Asia/Shanghai",
        lines: [
          { rotation: "r-3", name: say("Working hours", "工作时间"), layer: 1, shifts: shadow },
          { rotation: "r-2", name: say("Nights", "夜间"), layer: 0, shifts: [planned([tom], from(0, 2), from(2, 2)), planned([tom], from(7, 2), from(13, 2))] },
        ],
        shifts: [planned([tom], from(0, 2), from(0, 9)), planned([ravi], from(0, 9), from(4, 17)), planned([], from(4, 17), from(7, 2)), planned([tom], from(7, 2), from(7, 9)), planned([ravi, li], from(7, 9), from(11, 17)), planned([tom], from(11, 17), from(13, 2)), planned([], from(13, 2), from(14, 9))],
        overrides: [],
        temporary: [],
        holidays: [{ day: "2026-12-01", name: say("Founding day", "成立纪念日") }],
      },
    ],
  };
  const readiness: ReadinessView = {
    doubts: ["no_autostart", "not_tested"],
    desktops: [
      { id: "v-1", name: "mei-desk", this: true, checked_at: now - 4 * MINUTE, doubts: ["no_autostart", "not_tested"] },
      { id: "v-2", name: "mei-laptop", this: false, checked_at: now - 40 * HOUR, doubts: ["not_seen", "no_sound"] },
    ],
    shift: { schedule: "IMOC", people: [mei], start: now - 5 * HOUR, end: now + 19 * HOUR, overridden: false },
    unready: [{ schedule: { id: "h-2", name: say("Exports", "导出") }, person: tom, start: now + 6 * HOUR, doubts: ["not_seen"] }],
  };
  const hop = (name: Hop, state: HopState, after: number | null, detail = ""): HopView => ({ hop: name, state, at: after === null ? null : now - 3000 + after, detail });
  const walk: TestWalkView = {
    began_at: now - 3000,
    hops: [hop("server", "passed", 4), hop("written", "passed", 61), hop("ring", "passed", 58), hop("notification", "passed", 83), hop("sound", "failed", 212, "no sound: no default output device"), hop("window", "passed", 640), hop("receipt", "passed", 371)],
    ways: [{ person: mei, channel: "email", to: "", state: "sent", detail: "", at: now - 2000 }],
    ways_failed: false,
    passed: false,
    over: true,
  };

  const sync: SyncView = { word: "sent", waiting: 0, conflicts: 0, online: true, offline_since: null, last_synced: now - 20_000, blocked: null, keys_left: 19, clock_skew: 0, chain_broken: false, direct_dial: dial, cannot_ring: null, first_sync: null };
  const offline: SyncView = { ...sync, word: "waiting", waiting: 3, conflicts: 1, online: false, offline_since: now - 9 * MINUTE, last_synced: now - 9 * MINUTE, clock_skew: 94_000, cannot_ring: say("no notification service answers", "没有通知服务应答") };
  const conflicts: ConflictView[] = [
    { id: "c-1", incident: "i-1043", key: "HOT-1043", at: now - 20 * MINUTE, message_id: "did-take-command", args: {}, error: { code: "refused", message: "", args: { refusal: "already_in_command", by: "Jonas Falk", at: String(now - 22 * MINUTE) }, fields: [], retryable: false }, text: "", dependents: 0, can_reapply: false },
    { id: "c-2", incident: "i-1042", key: "HOT-1042", at: now - 7 * MINUTE, message_id: "did-edit-incident", args: {}, error: { code: "conflict", message: "", args: { by: "Ana Ortiz", at: String(now - 8 * MINUTE), now: say("Card payments fail in the EU", "欧盟银行卡付款失败") }, fields: [], retryable: false }, text: say("Card payments fail for all customers in Europe since the 14:00 release", "自 14:00 发布以来，欧洲所有客户的银行卡付款失败"), dependents: 2, can_reapply: true },
  ];
  const start: StartView = { state: "ready", me: { id: "p-mei", name: mei.name, admin: true, on_call: true, managing: "HOT-1042" }, solo: false, server: "https://firebell.example.com", sample: false };
  const preferences: Preferences = { language: "system", theme: "system", compact: false, single_keys: true, autostart: true, sound: true, declare_shortcut: "CommandOrControl+Shift+D", line_shortcut: "CommandOrControl+Shift+L" };
  const works = { works: true, detail: "" };
  const capabilities: Capabilities = { notifications: works, undisturbed: works, notification_actions: { works: false, detail: "the notification service draws no buttons" }, sound: works, always_on_top: works, global_shortcut: { works: false, detail: "Wayland" }, tray: works, keychain: works };
  return { board, open, past, incident, entries, workstreams, pages, page, directory, onCall, calendar, readiness, walk, sync, offline, conflicts, start, preferences, capabilities, dial, mei };
}
