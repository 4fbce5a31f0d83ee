//! Channels beside the desktop: webhooks, rules by which a person is reached, tests of both (N3).

use firebell_domain::{
    change::Author,
    directory::{MAX_URL, Person, is_active},
    entity::{Entity, Field, Kind, Stamp, World},
    id::{ChangeId, EntityId},
    incident::Severity,
    paging::{self, Channel, MAX_AFTER_SECS, MAX_RULES, Rule, RuleWhen},
    time::Timestamp,
};
use firebell_protocol::http::{ChannelTest, Channels, WebhookSecret};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    form::{Fields, Form, Here, trimmed},
    quiet,
};
use crate::{
    Client, Directory,
    api::{
        ApiError, ErrorCode,
        directory::{
            ChannelTestView, ChannelsView, PreviewRules, QuietEffect, ReachStep, ReachView,
            RuleChannel, RuleForm, WebhookForm, WebhookSecretView,
        },
    },
    commands::objection::Objections,
    views::names::id,
};

impl Client {
    /// `preview_rules`: how a person would be reached for each severity, before anything is saved.
    ///
    /// # Errors
    /// `Invalid` with an objection for each field that stands in the way; `NotFound` for nobody.
    pub async fn preview_rules(&self, asked: PreviewRules) -> Result<Vec<ReachView>, ApiError> {
        let directory = self.directory();
        let person = match &asked.id {
            Some(person) => self.known(person, &Kind::PERSON)?,
            None => EntityId(self.host().new_id()),
        };
        let here = Here { client: self, directory: &directory, id: person };
        let mut wrong = Objections::default();
        check(asked.form.rules.as_deref(), &here, &mut wrong);
        quiet::check(&asked.form, &mut wrong);
        wrong.done()?;
        let entity = edited(person, &asked.form);
        let of = |severity: Severity| ReachView {
            severity: severity.into(),
            steps: paging::rules_of(&*directory, &entity, severity)
                .iter()
                .map(|rule| step(&directory, rule))
                .collect(),
            quiet: match (&asked.form.quiet_hours, severity) {
                (None, _) => QuietEffect::None,
                (Some(_), Severity::One) => QuietEffect::Rings,
                (Some(_), _) => QuietEffect::Silent,
            },
        };
        Ok([Severity::One, Severity::Two].map(of).to_vec())
    }

    /// `get_channels`: what the server sends beside rings; nothing in a record that no server shares.
    ///
    /// # Errors
    /// `Offline`; what the server answers.
    pub async fn get_channels(&self, _: ()) -> Result<ChannelsView, ApiError> {
        let shared = self.remembered().is_some_and(|known| !known.is_solo());
        if !shared {
            return Ok(ChannelsView { email: false, links: false, webhooks: false });
        }
        let (http, token) = self.reach().ok_or_else(offline)?;
        let Channels { email, links, webhooks } = http.get("/channels", token.reveal()).await?;
        Ok(ChannelsView { email, links, webhooks })
    }

    /// `send_test_email`: to one's own address.
    ///
    /// # Errors
    /// `Offline`; `TooMany`; what the server answers.
    pub async fn send_test_email(&self, _: ()) -> Result<ChannelTestView, ApiError> {
        self.test_channel("/channels/email/test").await
    }

    /// `test_webhook`.
    ///
    /// # Errors
    /// `Offline`; `TooMany`; `Refused` for who may not.
    pub async fn test_webhook(&self, webhook: String) -> Result<ChannelTestView, ApiError> {
        let webhook = self.known(&webhook, &Kind::WEBHOOK)?;
        self.test_channel(&format!("/webhooks/{webhook}/test")).await
    }

    /// `show_webhook_secret`: it is in no record; the server makes it from its own.
    ///
    /// # Errors
    /// `Offline`; `Refused` for who may not; `NotFound` where the server has none.
    pub async fn show_webhook_secret(
        &self,
        webhook: String,
    ) -> Result<WebhookSecretView, ApiError> {
        let webhook = self.known(&webhook, &Kind::WEBHOOK)?;
        let (http, token) = self.reach().ok_or_else(offline)?;
        let path = format!("/webhooks/{webhook}/secret");
        let WebhookSecret { secret } = http.post(&path, Some(token.reveal()), &Value::Null).await?;
        Ok(WebhookSecretView { secret })
    }

    async fn test_channel(&self, path: &str) -> Result<ChannelTestView, ApiError> {
        let (http, token) = self.reach().ok_or_else(offline)?;
        let ChannelTest { sent, reason } =
            http.post(path, Some(token.reveal()), &Value::Null).await?;
        Ok(ChannelTestView { sent, reason })
    }
}

impl Form for WebhookForm {
    const KIND: Kind = Kind::WEBHOOK;

    fn read(entity: &Entity, _: Timestamp) -> Self {
        Self {
            name: entity.text("name").to_owned(),
            url: entity.text("url").to_owned(),
            active: is_active(entity),
        }
    }

    fn fields(&self) -> Fields {
        Fields::from([
            ("name", trimmed(&self.name)),
            ("url", trimmed(&self.url)),
            ("active", json!(self.active)),
        ])
    }

    fn check(&self, was: &Self, here: &Here<'_>, wrong: &mut Objections) {
        if self.active {
            here.check_own_name(&self.name, &Self::KIND, wrong);
        }
        let url = self.url.trim();
        let web = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
        let names_host = web.is_some_and(|rest| !rest.is_empty() && !rest.starts_with('/'));
        wrong.when(!names_host || url.len() > MAX_URL, "url", "error-webhook-address");
        // Everybody in the workspace reads it.
        let host = web.and_then(|rest| rest.split('/').next()).unwrap_or_default();
        wrong.when(names_host && host.contains('@'), "url", "error-webhook-password");
        here.check_retiring(was.active, self.active, wrong);
    }
}

/// What a person's entity says of rules, as an editor holds it.
pub(super) fn read(entity: &Entity) -> Option<Vec<RuleForm>> {
    Person(entity).rules().map(|rules| forms(&rules))
}

/// Rules as an editor holds them.
pub(crate) fn forms(rules: &[Rule]) -> Vec<RuleForm> {
    let form = |rule: &Rule| {
        let (channel, webhook) = channel(rule.channel);
        RuleForm {
            channel,
            webhook: webhook.map(|id| id.to_string()),
            after_secs: Some(rule.after_secs),
            unreachable: rule.when == RuleWhen::Unreachable,
            severities: rule.severities.iter().map(|severity| (*severity).into()).collect(),
        }
    };
    rules.iter().map(form).collect()
}

/// Rules as the record has them.
pub(super) fn value(rules: Option<&[RuleForm]>) -> Value {
    rules.map_or(Value::Null, |rules| json!(rules.iter().filter_map(rule).collect::<Vec<_>>()))
}

fn rule(form: &RuleForm) -> Option<Rule> {
    let channel = match form.channel {
        RuleChannel::Desktop => Channel::Desktop,
        RuleChannel::Email => Channel::Email,
        RuleChannel::Webhook => Channel::Webhook(id(form.webhook.as_deref()?).ok()?),
    };
    let severities = form.severities.iter().map(|severity| Severity::try_from(*severity).ok());
    Some(Rule {
        channel,
        after_secs: form.after_secs?,
        when: if form.unreachable { RuleWhen::Unreachable } else { RuleWhen::Always },
        severities: severities.collect::<Option<_>>()?,
    })
}

/// What is against these rules.
pub(super) fn check(rules: Option<&[RuleForm]>, here: &Here<'_>, wrong: &mut Objections) {
    let Some(rules) = rules else { return };
    wrong.when(rules.len() > MAX_RULES, "rules", "error-reach-rules-many");
    for (at, form) in rules.iter().enumerate() {
        let late = form.after_secs.is_none_or(|secs| secs > MAX_AFTER_SECS);
        wrong.when(late, &format!("rules.{at}.after_secs"), "error-rule-time");
        let webhook = form.webhook.as_deref().unwrap_or_default();
        let unknown = form.channel == RuleChannel::Webhook && !here.is(webhook, &Kind::WEBHOOK);
        wrong.when(unknown, &format!("rules.{at}.channel"), "error-webhook-missing");
    }
}

fn channel(channel: Channel) -> (RuleChannel, Option<EntityId>) {
    match channel {
        Channel::Desktop => (RuleChannel::Desktop, None),
        Channel::Email => (RuleChannel::Email, None),
        Channel::Webhook(id) => (RuleChannel::Webhook, Some(id)),
    }
}

fn step(directory: &Directory, rule: &Rule) -> ReachStep {
    let (channel, webhook) = channel(rule.channel);
    let webhook = webhook.and_then(|id| directory.entity(id));
    ReachStep {
        channel,
        webhook: webhook.map(|entity| entity.text("name").to_owned()),
        after_secs: rule.after_secs,
        unreachable: rule.when == RuleWhen::Unreachable,
    }
}

/// A person as an editor would leave them, as far as rules look at it.
fn edited(person: EntityId, form: &crate::api::directory::PersonForm) -> Entity {
    let mut entity = Entity::empty(person, Kind::PERSON, None);
    let (change, author, at) = (ChangeId(Uuid::nil()), Author::Server, Timestamp(0));
    let fields = [("email", trimmed(&form.email)), ("rules", value(form.rules.as_deref()))];
    for (name, value) in fields {
        let stamp = Stamp { change, author, at };
        entity.fields.insert(name.to_owned(), Field { value, stamp });
    }
    entity
}

fn offline() -> ApiError {
    ApiError::of(ErrorCode::Offline, "only the server knows")
}
