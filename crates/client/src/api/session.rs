//! First start, sign-in, preferences, the directory of people and services.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::ApiError;

/// `get_start`: what the window shows first.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum StartView {
    /// Nothing chosen yet: sample data, empty on this computer, or a server.
    FirstStart {},
    /// A workspace exists but nobody is signed in; offline reading goes on, writing needs a person.
    SignIn {
        /// The server's address as entered.
        server: String,
        /// The name last used.
        name: String,
        /// Set when the session ended by revocation, not by choice.
        revoked: bool,
    },
    /// Everything is there.
    Ready {
        /// Who is signed in.
        me: Me,
        /// True when the server runs inside this process and nobody else can join.
        solo: bool,
        /// The server's address; absent in solo mode.
        server: Option<String>,
        /// True when the workspace was filled with sample data.
        sample: bool,
    },
    /// The data file cannot be used; it was not touched.
    Unusable {
        /// Why, with the path in `args`.
        error: ApiError,
        /// Where a copy of changes that were not sent yet was saved, when they could be read.
        rescued: Option<String>,
        /// How many such change sets.
        rescued_count: u32,
    },
}

/// The person at this desktop.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct Me {
    /// Their person entity.
    pub id: String,
    /// Display name.
    pub name: String,
    /// May edit the directory, schedules, policies and the severity scale.
    pub admin: bool,
    /// On call now for at least one schedule.
    pub on_call: bool,
    /// Key of the incident they are in command of, if any.
    pub managing: Option<String>,
}

/// `start_solo`: keep everything on this computer.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct StartSolo {
    /// The person's display name.
    pub name: String,
    /// Fill the workspace with sample people, services, a rota and incidents.
    pub sample: bool,
}

/// `connect_server`: join a company's server.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ConnectServer {
    /// `https://…`; `http://` is accepted for loopback only.
    pub server: String,
    /// Account name.
    pub name: String,
    /// The password, or the new password when `invitation` is given.
    pub password: String,
    /// An invitation code, to create the account.
    pub invitation: Option<String>,
    /// The person agreed to keep the session in a private file because there is no keychain.
    pub file_consent: bool,
}

/// Which language the window speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, TS)]
pub enum Language {
    /// As the operating system says, English when it says neither.
    #[default]
    #[serde(rename = "system")]
    System,
    /// English.
    #[serde(rename = "en")]
    English,
    /// Simplified Chinese.
    #[serde(rename = "zh-Hans")]
    Chinese,
}

/// Light or dark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Theme {
    /// As the operating system says.
    #[default]
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
    /// High contrast.
    Contrast,
}

/// `get_preferences` and `set_preferences`: choices of this person on this desktop.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct Preferences {
    /// Language of window, notifications and tray.
    pub language: Language,
    /// Light or dark.
    pub theme: Theme,
    /// Tighter rows.
    pub compact: bool,
    /// Single-letter keys outside inputs (WCAG 2.1.4 wants them switchable).
    pub single_keys: bool,
    /// Start with the computer, in the tray.
    pub autostart: bool,
    /// Play the siren when a page rings.
    pub sound: bool,
    /// Global shortcut that opens the declare form (`CommandOrControl+Shift+D`); empty for none.
    pub declare_shortcut: String,
    /// Global shortcut that opens the quick line (`CommandOrControl+Shift+L`); empty for none.
    #[serde(default = "usual_line_shortcut")]
    pub line_shortcut: String,
}

/// For those whose preferences are older than the quick line.
pub(crate) fn usual_line_shortcut() -> String {
    "CommandOrControl+Shift+L".to_owned()
}

/// `get_capabilities`: what this desktop can and cannot do, in plain words for Settings.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, TS)]
pub struct Capabilities {
    /// Native notifications reach a daemon.
    pub notifications: Capability,
    /// The daemon draws buttons.
    pub notification_actions: Capability,
    /// The desktop's do-not-disturb is off; none where nothing says so.
    pub undisturbed: Option<Capability>,
    /// A sound device is there.
    pub sound: Capability,
    /// A window can be kept on top.
    pub always_on_top: Capability,
    /// A global shortcut can be taken.
    pub global_shortcut: Capability,
    /// A tray icon can be shown.
    pub tray: Capability,
    /// The operating system's keychain answers.
    pub keychain: Capability,
}

/// One thing that a desktop may or may not be able to do.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, TS)]
pub struct Capability {
    /// It works.
    pub works: bool,
    /// Why not (technical detail from the platform), empty when it works.
    pub detail: String,
}

/// `list_directory`: everyone and everything that a form may name. What was retired is left out.
#[derive(Debug, Clone, Default, Serialize, Deserialize, TS)]
pub struct DirectoryView {
    /// People, by name.
    pub people: Vec<PersonView>,
    /// Services.
    pub services: Vec<ServiceView>,
    /// Products.
    pub products: Vec<NamedView>,
    /// Teams.
    pub teams: Vec<TeamView>,
    /// Schedules, without their shifts.
    pub schedules: Vec<NamedView>,
    /// Escalation policies.
    pub policies: Vec<NamedView>,
    /// Criteria of the three severities as the organisation agreed on them.
    pub severity_scale: Vec<SeverityLine>,
}

/// Any entity with a name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, TS)]
pub struct NamedView {
    /// Entity id.
    pub id: String,
    /// Its name.
    pub name: String,
}

/// A person.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct PersonView {
    /// Entity id.
    pub id: String,
    /// Display name.
    pub name: String,
    /// Phone number for direct dial; empty when unknown.
    pub phone: String,
    /// E-mail address; empty when unknown.
    pub email: String,
    /// IANA zone.
    pub zone: String,
    /// May edit the directory.
    pub admin: bool,
    /// False once they left; kept because the record names them.
    pub active: bool,
    /// Key of the incident they are in command of, if any.
    pub managing: Option<String>,
}

/// A service that can be faulty.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ServiceView {
    /// Entity id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The team that delivers it.
    pub team: Option<NamedView>,
    /// Its escalation policy; none means IMOC is paged.
    pub policy: Option<NamedView>,
}

/// A team.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct TeamView {
    /// Entity id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Members' person ids.
    pub members: Vec<String>,
}

/// One line of the severity scale (A3).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SeverityLine {
    /// 1, 2 or 3.
    pub severity: u8,
    /// Name, criteria and short criteria as edited by an administrator; empty means "use the shipped
    /// words" (`severity-1-name`, `severity-1-criteria`, `severity-1-short` in the catalogue).
    pub name: String,
    /// All criteria, a sentence or more.
    pub criteria: String,
    /// A few words for the form.
    pub short: String,
}
