//! The computer woke: what still stands rings again, and what was missed is said (N3).

use std::time::Duration;

use firebell_domain::time::Timestamp;

use crate::{
    Client,
    api::{ApiError, page::PageView},
    views::page,
};

/// How long the server is waited for before rings are repeated as they stand here: somebody may have
/// answered meanwhile, and a siren for a page that is over helps nobody.
const SERVER_WITHIN: Duration = Duration::from_secs(8);
/// Missed pages that a notice names; more are counted.
const NAMED: usize = 3;

impl Client {
    /// The computer woke after it had slept since `since`: pages that still stand ring again, loud and in
    /// new words (how long ago, who has it); pages that rang meanwhile and are over are named in a notice.
    pub async fn woke(&self, since: Timestamp) {
        let woke_at = self.host().now();
        self.try_now();
        if !self.hears_server(woke_at, SERVER_WITHIN).await {
            tracing::info!("awake, and the server does not answer yet");
        }
        self.settle_rings().await;
        self.ring_again().await;
        if let Err(error) = self.tell_missed(since).await {
            tracing::warn!(%error, "missed pages cannot be read");
        }
    }

    /// Names what rang while nobody could see it.
    async fn tell_missed(&self, since: Timestamp) -> Result<(), ApiError> {
        let mut missed = page::mine(self).await?;
        missed.retain(|page| page.missed && page.rang_at >= since.0);
        if missed.is_empty() {
            return Ok(());
        }
        let words = self.words();
        let line = |page: &PageView| {
            let by = page.acknowledged_by.as_ref().map(|person| person.name.as_str());
            words.missed(page.key.as_deref(), page.test, by)
        };
        let lines: Vec<String> = missed.iter().take(NAMED).map(line).collect();
        let (title, body) = words.missed_notice(&lines, missed.len());
        self.notice(&title, &body);
        Ok(())
    }
}
