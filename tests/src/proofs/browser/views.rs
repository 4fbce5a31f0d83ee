//! Every view of the interface, and how one comes to it.

/// Something that is shown.
#[derive(Debug, Clone, Copy)]
pub(super) struct View {
    /// How it is called in what is reported.
    pub(super) name: &'static str,
    /// Its address.
    pub(super) at: At,
    /// What a person does there until it shows.
    pub(super) steps: &'static [Step],
}

/// Where a view is.
#[derive(Debug, Clone, Copy)]
pub(super) enum At {
    /// A room of the main window; without one it is wherever the window starts.
    Room(&'static str),
    /// The incident that Ben declared.
    Incident,
    /// The incident that Ana declared, and is in command of.
    Own,
    /// The window of a page that rings at Ana's.
    Page,
    /// The window of the quick line.
    Line,
}

/// A step on the way to a view.
#[derive(Debug, Clone, Copy)]
pub(super) enum Step {
    /// This is to be seen.
    See(&'static str),
    /// So is what this selects.
    SeeCss(&'static str),
    /// A click on it.
    Click(&'static str),
    /// A click on what this selects.
    ClickCss(&'static str),
    /// A key alone.
    Key(&'static str),
    /// Control and a key.
    Control(&'static str),
    /// Text goes into it.
    Write(&'static str, &'static str),
}

use Step::{Click, ClickCss, Control, Key, See, SeeCss, Write};

const fn view(name: &'static str, at: At, steps: &'static [Step]) -> View {
    View { name, at, steps }
}

/// Nobody has chosen anything yet.
pub(super) const FIRST_START: &[View] = &[
    view("first start", At::Room(""), &[See("first-start-sample")]),
    view(
        "start with nothing",
        At::Room(""),
        &[Click("first-start-empty"), See("first-start-name")],
    ),
    view(
        "connect to a server",
        At::Room(""),
        &[Click("first-start-server"), See("connect-server")],
    ),
    view(
        "connect with an invitation",
        At::Room(""),
        &[Click("first-start-server"), ClickCss("label.check input"), See("connect-invitation")],
    ),
];

/// Ana is there, and nothing has happened yet.
pub(super) const EMPTY: &[View] = &[
    view("board without incidents", At::Room("#/now"), &[See("board-empty")]),
    view("no incidents", At::Room("#/incidents"), &[SeeCss(".nothing")]),
    view("nothing waits", At::Room("#/queue"), &[SeeCss("main h1")]),
    view("no pages", At::Room("#/pages"), &[See("send-test-page")]),
    view("nothing was refused", At::Room("#/conflicts"), &[SeeCss("main h1")]),
];

/// A day with incidents.
pub(super) const READY: &[View] = &[
    view("board", At::Room("#/now"), &[See("board-row")]),
    view("board on the wall", At::Room("#/now"), &[See("board-row"), Key("f"), SeeCss(".wall")]),
    view("incidents", At::Room("#/incidents"), &[See("incident-row")]),
    view("queue", At::Room("#/queue"), &[See("queue-card")]),
    view(
        "incidents that match",
        At::Room("#/incidents"),
        &[See("incident-row"), Write("incident-search", "search"), See("incident-row")],
    ),
    view("incident", At::Incident, &[See("stream-entry")]),
    view(
        "entry being edited",
        At::Incident,
        &[
            See("stream-entry"),
            ClickCss("[data-testid='stream-entry'][data-kind='message']"),
            ClickCss("[data-testid='entry-edit']"),
            See("entry-save"),
        ],
    ),
    view(
        "entry with a time",
        At::Incident,
        &[See("stream-entry"), ClickCss("form.inp button[aria-pressed]"), SeeCss(".time .dates")],
    ),
    view(
        "filter of the record",
        At::Incident,
        &[See("stream-entry"), Click("filter-open"), See("filter-text")],
    ),
    view(
        "record as of then",
        At::Incident,
        &[See("stream-entry"), Click("past-open"), See("past-lines")],
    ),
    view(
        "picture of the record",
        At::Incident,
        &[See("stream-entry"), Click("picture-open"), See("picture")],
    ),
    view(
        "state document and tables",
        At::Incident,
        &[Click("record-tab-document"), See("document-editor"), See("changes-table")],
    ),
    view(
        "document that nobody began",
        At::Own,
        &[Click("record-tab-document"), See("document-begin")],
    ),
    view(
        "incident as Markdown",
        At::Incident,
        &[Click("incident-menu"), Click("export-incident"), See("export-text")],
    ),
    view("quick line", At::Line, &[See("line-input")]),
    view(
        "summary being edited",
        At::Incident,
        &[ClickCss(".ttl button"), SeeCss(".ttl input, .ttl textarea")],
    ),
    view("times being edited", At::Incident, &[Click("edit-times"), See("times-impact_end")]),
    view("role form", At::Incident, &[Click("assign-role"), SeeCss(".side form")]),
    view("more of an incident", At::Incident, &[Click("incident-menu"), SeeCss("[role=menu]")]),
    view("resolve", At::Incident, &[Click("resolve-open"), See("resolve-submit")]),
    view(
        "false alarm",
        At::Incident,
        &[Click("incident-menu"), Click("false-alarm"), See("reason-input")],
    ),
    view("replace who is in command", At::Incident, &[Click("replace-im"), See("reason-input")]),
    view("hand over command", At::Own, &[Click("hand-over"), See("hand-over-person")]),
    view("severity", At::Incident, &[ClickCss(".sevbtn"), SeeCss("[role=dialog] form")]),
    view("declare", At::Room("#/now"), &[See("board-row"), Control("d"), See("declare-summary")]),
    view(
        "declare, filled in",
        At::Room("#/now"),
        &[
            See("board-row"),
            Control("d"),
            Write("declare-summary", "Search answers with old results"),
            Key("\u{e004}"),
            See("declare-similar"),
        ],
    ),
    view(
        "declare, something missing",
        At::Room("#/now"),
        &[
            See("board-row"),
            Control("d"),
            See("declare-summary"),
            Control("\u{e007}"),
            SeeCss("[role=dialog] [role=alert]"),
        ],
    ),
    view(
        "services to choose from",
        At::Room("#/now"),
        &[See("board-row"), Control("d"), Click("declare-service"), SeeCss("[role=option]")],
    ),
    view(
        "severity scale",
        At::Room("#/now"),
        &[
            See("board-row"),
            Control("d"),
            ClickCss(".field .aside button"),
            SeeCss("[role=dialog] dl"),
        ],
    ),
    view("my pages", At::Room("#/pages"), &[See("page-card"), See("ack-page")]),
    view(
        "my pages, declining",
        At::Room("#/pages"),
        &[Click("decline-page"), See("decline-reason")],
    ),
    view(
        "on call",
        At::Room("#/on-call"),
        &[See("calendar-schedule"), See("readiness"), SeeCss("button.bar")],
    ),
    view("override", At::Room("#/on-call"), &[Click("override-open"), See("override-add")]),
    view(
        "a shift, and a swap of it",
        At::Room("#/on-call"),
        &[ClickCss("button.bar.mine"), Click("swap-open"), See("swap-offer")],
    ),
    view(
        "the way of a test page",
        At::Room("#/on-call"),
        &[Click("send-test-page"), SeeCss("[data-testid='hop-receipt'][data-state='passed']")],
    ),
    view("settings", At::Room("#/settings"), &[See("settings-theme")]),
    view("settings, this computer", At::Room("#/settings/computer"), &[SeeCss("section.card")]),
    view(
        "settings, people",
        At::Room("#/settings/people"),
        &[See("directory-person"), Click("directory-add"), See("editor-save")],
    ),
    view(
        "settings, teams",
        At::Room("#/settings/teams"),
        &[See("directory-team"), Click("directory-add"), See("editor-save")],
    ),
    view(
        "settings, services",
        At::Room("#/settings/services"),
        &[See("directory-service"), Click("directory-add"), See("editor-save")],
    ),
    view(
        "settings, products",
        At::Room("#/settings/products"),
        &[See("directory-product"), Click("directory-add"), See("editor-save")],
    ),
    view(
        "settings, schedules",
        At::Room("#/settings/schedules"),
        &[See("directory-schedule"), Click("directory-add"), See("editor-save")],
    ),
    view(
        "settings, policies",
        At::Room("#/settings/policies"),
        &[See("directory-policy"), Click("directory-add"), See("editor-save")],
    ),
    view("settings, IMOC", At::Room("#/settings/imoc"), &[See("directory-imoc")]),
    view("settings, the queue", At::Room("#/settings/queue"), &[See("directory-queue")]),
    view(
        "settings, office hours of the workspace",
        At::Room("#/settings/queue"),
        &[Click("office-hours"), See("office-day-1")],
    ),
    view("settings, video calls", At::Room("#/settings/calls"), &[See("directory-calls")]),
    view("settings, webhooks", At::Room("#/settings/webhooks"), &[See("directory-add")]),
    view("settings, alerts", At::Room("#/settings/alerts"), &[See("directory-add")]),
    view("settings, maintenance", At::Room("#/settings/maintenance"), &[See("directory-add")]),
    view("settings, the scale", At::Room("#/settings/scale"), &[See("directory-scale")]),
    view("palette", At::Room("#/now"), &[See("board-row"), Control("k"), See("palette-input")]),
    view(
        "palette with hits",
        At::Room("#/now"),
        &[
            See("board-row"),
            Control("k"),
            Write("palette-input", "results"),
            SeeCss("[role=option] .mono"),
        ],
    ),
    view("keys", At::Room("#/now"), &[See("board-row"), Key("?"), SeeCss("[role=dialog] dl")]),
    view(
        "sync",
        At::Room("#/now"),
        &[See("board-row"), Click("sync-word"), SeeCss(".sync-pop dl")],
    ),
    view("page window", At::Page, &[See("ack-page")]),
    view("page window, declining", At::Page, &[Click("decline-page"), See("decline-reason")]),
];

/// No server in sight.
pub(super) const OFFLINE: &[View] = &[
    view("board offline", At::Room("#/now"), &[See("board-row"), SeeCss(".banner")]),
    view("incident offline", At::Incident, &[See("stream-entry"), SeeCss(".banner")]),
    view(
        "sync offline",
        At::Room("#/now"),
        &[See("board-row"), Click("sync-word"), SeeCss(".sync-pop dl")],
    ),
    view("my pages, unconfirmed", At::Room("#/pages"), &[See("page-unconfirmed")]),
    view("page window, unconfirmed", At::Page, &[SeeCss("[data-testid='page-unconfirmed'] b")]),
];

/// The server said no to something.
pub(super) const REFUSED: &[View] = &[
    view("what was refused", At::Room("#/conflicts"), &[See("conflict-item")]),
    view(
        "sync with a refusal",
        At::Room("#/now"),
        &[See("board-row"), Click("sync-word"), See("conflicts-link")],
    ),
];

/// Ana signed out.
pub(super) const SIGNED_OUT: &[View] =
    &[view("sign in again", At::Room(""), &[See("connect-password")])];

/// The database cannot be read.
pub(super) const UNUSABLE: &[View] = &[view("unusable", At::Room(""), &[SeeCss("main .btn.pri")])];
