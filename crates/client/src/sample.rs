//! Sample data for a first look: a small shop with people, a rota, two incidents that are open and
//! three that are over.
//!
//! It is made of ordinary change sets, by the person who started, so that everything in it can be used
//! and edited. It is imported: the server takes it without paging anybody, as it does with whatever it
//! has decided before. That a workspace holds it is remembered, and said by `StartView::Ready::sample`.

mod company;
mod incidents;

use firebell_domain::{
    change::{Body, Change, ChangeSet},
    directory::Person,
    entity::World,
    id::{ChangeId, EntityId, SetId},
    time::Timestamp,
};

use crate::{
    Client,
    api::{ApiError, ErrorCode},
    words::Tongue,
};

/// Under which name a workspace remembers that it was filled.
pub(crate) const SAMPLE: &str = "sample";

/// A text in both languages.
type Both = (&'static str, &'static str);

/// Fills the workspace that is open, in the language of this desktop, around the present time.
///
/// # Errors
/// `SignedOut` without a workspace; `NotSaved` when the disk refuses.
pub(crate) async fn fill(client: &Client) -> Result<(), ApiError> {
    let store = client.store()?;
    let (Some(me), Some(settings)) = (client.me(), client.settings_id()) else {
        return Err(ApiError::of(ErrorCode::SignedOut, "nobody to be in the sample"));
    };
    let zone = client.directory().entity(me).map(|me| Person(me).zone().to_owned());
    let zone = zone.filter(|zone| !zone.is_empty()).unwrap_or_else(|| "UTC".to_owned());
    let pen = Pen { client, tongue: client.words().tongue(), now: client.host().now() };
    let company = company::Company::found(&pen, me, settings, &zone);
    client.import(vec![pen.set(company.changes.clone())]).await?;
    for story in incidents::stories() {
        // One after the other: each takes the next key of the reserve.
        let number = client.take_key().await?;
        client.import(vec![pen.set(story.changes(&pen, &company, number))]).await?;
    }
    store.set_local(SAMPLE, Some(&true)).await
}

/// Writes changes at times of the past, in one language.
struct Pen<'a> {
    client: &'a Client,
    tongue: Tongue,
    now: Timestamp,
}

impl Pen<'_> {
    fn say(&self, (english, chinese): Both) -> String {
        match self.tongue {
            Tongue::English => english.to_owned(),
            Tongue::Chinese => chinese.to_owned(),
        }
    }

    fn new_id(&self) -> EntityId {
        EntityId(self.client.host().new_id())
    }

    /// So many minutes ago.
    fn ago(&self, minutes: i64) -> Timestamp {
        self.now.plus_secs(-60 * minutes)
    }

    fn change(&self, entity: EntityId, at: Timestamp, body: Body) -> Change {
        let id = ChangeId(self.client.host().new_id());
        Change { id, entity, at, seen: std::collections::BTreeMap::new(), body }
    }

    fn set(&self, changes: Vec<Change>) -> ChangeSet {
        ChangeSet { id: SetId(self.client.host().new_id()), changes }
    }
}
