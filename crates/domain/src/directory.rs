//! The directory: people, services, products, teams, schedules, escalation policies, webhooks, settings.
//!
//! Small as a whole and visible to everyone. All its kinds change in the same way (fields are put,
//! list members added and removed); what differs is which fields there are and what they may hold,
//! and that is one table: [`check_field`].

mod policy;
mod rota;

use std::collections::BTreeMap;

pub use policy::{
    AcknowledgeBy, MAX_HAND_OFFS, MAX_RETRIES, Policy, PolicyDoubt, PolicyDoubtWhy, PolicyStep,
    TURNS, Target, WorkingHours, hand_offs, hands_off_in_a_loop, imoc_policy, is_address,
    policy_doubts,
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::Value;

use crate::{
    chain::Hash,
    decide::{Draft, Refusal, Stop},
    entity::{Entity, Kind},
    id::{EntityId, WorkspaceId},
    incident::Severity,
    intake::{self, source::MAX_RULES},
    oncall::{Rotation, Schedule, is_zone},
    paging::{self, QUIET_HOURS, QuietHours, Rule},
    queue::{MAX_QUEUE_DAYS, OFFICE_HOURS, OfficeHours, QUEUE_DAYS},
    readiness::{DESKTOPS, DesktopCheck},
};

pub use rota::{
    HOLIDAYS, Holiday, LEAVE, Leave, ROTA, Rota, SWAPS, Swap, TEMPORARY, VERSIONS, holidays, leave,
    rota, schedule, swaps, versions,
};

/// Field of a person: the hash of the key in the address of their calendar.
pub const CALENDAR_KEY: &str = "calendar_key";

/// Longest name, number or address in bytes.
pub const MAX_NAME: usize = 200;
/// Longest text of the severity scale in bytes.
pub const MAX_CRITERIA: usize = 4_000;
/// Steps of one policy.
pub const MAX_STEPS: usize = 20;
/// Targets of one step.
pub const MAX_TARGETS: usize = 20;
/// Repeats of one policy.
pub const MAX_REPEATS: u32 = 9;
/// Shortest time-out of a step: nobody wakes and answers faster than this.
pub const MIN_TIMEOUT_SECS: u32 = 60;
/// Longest time-out of a step: a day.
pub const MAX_TIMEOUT_SECS: u32 = 86_400;
/// Longest address of a webhook in bytes.
pub const MAX_URL: usize = 2_000;
/// Field of the settings: how the link of a new video call is made, see [`crate::incident::call_link`].
pub const CALL_SCHEME_FIELD: &str = "call_scheme";
/// How long whoever acknowledged has to see that somebody takes command, where the settings do not say.
pub const COMMAND_WITHIN_SECS: u32 = 300;
/// A SHA-256 in hex.
const TOKEN_HASH_CHARS: usize = 64;
/// Fields of a person that say how to reach them: theirs to keep right.
const CONTACT: &[&str] =
    &["phone", "email", "zone", "language", "rules", QUIET_HOURS, CALENDAR_KEY];
/// Languages that a person can choose for what the server writes to them.
pub const LANGUAGES: &[&str] = &["en", "zh-Hans"];
/// List of a team's members.
pub const MEMBERS: &str = "members";
/// List of a schedule's overrides.
pub const OVERRIDES: &str = "overrides";

/// What can be done to an entity of the directory. Putting fields on an entity that does not exist
/// creates it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum DirectoryChange {
    /// Fields take values.
    Put {
        /// By name.
        fields: BTreeMap<String, Value>,
    },
    /// A list gains a member.
    Add {
        /// Which list.
        list: String,
        /// The member's id.
        member: EntityId,
        /// What it is; `true` where the id says everything.
        value: Value,
    },
    /// A list loses a member.
    Remove {
        /// Which list.
        list: String,
        /// The member's id.
        member: EntityId,
    },
}

impl DirectoryChange {
    /// Whether it touches nothing but how and when to reach a person.
    #[must_use]
    pub fn only_contact_fields(&self) -> bool {
        match self {
            Self::Put { fields } => fields.keys().all(|field| CONTACT.contains(&field.as_str())),
            Self::Add { list, .. } | Self::Remove { list, .. } => list == LEAVE,
        }
    }

    /// Whether it says nothing but what this person's own desktops can do (N3).
    #[must_use]
    pub fn only_desktops(&self) -> bool {
        match self {
            Self::Put { .. } => false,
            Self::Add { list, .. } | Self::Remove { list, .. } => list == DESKTOPS,
        }
    }

    /// Whether it touches nothing but the cover of a schedule: overrides, and swaps that lead to them.
    #[must_use]
    pub fn only_cover(&self) -> bool {
        match self {
            Self::Put { .. } => false,
            Self::Add { list, .. } | Self::Remove { list, .. } => {
                [OVERRIDES, SWAPS].contains(&list.as_str())
            }
        }
    }
}

/// What the record keeps of a calendar's key.
#[must_use]
pub fn calendar_key(key: &str) -> String {
    Hash::of(key.as_bytes()).to_string()
}

/// The one settings entity of a workspace.
#[must_use]
pub fn settings_id(workspace: WorkspaceId) -> EntityId {
    EntityId(workspace.0).derived("settings")
}

/// Whether it is in use: a person who has not left, anything else that was not retired. What is retired
/// is not offered any more; a page that still leads there rings all the same, because a page that is
/// silently dropped is worse than one too many.
#[must_use]
pub fn is_active(entity: &Entity) -> bool {
    entity.get("active").unwrap_or(true)
}

/// A person read as one.
#[derive(Debug, Clone, Copy)]
pub struct Person<'a>(pub &'a Entity);

impl<'a> Person<'a> {
    /// Display name.
    #[must_use]
    pub fn name(self) -> &'a str {
        self.0.text("name")
    }

    /// Phone number for direct dial.
    #[must_use]
    pub fn phone(self) -> &'a str {
        self.0.text("phone")
    }

    /// E-mail address.
    #[must_use]
    pub fn email(self) -> &'a str {
        self.0.text("email")
    }

    /// IANA zone.
    #[must_use]
    pub fn zone(self) -> &'a str {
        self.0.text("zone")
    }

    /// The language of what the server writes to them, one of [`LANGUAGES`]; empty when they have not
    /// chosen, and get both.
    #[must_use]
    pub fn language(self) -> &'a str {
        self.0.text("language")
    }

    /// May edit the directory.
    #[must_use]
    pub fn admin(self) -> bool {
        self.0.flag("admin")
    }

    /// Whether they have an account, so that desktops of theirs can ring.
    #[must_use]
    pub fn has_account(self) -> bool {
        !self.0.text("account").is_empty()
    }

    /// How they want to be reached, as they have said; none for the rules that hold for everybody.
    #[must_use]
    pub fn rules(self) -> Option<Vec<Rule>> {
        self.0.get("rules")
    }

    /// False once they left.
    #[must_use]
    pub fn active(self) -> bool {
        is_active(self.0)
    }
}

/// A service read as one.
#[derive(Debug, Clone, Copy)]
pub struct Service<'a>(pub &'a Entity);

impl<'a> Service<'a> {
    /// Its name.
    #[must_use]
    pub fn name(self) -> &'a str {
        self.0.text("name")
    }

    /// The team that delivers it.
    #[must_use]
    pub fn team(self) -> Option<EntityId> {
        self.0.get("team")
    }

    /// Its escalation policy.
    #[must_use]
    pub fn policy(self) -> Option<EntityId> {
        self.0.get("policy")
    }
}

/// How long whoever acknowledged has to see that somebody takes command; 0 means for ever.
#[must_use]
pub fn command_within_secs(settings: Option<&Entity>) -> u32 {
    settings.and_then(|entity| entity.get("command_within_secs")).unwrap_or(COMMAND_WITHIN_SECS)
}

/// The members of a team.
pub fn team_members(team: &Entity) -> impl Iterator<Item = EntityId> + '_ {
    team.members(MEMBERS).filter_map(|(id, _)| id.parse().ok())
}

pub(crate) fn decide(draft: &mut Draft<'_>, body: &DirectoryChange) -> Result<(), Stop> {
    let kind = draft.change.body.kind();
    match body {
        DirectoryChange::Put { fields } => {
            if draft.own().is_none() {
                draft.creates(None)?;
                if kind != Kind::SETTINGS && !fields.contains_key("name") {
                    return Err(Refusal::TextEmpty { field: "name".to_owned() }.into());
                }
            }
            if kind == Kind::SCHEDULE {
                rota::keep_version(draft, fields)?;
            }
            for (field, value) in fields {
                check_field(&kind, field, value)
                    .map_err(|()| Refusal::ImpossibleValue { field: field.clone() })?;
                draft.set(field, value.clone())?;
            }
            // Which policy goes on after which is a line; a page that goes in circles never ends.
            let then = fields.get("then").filter(|_| kind == Kind::POLICY);
            if let Some(then) = then.and_then(|then| EntityId::deserialize(then).ok())
                && hands_off_in_a_loop(draft.world(), draft.change.entity, then)
            {
                return Err(Refusal::ImpossibleValue { field: "then".to_owned() }.into());
            }
            if kind == Kind::MAINTENANCE {
                intake::schedule(draft, fields);
            }
            Ok(())
        }
        DirectoryChange::Add { list, member, value } => {
            draft.existing()?;
            check_member(&kind, list, *member, value)
                .map_err(|()| Refusal::ImpossibleValue { field: list.clone() })?;
            rota::check_addition(draft, list, *member, value)?;
            draft.add(list, member.to_string(), value.clone());
            Ok(())
        }
        DirectoryChange::Remove { list, member } => {
            draft.existing()?;
            rota::check_removal(draft, list, *member)?;
            draft.remove(list, member.to_string());
            Ok(())
        }
    }
}

/// Whether a field of this kind may hold this value. A field that no kind has is refused, so that a
/// typing error does not become data.
fn check_field(kind: &Kind, field: &str, value: &Value) -> Result<(), ()> {
    match (kind.as_str(), field) {
        ("settings", "name") => check_text(value, 1, MAX_NAME),
        (_, "name") => check_text(value, 1, MAX_NAME),
        ("person", "phone" | "email" | "account" | CALENDAR_KEY) => check_text(value, 0, MAX_NAME),
        ("person" | "schedule", "zone") => {
            let zone: String = read(value)?;
            is_zone(&zone).then_some(()).ok_or(())
        }
        ("person", "admin") => read::<bool>(value).map(drop),
        ("person", "rules") => {
            let rules: Option<Vec<Rule>> = read(value)?;
            rules.is_none_or(|rules| paging::are_sane(&rules)).then_some(()).ok_or(())
        }
        ("person", QUIET_HOURS) => {
            let hours: Option<QuietHours> = read(value)?;
            hours.is_none_or(|hours| hours.are_sane()).then_some(()).ok_or(())
        }
        ("alert_source", "format") => read::<intake::Format>(value).map(drop),
        ("alert_source", "severity") => read::<Severity>(value).map(drop),
        // SHA-256 in hex, or none yet.
        ("alert_source", "token") => {
            let token: String = read(value)?;
            let hex = token.chars().all(|c| c.is_ascii_digit() || ('a'..='f').contains(&c));
            (hex && [0, TOKEN_HASH_CHARS].contains(&token.len())).then_some(()).ok_or(())
        }
        ("alert_source", "rules") => {
            let rules: Vec<intake::Rule> = read(value)?;
            let sane = rules.len() <= MAX_RULES && rules.iter().all(intake::Rule::is_sane);
            sane.then_some(()).ok_or(())
        }
        ("maintenance", "window") => {
            let window: intake::Window = read(value)?;
            window.is_sane().then_some(()).ok_or(())
        }
        ("maintenance", "services") => {
            let services: Vec<EntityId> = read(value)?;
            (services.len() <= intake::MAX_SERVICES).then_some(()).ok_or(())
        }
        ("person", "language") => {
            let language: String = read(value)?;
            let known = language.is_empty() || LANGUAGES.contains(&language.as_str());
            known.then_some(()).ok_or(())
        }
        // What it may reach is for the server that calls it; here, that it is an address at all.
        ("webhook", "url") => {
            check_text(value, 1, MAX_URL)?;
            let url: String = read(value)?;
            let web = ["https://", "http://"].iter().any(|scheme| url.starts_with(scheme));
            web.then_some(()).ok_or(())
        }
        (
            "person" | "service" | "product" | "team" | "schedule" | "policy" | "webhook"
            | "alert_source" | "maintenance",
            "active",
        ) => read::<bool>(value).map(drop),
        ("service", "team" | "policy")
        | ("settings", "imoc_policy")
        | ("policy", "then")
        | ("alert_source", "service")
        // Who answers for a schedule, and is told when somebody on it could not be rung (N3).
        | ("schedule", "owner") => {
            read::<Option<EntityId>>(value).map(drop)
        }
        ("settings", CALL_SCHEME_FIELD) => check_text(value, 0, MAX_URL),
        ("settings", "command_within_secs") => {
            let secs: u32 = read(value)?;
            let fits = secs == 0 || (MIN_TIMEOUT_SECS..=MAX_TIMEOUT_SECS).contains(&secs);
            fits.then_some(()).ok_or(())
        }
        ("schedule", "rotation") => {
            let rotation: Rotation = read(value)?;
            Schedule::of("UTC", rotation, Vec::new()).validate().map_err(drop)
        }
        ("schedule", ROTA) => rota::check_rota(value),
        ("policy", "steps") => {
            let steps: Vec<PolicyStep> = read(value)?;
            policy::sane(&steps).then_some(()).ok_or(())
        }
        ("policy", TURNS) => {
            let turns: BTreeMap<String, u32> = read(value)?;
            (turns.len() <= MAX_STEPS).then_some(()).ok_or(())
        }
        ("policy", "repeats") => {
            let repeats: u32 = read(value)?;
            (repeats <= MAX_REPEATS).then_some(()).ok_or(())
        }
        ("team" | "settings", OFFICE_HOURS) => {
            let hours: Option<OfficeHours> = read(value)?;
            hours.map_or(Ok(()), |hours| hours.validate()).map_err(drop)
        }
        ("settings", QUEUE_DAYS) => {
            let days: u32 = read(value)?;
            (1..=MAX_QUEUE_DAYS).contains(&days).then_some(()).ok_or(())
        }
        ("settings", "severity_scale") => {
            let lines: BTreeMap<String, BTreeMap<String, String>> = read(value)?;
            let sane = lines.iter().all(|(severity, words)| {
                ["1", "2", "3"].contains(&severity.as_str())
                    && words.values().all(|word| word.len() <= MAX_CRITERIA)
            });
            sane.then_some(()).ok_or(())
        }
        _ => Err(()),
    }
}

fn check_member(kind: &Kind, list: &str, member: EntityId, value: &Value) -> Result<(), ()> {
    match (kind.as_str(), list) {
        ("team", MEMBERS) | ("maintenance", intake::MUTED) => read::<bool>(value).map(drop),
        ("person", DESKTOPS) => {
            let check: DesktopCheck = read(value)?;
            check.is_sane().then_some(()).ok_or(())
        }
        ("schedule", OVERRIDES | TEMPORARY | SWAPS | HOLIDAYS) | ("person", LEAVE) => {
            rota::check_member(list, member, value)
        }
        _ => Err(()),
    }
}

fn read<T: DeserializeOwned>(value: &Value) -> Result<T, ()> {
    T::deserialize(value).map_err(drop)
}

fn check_text(value: &Value, min: usize, max: usize) -> Result<(), ()> {
    let text = value.as_str().ok_or(())?.trim();
    (min..=max).contains(&text.len()).then_some(()).ok_or(())
}
