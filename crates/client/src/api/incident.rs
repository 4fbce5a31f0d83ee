//! Declaring, the board, one incident, command of it.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Where an incident is in its life (N1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum StateView {
    /// No IM yet.
    New,
    /// An IM is in command.
    Fixing,
    /// The impact is over.
    Resolved,
    /// Nothing is left to do.
    Closed,
    /// It was none; the reason is on the timeline.
    FalseAlarm,
}

/// How it came to light (D1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum DetectedByView {
    /// A monitoring system.
    Monitoring,
    /// A customer said so.
    Customer,
    /// Somebody saw it.
    #[default]
    Observation,
}

/// `open_declare`: what the form needs when it opens.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct DeclareView {
    /// The key this incident will have; `None` when the reserve is empty ("key when connected").
    pub key: Option<String>,
    /// What was typed and not declared last time.
    pub draft: Option<DeclareForm>,
    /// When that draft was last saved.
    pub draft_at: Option<i64>,
}

/// `declare_incident`, and `save_declare_draft` as it is typed.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct DeclareForm {
    /// What is the emergency?
    pub summary: String,
    /// What is the impact on customers, and how to reach whoever declares.
    pub description: String,
    /// 1, 2 or 3; none while not chosen.
    pub severity: Option<u8>,
    /// Faulty service; none is "Unknown".
    pub service: Option<String>,
    /// Affected products.
    pub products: Vec<String>,
    /// How it was detected.
    pub detected_by: DetectedByView,
    /// When the impact began, if known.
    pub impact_start: Option<i64>,
    /// Visible to members only (X4).
    pub restricted: bool,
    /// A drill (P1).
    pub drill: bool,
}

/// Answer of `declare_incident`.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct Declared {
    /// The new incident.
    pub id: String,
    /// Its final key; none only when the reserve was empty.
    pub key: Option<String>,
}

/// `preview_page`: who would be paged by this severity and service, for the form.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct PagePreview {
    /// False for severity 3, which pages nobody.
    pub pages: bool,
    /// Who is rung first, in order; empty with `pages` means nobody is on call anywhere.
    pub people: Vec<DialLine>,
    /// True when the IMOC roster is used because the service has nobody.
    pub imoc: bool,
    /// True when the server cannot be reached now, so the page goes out on reconnect.
    pub offline: bool,
    /// Where and when a severity 3 is shown, should it be declared now.
    pub queue: Option<super::queue::QueuePlace>,
}

/// A person one can phone.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct DialLine {
    /// Person id.
    pub id: String,
    /// Their name.
    pub name: String,
    /// What they are on call for (`payments-api`, `IMOC`).
    pub role: String,
    /// Phone number; empty when none is known.
    pub phone: String,
}

/// One line of the board and of lists.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct IncidentRow {
    /// Entity id.
    pub id: String,
    /// `HOT-12`, or none while no key could be given.
    pub key: Option<String>,
    /// What is the emergency.
    pub summary: String,
    /// 1, 2 or 3.
    pub severity: u8,
    /// State.
    pub state: StateView,
    /// Name of the faulty service; none is Unknown.
    pub service: Option<String>,
    /// The IM.
    pub im: Option<PersonRef>,
    /// The IM is this desktop's unconfirmed claim: the server has not answered yet.
    pub im_unconfirmed: bool,
    /// What the elapsed clock counts from: impact start, else declaration.
    pub since: i64,
    /// What it stops at (impact end or closing), for incidents that are over.
    pub until: Option<i64>,
    /// When it was declared.
    pub declared_at: i64,
    /// Members only.
    pub restricted: bool,
    /// A drill.
    pub drill: bool,
    /// Something in it waits to be sent.
    pub unsent: bool,
    /// Nobody could be paged for it: shown in red.
    pub nobody_paged: bool,
    /// A page for it rings now.
    pub ringing: bool,
    /// Its place in a queue, while it waits in one (severity 3 without an IM).
    pub queue: Option<super::queue::QueuePlace>,
}

/// A person, named.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct PersonRef {
    /// Person id.
    pub id: String,
    /// Display name.
    pub name: String,
}

/// `look_at`: an incident comes into the window, or leaves it.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct LookAt {
    /// Incident id or key.
    pub incident: String,
    /// It is looked at; false when it is no longer.
    pub looks: bool,
}

/// `get_board`: Now.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct BoardView {
    /// Open incidents (New, Fixing), severity then newest first; the first 200.
    pub incidents: Vec<IncidentRow>,
    /// How many are open.
    pub open: u32,
    /// Who is on call now, one line per service or roster.
    pub on_call: Vec<super::on_call::OnCallLine>,
    /// When this desktop last heard from the server.
    pub last_synced: Option<i64>,
    /// When this person last answered a test page.
    pub last_test_page: Option<i64>,
    /// This person's next or current shift.
    pub my_shift: Option<super::on_call::ShiftView>,
}

/// `list_incidents`.
#[derive(Debug, Clone, Default, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct ListIncidents {
    /// Full-text words; empty lists all.
    pub text: String,
    /// Only these states; empty means any.
    pub states: Vec<String>,
    /// Where the page before ended.
    pub cursor: Option<String>,
    /// At most this many, 1–200.
    pub limit: u32,
}

/// Answer of `list_incidents`.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct IncidentPage {
    /// The rows.
    pub rows: Vec<IncidentRow>,
    /// Where the next page starts.
    pub next: Option<String>,
}

/// `get_incident` (by id or key): everything the incident view shows except its stream.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct IncidentView {
    /// What the board shows too.
    pub row: IncidentRow,
    /// Impact on customers and how to reach whoever declared it.
    pub description: String,
    /// Faulty service.
    pub service: Option<super::session::NamedView>,
    /// Affected products.
    pub products: Vec<super::session::NamedView>,
    /// How it was detected.
    pub detected_by: DetectedByView,
    /// Who declared it.
    pub declared_by: Option<PersonRef>,
    /// The video call: a link or a room; empty for none (C2).
    pub call: String,
    /// Whether it is a link that can be joined with a click.
    pub call_is_link: bool,
    /// What the topic of the incident's room says (C4).
    pub topic: String,
    /// Since when the IM is in command.
    pub im_since: Option<i64>,
    /// Somebody to whom command was offered and who has not answered.
    pub command_offered_to: Option<PersonRef>,
    /// Who is to be in command next, and from when.
    pub command_planned: Option<super::role::PlannedView>,
    /// The three times and what follows from them.
    pub times: TimesView,
    /// The five of the six questions that have an answer of their own, in their order.
    pub answers: Vec<AnswerView>,
    /// How many of the six are not answered.
    pub unanswered: u32,
    /// Roles other than the IM.
    pub roles: Vec<super::role::RoleView>,
    /// Roles that an incident of its severity needs and nobody has, most needed first (R1).
    pub unfilled: Vec<String>,
    /// Pages of this incident, newest first.
    pub pages: Vec<super::page::PageView>,
    /// Alerts of monitoring systems, those that fire first, then the newest first; the first hundred.
    pub alerts: Vec<super::intake::AlertView>,
    /// Members of a restricted incident.
    pub members: Vec<PersonRef>,
    /// Stamps to send back with a change, by field group
    /// (`summary`, `description`, `severity`, `service`, `call`, `command`, `command_plan`, `times`, `answer_…`).
    pub stamps: std::collections::BTreeMap<String, String>,
    /// What this person may do now.
    pub may: IncidentActions,
    /// Number of stream lines.
    pub entries: u32,
}

/// Which actions make sense now, so that no button does nothing.
#[derive(Debug, Clone, Default, Serialize, Deserialize, TS)]
pub struct IncidentActions {
    /// Take command of an incident without an IM.
    pub take_command: bool,
    /// Replace an IM who cannot be reached (with a reason).
    pub replace_im: bool,
    /// Offer command to somebody.
    pub offer_command: bool,
    /// Accept or decline command offered to this person.
    pub answer_offer: bool,
    /// Resolve.
    pub resolve: bool,
    /// Close.
    pub close: bool,
    /// Reopen.
    pub reopen: bool,
    /// Say that it was a false alarm.
    pub false_alarm: bool,
}

/// Impact start, detected, impact end, TTD, TTR (S3).
#[derive(Debug, Clone, Default, Serialize, Deserialize, TS)]
pub struct TimesView {
    /// When the impact began.
    pub impact_start: Option<i64>,
    /// When it was detected.
    pub detected: Option<i64>,
    /// When the impact ended.
    pub impact_end: Option<i64>,
    /// Milliseconds from impact start to detected; none when not known or impossible.
    pub ttd: Option<i64>,
    /// Milliseconds from impact start to impact end; none when not known or impossible.
    pub ttr: Option<i64>,
    /// The times contradict each other (or lie in the future), so figures leave them out.
    pub impossible: bool,
}

/// `edit_incident`: change one field.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct EditIncident {
    /// Which incident.
    pub id: String,
    /// The stamp that the author saw for this field's group.
    pub seen: Option<String>,
    /// The field and its new value.
    pub edit: IncidentEdit,
}

/// A field of an incident with its new value.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(tag = "field", content = "value", rename_all = "snake_case")]
pub enum IncidentEdit {
    /// What is the emergency.
    Summary(String),
    /// Impact and contact.
    Description(String),
    /// 1, 2 or 3.
    Severity(u8),
    /// Faulty service; none is Unknown.
    Service(Option<String>),
    /// Add an affected product.
    AddProduct(String),
    /// Remove an affected product.
    RemoveProduct(String),
    /// A link to a video call, or a room; empty for none.
    Call(String),
    /// An answer to one of the six questions.
    Answer(AnswerForm),
    /// All three times together: they share one stamp.
    Times(TimesForm),
}

/// One of the six questions that has an answer of its own (A1); since when is answered by the times.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum QuestionView {
    /// Customers outside, people inside, both, none.
    Side,
    /// What they see.
    Seen,
    /// One, some, all.
    Extent,
    /// How many support cases.
    Cases,
    /// Anything else.
    Else,
}

/// An answer as a form sends it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct AnswerForm {
    /// To which question.
    pub question: QuestionView,
    /// `outside`, `inside`, `both` or `none` for the side; `one`, `some` or `all` for how many; a number for
    /// cases; words for the others. Empty takes it back.
    pub answer: String,
}

/// A question with what is known.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct AnswerView {
    /// Which.
    pub question: QuestionView,
    /// As [`AnswerForm::answer`]; empty while it is not answered.
    pub answer: String,
    /// Who answered; none where nobody did, or a machine.
    pub by: Option<PersonRef>,
    /// When.
    pub at: Option<i64>,
}

/// The three times as a form sends them.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct TimesForm {
    /// When the impact began.
    pub impact_start: Option<i64>,
    /// When it was detected.
    pub detected: Option<i64>,
    /// When the impact ended.
    pub impact_end: Option<i64>,
}

/// `command_incident`: everything about who is in command and where the incident is in its life.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct CommandIncident {
    /// Which incident.
    pub id: String,
    /// Stamp of the `command` group that the author saw.
    pub seen: Option<String>,
    /// What to do.
    pub action: CommandAction,
}

/// One step in an incident's life.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(tag = "action", rename_all = "snake_case")]
pub enum CommandAction {
    /// Become the IM of an incident that has none.
    Take {},
    /// Become the IM in place of one who cannot be reached.
    Replace {
        /// Why; told to all.
        reason: String,
    },
    /// Offer command to somebody.
    Offer {
        /// Person id.
        to: String,
    },
    /// Accept command that was offered.
    Accept {},
    /// Decline command that was offered.
    Decline {},
    /// Decide who is in command next.
    Plan(super::role::PlanForm),
    /// The impact is over.
    Resolve {
        /// The three times as confirmed in the form.
        times: TimesForm,
    },
    /// Nothing is left to do.
    Close {},
    /// It is back.
    Reopen {
        /// Why.
        reason: String,
    },
    /// It was none.
    FalseAlarm {
        /// Why.
        reason: String,
    },
}
