//! The page behind an acknowledge link. Looking at it changes nothing, because scanners of mail look at
//! every link; the button does. It needs no session: who has the link is who got the mail.

use std::{collections::BTreeMap, sync::Arc};

use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use firebell_domain::{
    change::{Body, Change, ChangeSet},
    decide::Refusal,
    directory::Person,
    entity::Entity,
    id::{ChangeId, SetId},
    incident::Incident,
    paging::{Channel, Page, PageChange, PageState},
    time::Timestamp,
};
use firebell_protocol::frame::Verdict;
use fluent_bundle::FluentValue;
use uuid::Uuid;

use crate::{
    append::Request,
    channel::{Claim, Tongue},
    markup::{self, escape},
    node::Node,
    store::StoreError,
};

/// `GET /a/{token}`: what it is about, and a button.
pub(super) async fn ask(State(node): State<Arc<Node>>, Path(token): Path<String>) -> Response {
    match read(&node, &token).await {
        Ok(scene) => scene.shown(scene.state(None)),
        Err(response) => response,
    }
}

/// `POST /a/{token}`: acknowledges.
pub(super) async fn answer(State(node): State<Arc<Node>>, Path(token): Path<String>) -> Response {
    let scene = match read(&node, &token).await {
        Ok(scene) => scene,
        Err(response) => return response,
    };
    if scene.state(None) != Shown::Button {
        return scene.shown(scene.state(None));
    }
    let used = scene.acknowledge(&node).await;
    // As it stands now: it says who has it, whatever became of this use.
    match read(&node, &token).await {
        Ok(scene) => scene.shown(scene.state(Some(used))),
        Err(response) => response,
    }
}

/// What became of a use of the button.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Used {
    Accepted,
    Before,
    Refused,
    NotNow,
}

/// What the page shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shown {
    Button,
    Done,
    DoneBefore,
    Used,
    Held,
    Ended,
    Expired,
    Refused,
    NotNow,
}

/// A link that is ours, and what it is about.
struct Scene {
    claim: Claim,
    expired: bool,
    page: Entity,
    incident: Option<Entity>,
    person: Option<Entity>,
    holder: Option<Entity>,
    /// Who called others in by it; none for a page that the program itself started.
    caller: Option<Entity>,
    /// Where its incident can be opened.
    opens_at: Option<String>,
    set: SetId,
    now: Timestamp,
}

async fn read(node: &Node, token: &str) -> Result<Scene, Response> {
    let links = node.channels.links();
    // No tongue is known yet: both.
    let found = links.and_then(|links| Some((links.read(token)?, links)));
    let Some((claim, links)) = found else {
        return Err(stranger(StatusCode::NOT_FOUND, "acknowledge-unknown"));
    };
    match load(node, claim, links.set(&claim)).await {
        Ok(Some(scene)) => Ok(scene),
        Ok(None) => Err(stranger(StatusCode::NOT_FOUND, "acknowledge-unknown")),
        Err(error) => {
            tracing::warn!(%error, "an acknowledge link cannot be looked at");
            Err(stranger(StatusCode::SERVICE_UNAVAILABLE, "acknowledge-not-now"))
        }
    }
}

async fn load(node: &Node, claim: Claim, set: SetId) -> Result<Option<Scene>, StoreError> {
    let now = node.store.now().await?;
    let mut found = node.store.entities(&[claim.page, claim.person]).await?;
    let take = |found: &mut Vec<Entity>, id| {
        found.iter().position(|entity| entity.id == id).map(|at| found.swap_remove(at))
    };
    let (page, person) = (take(&mut found, claim.page), take(&mut found, claim.person));
    let Some(page) = page else { return Ok(None) };
    let holder = Page(&page).acknowledged_by();
    let caller = Page(&page).asked_by();
    let mut more: Vec<_> = page.incident.into_iter().chain(holder).chain(caller).collect();
    more.sort_unstable();
    more.dedup();
    let mut found = node.store.entities(&more).await?;
    let incident = page.incident.and_then(|id| take(&mut found, id));
    // Both may be the same person.
    let caller = caller.and_then(|id| found.iter().find(|entity| entity.id == id).cloned());
    let holder = holder.and_then(|id| take(&mut found, id));
    let expired = now > claim.expires_at;
    let key = incident.as_ref().and_then(|incident| Incident(incident).key());
    let opens_at = key.zip(node.channels.links()).map(|(key, links)| links.incident(key));
    Ok(Some(Scene { claim, expired, page, incident, person, holder, caller, opens_at, set, now }))
}

impl Scene {
    async fn acknowledge(&self, node: &Node) -> Used {
        let channel = self.claim.webhook.map_or(Channel::Email, Channel::Webhook);
        let change = Change {
            id: ChangeId(Uuid::now_v7()),
            entity: self.claim.page,
            at: self.now,
            seen: BTreeMap::new(),
            body: Body::Page(PageChange::AcknowledgeBy { channel }),
        };
        let set = ChangeSet { id: self.set, changes: vec![change] };
        let request = Request::of_person(&set, self.claim.person);
        let answers = node.appender.push(vec![request]).await;
        let used = match answers.first().map(|answer| &answer.verdict) {
            Some(Verdict::Accepted { .. }) => Used::Accepted,
            // The record knows this set: the link was used before.
            Some(Verdict::Refused { why: Refusal::OtherBody {} }) => Used::Before,
            Some(Verdict::Refused { .. }) => Used::Refused,
            Some(Verdict::NotNow { .. }) | None => Used::NotNow,
        };
        tracing::info!(page = %self.claim.page, ?used, "an acknowledge link was used");
        used
    }

    fn state(&self, used: Option<Used>) -> Shown {
        let page = Page(&self.page);
        let mine = page.acknowledged_by() == Some(self.claim.person)
            || page.has_acknowledged(self.claim.person);
        match (page.state(), used) {
            // Others are still to acknowledge, so it rings on: this person has done their part.
            (PageState::Ringing, Some(Used::Accepted)) if mine => Shown::Done,
            (PageState::Ringing, _) if mine => Shown::DoneBefore,
            (PageState::Acknowledged, Some(Used::Accepted)) if mine => Shown::Done,
            (PageState::Acknowledged, _) if mine => Shown::DoneBefore,
            (PageState::Acknowledged, _) => Shown::Held,
            (PageState::Closed, _) => Shown::Ended,
            (_, Some(Used::Refused)) => Shown::Refused,
            (_, Some(Used::NotNow)) => Shown::NotNow,
            (_, Some(Used::Accepted | Used::Before)) => Shown::Used,
            (_, None) if self.expired => Shown::Expired,
            (PageState::Ringing | PageState::Nobody | PageState::Snoozed, None) => Shown::Button,
        }
    }

    fn shown(&self, shown: Shown) -> Response {
        let language = self.person.as_ref().map(|person| Person(person).language());
        let tongues = Tongue::chosen(language.unwrap_or_default());
        let status = match shown {
            Shown::Button | Shown::Done | Shown::DoneBefore | Shown::Held | Shown::Ended => {
                StatusCode::OK
            }
            Shown::Used | Shown::Refused => StatusCode::CONFLICT,
            Shown::Expired => StatusCode::GONE,
            Shown::NotNow => StatusCode::SERVICE_UNAVAILABLE,
        };
        let body: Vec<String> = tongues.iter().map(|tongue| self.block(*tongue, shown)).collect();
        let first = tongues.first().copied().unwrap_or(Tongue::English);
        let page = markup::page(first.tag(), &self.title(first), &body.join("<hr>\n"));
        (status, page).into_response()
    }

    fn title(&self, tongue: Tongue) -> String {
        match self.incident.as_ref() {
            Some(incident) => {
                let key = Incident(incident).key().unwrap_or_default().to_owned();
                tongue.text("acknowledge-title", &[("key", FluentValue::from(key))])
            }
            None => tongue.text("acknowledge-title-test", &[]),
        }
    }

    /// What stands under the title in one language. Nothing of a restricted incident but its key and
    /// severity: who has a link is not signed in.
    fn block(&self, tongue: Tongue, shown: Shown) -> String {
        let mut lines = Vec::new();
        // A link that is not good any more tells nothing of what goes on now.
        let tells = !matches!(shown, Shown::Expired | Shown::Refused);
        if let Some(incident) = self.incident.as_ref().map(Incident).filter(|_| tells) {
            let severity = ("severity", FluentValue::from(u8::from(incident.severity())));
            lines.push(match incident.restricted() {
                true => tongue.text("acknowledge-about-restricted", &[severity]),
                false => {
                    let summary = FluentValue::from(incident.summary().to_owned());
                    tongue.text("acknowledge-about", &[severity, ("summary", summary)])
                }
            });
            if incident.drill() {
                lines.push(tongue.text("acknowledge-drill", &[]));
            }
        }
        let say = |id: &str| tongue.text(id, &[]);
        let key = self.incident.as_ref().and_then(|incident| Incident(incident).key());
        let key = || ("key", FluentValue::from(key.unwrap_or_default().to_owned()));
        lines.push(match (shown, &self.caller) {
            // Whoever was called in by somebody is to come, not to take command.
            (Shown::Button, Some(caller)) => {
                let name = ("name", FluentValue::from(Person(caller).name().to_owned()));
                tongue.text("acknowledge-ask-called", &[key(), name])
            }
            (Shown::Done | Shown::DoneBefore, Some(_)) => {
                tongue.text("acknowledge-done-called", &[key()])
            }
            (shown, _) => self.words(tongue, shown),
        });
        if shown == Shown::DoneBefore {
            lines.push(say("acknowledge-used"));
        }
        let mut html: String =
            lines.iter().map(|line| format!("<p>{}</p>\n", escape(line))).collect();
        let button = match shown {
            Shown::Button => Some("acknowledge-button"),
            Shown::NotNow => Some("acknowledge-again"),
            _ => None,
        };
        if let Some(words) = button {
            html.push_str(&format!(
                // To where this page itself is: the server may stand below a path of another one.
                "<form method=\"post\"><button type=\"submit\">{}</button></form>\n",
                escape(&say(words))
            ));
        }
        if let (Shown::Done | Shown::DoneBefore, Some(address)) = (shown, &self.opens_at) {
            let (address, words) = (escape(address), escape(&say("mail-open")));
            html.push_str(&format!("<p><a href=\"{address}\">{words}</a></p>\n"));
        }
        format!("<section lang=\"{}\">\n{html}</section>\n", tongue.tag())
    }

    fn words(&self, tongue: Tongue, shown: Shown) -> String {
        let say = |id: &str| tongue.text(id, &[]);
        match shown {
            Shown::Button => say("acknowledge-ask"),
            Shown::Done if self.incident.is_none() => say("acknowledge-done-test"),
            Shown::Done | Shown::DoneBefore => say("acknowledge-done"),
            Shown::Used => say("acknowledge-used"),
            Shown::Held => {
                let name = self.holder.as_ref().map(|holder| Person(holder).name().to_owned());
                let name = FluentValue::from(name.unwrap_or_default());
                tongue.text("acknowledge-held", &[("name", name)])
            }
            Shown::Ended => say("acknowledge-ended"),
            Shown::Expired => say("acknowledge-expired"),
            Shown::Refused => say("acknowledge-refused"),
            Shown::NotNow => say("acknowledge-not-now"),
        }
    }
}

/// A page for a link that is about nothing.
fn stranger(status: StatusCode, id: &str) -> Response {
    let lines: String = Tongue::ALL
        .iter()
        .map(|tongue| {
            let words = escape(&tongue.text(id, &[]));
            format!("<p lang=\"{}\">{words}</p>\n", tongue.tag())
        })
        .collect();
    (status, markup::page("en", "Firebell", &lines)).into_response()
}
