//! The directory as it is edited: people, teams, services, products, schedules, escalation policies,
//! settings.
//!
//! An editor is given an [`Item`], and gives it back beside what it holds now: only what its author
//! changed is written, on top of the stamps that they saw. So two people who edit different fields of
//! one entity never get in each other's way.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{
    intake::{AlertSourceForm, MaintenanceForm},
    on_call::ShiftView,
    queue::OfficeHoursForm,
    session::{NamedView, SeverityLine},
};

/// `get_directory`: everything in it, with what editing needs.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct WorkspaceView {
    /// This person may edit it. Who may not can still keep their own contact data right.
    pub may_edit: bool,
    /// This person may invite others: there is a server that takes them in.
    pub may_invite: bool,
    /// People, by name; those who left too.
    pub people: Vec<Item<PersonForm>>,
    /// Ids of people without an account: they can be phoned, and no desktop rings for them.
    pub without_account: Vec<String>,
    /// Teams; here and below those that were retired too.
    pub teams: Vec<Item<TeamForm>>,
    /// Services.
    pub services: Vec<Item<ServiceForm>>,
    /// Products.
    pub products: Vec<Item<ProductForm>>,
    /// Schedules.
    pub schedules: Vec<Item<ScheduleForm>>,
    /// Escalation policies.
    pub policies: Vec<Item<PolicyForm>>,
    /// Monitoring systems that may declare incidents.
    pub alert_sources: Vec<Item<AlertSourceForm>>,
    /// Ids of those that have a token.
    pub with_token: Vec<String>,
    /// Maintenance windows.
    pub maintenance: Vec<Item<MaintenanceForm>>,
    /// Webhooks.
    pub webhooks: Vec<Item<WebhookForm>>,
    /// How somebody is reached who has not said otherwise.
    pub default_rules: Vec<RuleForm>,
    /// The one settings entity.
    pub settings: Item<SettingsForm>,
    /// How the link of a new call is made while the settings do not say.
    pub call_scheme: String,
}

/// One entity of the directory as its editor opens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Item<F> {
    /// Entity id.
    pub id: String,
    /// What stands in it.
    pub form: F,
    /// The stamp of each field, by the field's name in the record.
    pub stamps: BTreeMap<String, String>,
    /// What is in use and leads here.
    pub used_by: Vec<NamedView>,
    /// Something of it waits to be sent.
    pub unsent: bool,
}

/// `save_person` and its like.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Save<F> {
    /// What the author saw when they began; none for something new.
    pub was: Option<Item<F>>,
    /// What they made of it.
    pub form: F,
}

/// A person as edited.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct PersonForm {
    /// Display name.
    pub name: String,
    /// Phone number for direct dial.
    pub phone: String,
    /// E-mail address.
    pub email: String,
    /// IANA zone; empty while nobody has said.
    pub zone: String,
    /// Language of what the server writes to them: `en`, `zh-Hans`; empty for both.
    pub language: String,
    /// How they want to be reached; none for what holds for everybody.
    pub rules: Option<Vec<RuleForm>>,
    /// When pages of severity 2 come without sound; none is never.
    #[serde(default)]
    pub quiet_hours: Option<HoursForm>,
    /// May edit the directory.
    pub admin: bool,
    /// False once they left.
    pub active: bool,
}

/// A rule by which a person is reached besides the ring of their desktop.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct RuleForm {
    /// By what.
    pub channel: RuleChannel,
    /// The webhook's id, where it is one.
    pub webhook: Option<String>,
    /// How long after the ring; none while that is no number.
    pub after_secs: Option<u32>,
    /// Only when no desktop of theirs answered in time.
    pub unreachable: bool,
    /// For these severities; empty means all.
    pub severities: Vec<u8>,
}

/// What a rule reaches somebody by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum RuleChannel {
    /// A ring on their desktops: always there, at once.
    Desktop,
    /// An e-mail to their address.
    Email,
    /// A webhook, behind which stands a gateway that calls or texts.
    Webhook,
}

/// `preview_rules`: how a person would be reached, before anything is saved.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct PreviewRules {
    /// The person; none for a new one.
    pub id: Option<String>,
    /// What the editor holds.
    pub form: PersonForm,
}

/// How a person is reached for one severity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ReachView {
    /// 1 or 2: nobody is paged for severity 3.
    pub severity: u8,
    /// In order of time.
    pub steps: Vec<ReachStep>,
    /// What quiet hours make of it.
    pub quiet: QuietEffect,
}

/// What becomes of a page in its person's quiet hours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum QuietEffect {
    /// They have set none.
    None,
    /// It rings all the same.
    Rings,
    /// Their desktops show it without sound and without the page window.
    Silent,
}

/// One of the ways.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ReachStep {
    /// By what.
    pub channel: RuleChannel,
    /// The webhook's name, where it is one.
    pub webhook: Option<String>,
    /// How long after the ring, or after no desktop answered.
    pub after_secs: u32,
    /// Only when no desktop answered in time.
    pub unreachable: bool,
}

/// A webhook as edited.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct WebhookForm {
    /// Its name.
    pub name: String,
    /// Its address.
    pub url: String,
    /// False once it was retired.
    pub active: bool,
}

/// Answer of `get_channels`: what the server sends beside rings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ChannelsView {
    /// E-mail.
    pub email: bool,
    /// Links in it that acknowledge.
    pub links: bool,
    /// Webhooks.
    pub webhooks: bool,
}

/// Answer of `send_test_email` and `test_webhook`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ChannelTestView {
    /// The other side took it.
    pub sent: bool,
    /// Why not, as the other side or the network says.
    pub reason: String,
}

/// Answer of `show_webhook_secret`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct WebhookSecretView {
    /// With what its messages are signed.
    pub secret: String,
}

/// A team as edited.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct TeamForm {
    /// Its name.
    pub name: String,
    /// Person ids, in no order that matters.
    pub members: Vec<String>,
    /// When it is at work; none leaves that to the workspace's hours.
    #[serde(default)]
    pub office_hours: Option<OfficeHoursForm>,
    /// False once it was retired.
    pub active: bool,
}

/// A service as edited.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ServiceForm {
    /// Its name.
    pub name: String,
    /// The team that delivers it.
    pub team: Option<String>,
    /// Its escalation policy; none means that the IMOC is paged.
    pub policy: Option<String>,
    /// False once it was retired.
    pub active: bool,
}

/// A product as edited.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ProductForm {
    /// Its name.
    pub name: String,
    /// False once it was retired.
    pub active: bool,
}

/// A schedule as edited.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ScheduleForm {
    /// Its name.
    pub name: String,
    /// IANA zone in which it hands off.
    pub zone: String,
    /// Who takes turns.
    pub rotations: Vec<RotationForm>,
    /// When the rotations take effect; none is at once. What was before stays as it was.
    pub from: Option<i64>,
    /// Overrides that still matter, and new ones.
    pub overrides: Vec<OverrideForm>,
    /// Public holidays that are to come, and new ones; they are shown, and change nothing.
    pub holidays: Vec<HolidayForm>,
    /// False once it was retired.
    pub active: bool,
}

/// A rotation as edited.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct RotationForm {
    /// Its id within the schedule; who adds a rotation makes one up.
    pub id: String,
    /// Its name; may be empty.
    pub name: String,
    /// Of the layers that have somebody, the highest is on call; none while that is no number.
    pub layer: Option<u32>,
    /// Person ids in turn; one may stand here several times.
    pub people: Vec<String>,
    /// Local time of the hand-off, `09:00`.
    pub hand_off: String,
    /// Local date of the first hand-off, `2026-11-22`; empty while not chosen.
    pub first_day: String,
    /// Lengths of turns, one after the other and over again; none while one is no number.
    pub lengths: Vec<Option<u32>>,
    /// The lengths are hours rather than days.
    pub in_hours: bool,
    /// When it is on call at all; empty is always.
    pub hours: Vec<HoursForm>,
    /// Turns pass on by the days that are served, rather than by the time on the wall.
    pub by_served: bool,
}

/// Active hours as edited.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct HoursForm {
    /// The days on which they begin: 1 is Monday.
    pub days: Vec<u8>,
    /// Local time, `09:00`.
    pub from: String,
    /// Local time; on the next day where it is not later.
    pub until: String,
}

/// A public holiday as edited: it is added or taken away, and not changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct HolidayForm {
    /// Its id; none for a new one.
    pub id: Option<String>,
    /// Local date, `2026-12-25`; empty while not chosen.
    pub day: String,
    /// What it is called.
    pub name: String,
}

/// An override as edited: it is added or taken away, and not changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct OverrideForm {
    /// Override id; none for a new one.
    pub id: Option<String>,
    /// Who stands in.
    pub person: Option<String>,
    /// From (inclusive); none while not chosen.
    pub start: Option<i64>,
    /// Until (exclusive); none while not chosen.
    pub end: Option<i64>,
}

/// An escalation policy as edited.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, TS)]
pub struct PolicyForm {
    /// Its name.
    pub name: String,
    /// Its steps, in order.
    pub steps: Vec<StepForm>,
    /// How often it starts over after its last step; none while that is no number.
    pub repeats: Option<u32>,
    /// The policy that goes on when it is through; none where the IMOC roster does.
    pub then: Option<String>,
    /// False once it was retired.
    pub active: bool,
}

/// A step of a policy as edited.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, TS)]
pub struct StepForm {
    /// Whom it rings.
    pub targets: Vec<TargetForm>,
    /// How long it waits for an acknowledgement; none while that is no number.
    pub timeout_secs: Option<u32>,
    /// How often it rings them again before the next step goes; none while that is no number.
    pub retries: Option<u32>,
    /// Each of them must acknowledge, not only the first.
    pub all: bool,
    /// Only for incidents of these severities; empty means all.
    pub severities: Vec<u8>,
    /// Only at these hours; none means always.
    pub hours: Option<StepHoursForm>,
    /// It rings one of its people at a time, the next one at each page.
    pub round_robin: bool,
}

/// Hours of a week.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct StepHoursForm {
    /// IANA zone.
    pub zone: String,
    /// Weekdays, Monday is 1.
    pub days: Vec<u8>,
    /// Local time, `09:00`.
    pub from: String,
    /// Local time, `17:00`; not later than `from`: of the next day.
    pub until: String,
    /// All other hours are meant.
    pub outside: bool,
}

/// Whom a step rings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct TargetForm {
    /// What it is.
    pub kind: TargetKind,
    /// Its entity id; for an address, the address; for a rotation, its schedule.
    pub id: String,
    /// The rotation of the schedule, where it is one.
    pub rotation: Option<String>,
}

/// What a step can ring.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum TargetKind {
    /// One person.
    Person,
    /// Whoever is on call in a schedule when the step goes.
    Schedule,
    /// Whoever is on call in one rotation of a schedule when the step goes.
    Rotation,
    /// Everyone in a team.
    Team,
    /// An e-mail address that is nobody's.
    Email,
    /// A webhook.
    Webhook,
}

/// The workspace's settings as edited.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SettingsForm {
    /// The workspace's name; empty while nobody has named it.
    pub name: String,
    /// The escalation policy of the IMOC roster, asked where a service has nobody of its own.
    pub imoc_policy: Option<String>,
    /// The three severities in this organisation's words; empty words mean the shipped ones.
    pub severity_scale: Vec<SeverityLine>,
    /// When people are at work, where a team says nothing of its own.
    #[serde(default)]
    pub office_hours: Option<OfficeHoursForm>,
    /// After how many office days what waits in a queue has aged; none while that is no number.
    #[serde(default)]
    pub queue_days: Option<u32>,
    /// How long after an acknowledgement somebody has to take command before it rings again, 0 for ever;
    /// none while that is no number.
    #[serde(default)]
    pub command_within_secs: Option<u32>,
    /// How the link of a new call is made; empty for the shipped way.
    #[serde(default)]
    pub call_scheme: String,
}

/// `preview_policy`: what of a policy reaches nobody, before anything is saved.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct PreviewPolicy {
    /// What the editor holds.
    pub form: PolicyForm,
}

/// Something of a policy that reaches nobody as things stand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct PolicyDoubtView {
    /// Which step, from 0; none where it is about what comes after the last one.
    pub step: Option<u32>,
    /// Why.
    pub why: PolicyDoubtKind,
    /// Name of the target that it is about; empty where it is about the step.
    pub name: String,
}

/// Why a step, or one of its targets, reaches nobody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum PolicyDoubtKind {
    /// It is not in the directory any more.
    Gone,
    /// The person has left.
    Left,
    /// The person has no account, and no address or webhook that leads anywhere.
    NoWay,
    /// Nobody is in it in the next weeks.
    Empty,
    /// Nothing reaches anybody in it.
    OutOfReach,
    /// It was retired, and still rings whoever is in it.
    Retired,
    /// A webhook that was retired.
    Off,
    /// None of the step's targets reaches anybody.
    Nobody,
    /// The step is for severities only that page nobody.
    NeverSeverity,
    /// The step's hours never come.
    NeverHours,
    /// What the policy hands off to never comes.
    NeverHandedOff,
    /// What the policy hands off to was retired.
    HandOffRetired,
    /// What the policy hands off to reaches nobody.
    HandOffNobody,
}

/// `preview_schedule`: who would be on call when, before anything is saved.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct PreviewSchedule {
    /// The schedule that is edited; none for a new one.
    pub id: Option<String>,
    /// What the editor holds.
    pub form: ScheduleForm,
}

/// Answer of `preview_schedule`.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct SchedulePreview {
    /// The next shifts, the current one first.
    pub shifts: Vec<ShiftView>,
}

/// `invite_person`: the server makes an invitation.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct InvitePerson {
    /// Whoever accepts it may edit the directory.
    pub admin: bool,
}

/// Answer of `invite_person`.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct InvitationView {
    /// The server's address, to be handed on together with the code.
    pub server: String,
    /// The code, shown this one time.
    pub code: String,
    /// Until when it can be used, once.
    pub expires_at: i64,
}
