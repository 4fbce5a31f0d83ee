//! Declaring an incident (D1, D4, D6).

use firebell_domain::{
    change::Body,
    entity::{Kind, World},
    id::EntityId,
    incident::{IncidentChange, MAX_SUMMARY, MAX_TEXT, Severity, key},
    paging::{Preview, preview},
    time::Timestamp,
};
use serde::{Deserialize, Serialize};

use super::objection::Objections;
use crate::{
    Client,
    api::{
        ApiError,
        incident::{DeclareForm, DeclareView, Declared, IncidentRow, PagePreview},
    },
    search,
    store::Directory,
    views::{
        names::{detected_by, dial, name},
        on_call::IMOC,
        queue,
    },
};

/// Under which name the draft is remembered.
const DRAFT: &str = "declare_draft";

/// What was typed and not declared.
#[derive(Debug, Serialize, Deserialize)]
struct Draft {
    form: DeclareForm,
    at: Timestamp,
}

impl Client {
    /// `open_declare`: the key that this incident will have, and what was typed last time. The key stays
    /// the same until it is used, however often the form is opened.
    ///
    /// # Errors
    /// `SignedOut` without a workspace; a store that cannot be read.
    pub async fn open_declare(&self, _: ()) -> Result<DeclareView, ApiError> {
        let number = self.take_key().await?;
        let draft = self.store()?.local::<Draft>(DRAFT).await?;
        let (draft, draft_at) = draft.map(|draft| (draft.form, draft.at.0)).unzip();
        Ok(DeclareView { key: number.map(key), draft, draft_at })
    }

    /// `save_declare_draft`: keeps what is being typed.
    ///
    /// # Errors
    /// `NotSaved` when the disk refuses.
    pub async fn save_declare_draft(&self, form: DeclareForm) -> Result<(), ApiError> {
        let draft = (form != DeclareForm::default()).then(|| Draft { form, at: self.host().now() });
        self.store()?.set_local(DRAFT, draft.as_ref()).await
    }

    /// `discard_declare_draft`: forgets it.
    ///
    /// # Errors
    /// `NotSaved` when the disk refuses.
    pub async fn discard_declare_draft(&self, _: ()) -> Result<(), ApiError> {
        self.store()?.set_local::<Draft>(DRAFT, None).await
    }

    /// `find_similar`: open incidents that look like this summary.
    ///
    /// # Errors
    /// See [`Client::open_declare`].
    pub async fn find_similar(&self, summary: String) -> Result<Vec<IncidentRow>, ApiError> {
        search::similar(self, &summary).await
    }

    /// `preview_page`: who would be rung first.
    ///
    /// # Errors
    /// None of its own.
    pub async fn preview_page(&self, form: DeclareForm) -> Result<PagePreview, ApiError> {
        let directory = self.directory();
        let service = form.service.as_deref().and_then(|id| id.parse::<EntityId>().ok());
        let offline = !self.sync_state().online;
        let now = self.host().now();
        let severity = form.severity.and_then(|number| Severity::try_from(number).ok());
        let severity = severity.unwrap_or(Severity::Three);
        let found = match (self.settings_id(), self.me()) {
            _ if !severity.pages() => {
                let waits = form.severity == Some(3) && !form.drill;
                let place = || queue::preview(&directory, self.settings_id(), service, now);
                let queue = waits.then(place);
                let people = Vec::new();
                return Ok(PagePreview { pages: false, people, imoc: false, offline, queue });
            }
            // A drill rings nobody but who declares it.
            (_, Some(me)) if form.drill => Preview { people: vec![me], imoc: false },
            (Some(settings), _) => preview(&*directory, settings, service, severity, now),
            (None, _) => Preview::default(),
        };
        let role = match service {
            Some(service) if !found.imoc => name(&*directory, service),
            _ => IMOC.to_owned(),
        };
        let people = found.people.into_iter().map(|id| dial(&*directory, id, &role)).collect();
        Ok(PagePreview { pages: true, people, imoc: found.imoc, offline, queue: None })
    }

    /// `declare_incident`: saved here when it answers. The draft is forgotten only then.
    ///
    /// # Errors
    /// `Invalid` with an objection for each wrong field; `NotSaved` when the disk refuses.
    pub async fn declare_incident(&self, form: DeclareForm) -> Result<Declared, ApiError> {
        check(&self.directory(), &form, self.host().now()).done()?;
        let id = EntityId(self.host().new_id());
        let ids = |ids: &[String]| -> Vec<EntityId> {
            ids.iter().filter_map(|id| id.parse().ok()).collect()
        };
        let declare = IncidentChange::Declare {
            number: self.take_key().await?,
            summary: form.summary,
            description: form.description,
            severity: severity(form.severity).unwrap_or(Severity::Three),
            service: form.service.and_then(|id| id.parse().ok()),
            products: ids(&form.products),
            detected_by: detected_by(form.detected_by),
            impact_start: form.impact_start.map(Timestamp),
            restricted: form.restricted,
            drill: form.drill,
        };
        let change = self.new_change(id, Body::Incident(declare));
        let executed = self.execute(self.new_set(vec![change])).await?;
        if let Err(error) = self.discard_declare_draft(()).await {
            // The incident is safe; the form opens with an old draft, no more.
            tracing::warn!(%error, "the draft of a declared incident stays");
        }
        Ok(Declared { id: id.to_string(), key: executed.key.map(key) })
    }
}

fn severity(number: Option<u8>) -> Option<Severity> {
    number.and_then(|number| Severity::try_from(number).ok())
}

fn check(directory: &Directory, form: &DeclareForm, now: Timestamp) -> Objections {
    let mut wrong = Objections::default();
    let is = |id: &str, kind: &Kind| {
        let entity = id.parse().ok().and_then(|id: EntityId| directory.entity(id));
        entity.is_some_and(|entity| entity.kind == *kind)
    };
    let summary = form.summary.trim();
    let long = |text: &str, max: u64| text.trim().len() as u64 > max;
    wrong.when(summary.is_empty(), "summary", "error-summary-empty");
    wrong.when(long(summary, MAX_SUMMARY), "summary", "error-summary-too-long");
    wrong.when(long(&form.description, MAX_TEXT), "description", "error-description-too-long");
    wrong.when(severity(form.severity).is_none(), "severity", "error-severity-missing");
    let service = form.service.as_deref();
    let unknown = service.is_some_and(|id| !is(id, &Kind::SERVICE));
    wrong.when(unknown, "service", "error-service-unknown");
    let unknown = form.products.iter().any(|id| !is(id, &Kind::PRODUCT));
    wrong.when(unknown, "products", "error-product-unknown");
    let future = form.impact_start.is_some_and(|at| at > now.0);
    wrong.when(future, "impact_start", "error-impact-start-future");
    let before = form.impact_start.is_some_and(|at| at < Timestamp::MIN.0);
    wrong.when(before, "impact_start", "error-time-impossible");
    wrong
}
