//! Pages: answering them, testing them (N3, C1).

use std::time::Duration;

use firebell_domain::{
    change::{Body, ChangeSet},
    directory::Target,
    entity::Kind,
    id::EntityId,
    incident::IncidentChange,
    paging::{MAX_DETAIL, MAX_SNOOZE_SECS, Page, PageChange},
    time::Timestamp,
};

use crate::{
    Client,
    api::{
        ApiError, ErrorCode,
        directory::TargetForm,
        page::{AcknowledgePage, ActOnPage, DeclinePage, PageAction, PagePeople, PageView},
        readiness::Hop,
    },
    store::Store,
    views::{names::id, page},
};

/// How long a page that rang is waited for: its ring runs ahead of its rows.
const ARRIVES: Duration = Duration::from_secs(3);
/// How long a test page is waited for.
const TEST_ARRIVES: Duration = Duration::from_secs(5);
/// How often it is looked for meanwhile.
const LOOK: Duration = Duration::from_millis(25);

impl Client {
    /// `list_my_pages`: those that ring for this person first.
    ///
    /// # Errors
    /// `SignedOut` without a workspace; a store that cannot be read.
    pub async fn list_my_pages(&self, _: ()) -> Result<Vec<PageView>, ApiError> {
        page::mine(self).await
    }

    /// `get_page`. One that rang and whose rows are on their way is waited for.
    ///
    /// # Errors
    /// `NotFound` when it does not exist or its incident may not be seen.
    pub async fn get_page(&self, page: String) -> Result<PageView, ApiError> {
        let page = id(&page)?;
        let store = self.store()?;
        if self.ringing().rings(page) {
            arrives(&store, page, ARRIVES).await?;
        }
        page::by_id(self, page).await
    }

    /// `acknowledge_page`, and with `take_command` the incident too. These are two sets, the
    /// acknowledgement first and neither after the other: who loses the race for command has still
    /// answered the page.
    ///
    /// # Errors
    /// `Refused` when somebody else is in command already (the page is acknowledged all the same).
    pub async fn acknowledge_page(&self, form: AcknowledgePage) -> Result<PageView, ApiError> {
        let page = id(&form.id)?;
        let store = self.store()?;
        let acknowledge = self.new_change(page, Body::Page(PageChange::Acknowledge {}));
        let mut sets = vec![self.new_set(vec![acknowledge])];
        let incident = incident_of(&store, page).await?;
        if form.take_command
            && let Some(incident) = incident
        {
            sets.push(self.take_command(incident));
        }
        for executed in self.execute_all(sets).await? {
            executed?;
        }
        // A ring runs ahead of its rows; which incident it is for is known once they are here.
        if form.take_command
            && incident.is_none()
            && arrives(&store, page, ARRIVES).await?
            && let Some(incident) = incident_of(&store, page).await?
        {
            self.execute(self.take_command(incident)).await?;
        }
        self.get_page(form.id).await
    }

    fn take_command(&self, incident: EntityId) -> ChangeSet {
        let take = Body::Incident(IncidentChange::TakeCommand {});
        self.new_set(vec![self.new_change(incident, take)])
    }

    /// `decline_page`: the next step goes at once when everyone asked has declined.
    ///
    /// # Errors
    /// `Invalid` for a reason that is too long.
    pub async fn decline_page(&self, form: DeclinePage) -> Result<PageView, ApiError> {
        if form.reason.trim().len() > usize::try_from(MAX_DETAIL).unwrap_or(usize::MAX) {
            return Err(ApiError::field("reason", "error-text-too-long"));
        }
        let decline = PageChange::Decline { reason: form.reason };
        let change = self.new_change(id(&form.id)?, Body::Page(decline));
        self.execute(self.new_set(vec![change])).await?;
        self.get_page(form.id).await
    }

    /// `act_on_page`: for somebody else, later, or on to the next step.
    ///
    /// # Errors
    /// `Invalid` for a time to rest that is past or too far away.
    pub async fn act_on_page(&self, form: ActOnPage) -> Result<PageView, ApiError> {
        let body = match form.action {
            PageAction::AcknowledgeFor { person } => {
                PageChange::AcknowledgeFor { person: id(&person)? }
            }
            PageAction::Snooze { until } => {
                let until = Timestamp(until);
                let length = until.since(self.host().now());
                if length <= 0 || length > MAX_SNOOZE_SECS * 1_000 {
                    return Err(ApiError::field("until", "error-snooze"));
                }
                PageChange::Snooze { until }
            }
            PageAction::Escalate { imoc } => {
                let page = self.store()?.entity(id(&form.id)?).await?;
                PageChange::Escalate {
                    imoc,
                    step: page.as_ref().and_then(|page| Page(page).step()),
                }
            }
        };
        let change = self.new_change(id(&form.id)?, Body::Page(body));
        self.execute(self.new_set(vec![change])).await?;
        self.get_page(form.id).await
    }

    /// `page_people`: calls others into an incident (E1). Only the server can ring them, so it is not kept
    /// for later: whoever calls for help must know at once that nobody comes.
    ///
    /// # Errors
    /// `Invalid` for nobody; `Offline` when the server cannot be reached or does not answer in time.
    pub async fn page_people(&self, form: PagePeople) -> Result<PageView, ApiError> {
        let offline = || ApiError::of(ErrorCode::Offline, "the call for others did not go out");
        let store = self.store()?;
        if !self.sync_state().online {
            return Err(offline());
        }
        let targets: Vec<Target> = form.targets.iter().filter_map(TargetForm::made).collect();
        let policy = form.policy.as_deref().map(id).transpose()?;
        if targets.is_empty() && policy.is_none() {
            return Err(ApiError::field("targets", "error-targets-missing"));
        }
        if form.note.trim().len() > usize::try_from(MAX_DETAIL).unwrap_or(usize::MAX) {
            return Err(ApiError::field("note", "error-text-too-long"));
        }
        let incident = id(&form.incident)?;
        let ask = PageChange::Ask { incident, targets, policy, role: form.role, note: form.note };
        let page = EntityId(self.host().new_id());
        let change = self.new_change(page, Body::Page(ask));
        let executed = self.execute(self.new_set(vec![change])).await?;
        if !arrives(&store, page, TEST_ARRIVES).await? {
            let withdrawn = store.withdraw(executed.id, self.host().now()).await;
            withdrawn.map_err(|error| self.api_error(error))?;
            return Err(offline());
        }
        page::by_id(self, page).await
    }

    /// `send_test_page`: rings this person's own desktops, through the server as any page does. It is not
    /// kept for later: a test that rings in an hour proves nothing, and frightens somebody.
    ///
    /// # Errors
    /// `Offline` when the server cannot be reached or does not answer in time: then nobody here would
    /// be rung by a real one either.
    pub async fn send_test_page(&self, _: ()) -> Result<PageView, ApiError> {
        let offline = || ApiError::of(ErrorCode::Offline, "no test page came back");
        let store = self.store()?;
        let page = EntityId(self.host().new_id());
        self.walk().begin(page, self.host().now());
        if !self.sync_state().online {
            self.note_hop(page.0, Hop::Server, Err(String::new()));
            return Err(offline());
        }
        self.note_hop(page.0, Hop::Server, Ok(()));
        let change = self.new_change(page, Body::Page(PageChange::RequestTest {}));
        let executed = self.execute(self.new_set(vec![change])).await?;
        if !arrives(&store, page, TEST_ARRIVES).await? {
            let withdrawn = store.withdraw(executed.id, self.host().now()).await;
            withdrawn.map_err(|error| self.api_error(error))?;
            self.note_hop(page.0, Hop::Written, Err(String::new()));
            return Err(offline());
        }
        page::by_id(self, page).await
    }
}

/// Waits until a page is here, bounded; says whether it is.
async fn arrives(store: &Store, page: EntityId, bound: Duration) -> Result<bool, ApiError> {
    let looks = bound.as_millis() / LOOK.as_millis();
    for _ in 0..looks {
        if store.entity(page).await?.is_some_and(|entity| entity.kind == Kind::PAGE) {
            return Ok(true);
        }
        tokio::time::sleep(LOOK).await;
    }
    Ok(false)
}

/// The incident of a page, if both are known here.
async fn incident_of(store: &Store, page: EntityId) -> Result<Option<EntityId>, ApiError> {
    Ok(store.entity(page).await?.and_then(|page| page.incident))
}
