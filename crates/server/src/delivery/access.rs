//! `Forget` and `Backfill`: what a desktop must purge or fetch before further rows make sense to it.
//! The same on connect and live; the store knows what this device has not confirmed.

use firebell_domain::id::EntityId;
use firebell_protocol::frame::ToClient;

use super::{line::Session, sight::Sight};
use crate::store::{SharedStore, StoreError};

/// What the device has to be told about incidents that its person came to see after row `since`, or may
/// not see any more. Whatever stood in between, only what holds now is said.
///
/// # Errors
/// [`StoreError`] of the store; nothing may be sent then, as rows could show what is hidden.
pub async fn frames(
    store: &SharedStore,
    sight: &Sight,
    session: &Session,
    since: Option<u64>,
) -> Result<Vec<ToClient>, StoreError> {
    let lost = store.to_forget(session.person, session.device).await?;
    let gained = match since {
        Some(seq) => store.gained_after(session.person, seq).await?,
        None => Vec::new(),
    };
    let incidents: Vec<EntityId> =
        lost.iter().chain(&gained).map(|(incident, _)| *incident).collect();
    if incidents.is_empty() {
        return Ok(Vec::new());
    }
    let hidden = sight.hidden(session.person, &incidents).await?;
    let forget = lost
        .into_iter()
        .filter(|(incident, _)| hidden.contains(incident))
        .map(|(incident, seq)| ToClient::Forget { incident, seq });
    let backfill = gained
        .into_iter()
        .filter(|(incident, _)| !hidden.contains(incident))
        .map(|(incident, to_seq)| ToClient::Backfill { incident, to_seq });
    Ok(forget.chain(backfill).collect())
}
