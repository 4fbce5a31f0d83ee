//! Telling this person that somebody named them in a line (T0).

use firebell_domain::{
    directory::team_members,
    entity::{Kind, World},
    id::EntityId,
    incident::Incident,
    permission::may_see,
    timeline::Entry,
};

use crate::{Client, api::ApiError, views::names::name};

/// Lines told one by one; more at once are told as a number.
const EACH: usize = 3;
/// How old a line may be to be told at all: whoever comes back after a holiday reads, and is not rung.
const FRESH_MS: i64 = 24 * 60 * 60 * 1_000;

impl Client {
    /// Tells of these lines, as far as they name this person or a team of theirs.
    ///
    /// # Errors
    /// A store that cannot be read.
    pub(crate) async fn tell_mentions(&self, lines: &[EntityId]) -> Result<(), ApiError> {
        let (Ok(store), Some(me)) = (self.store(), self.me()) else { return Ok(()) };
        if lines.is_empty() {
            return Ok(());
        }
        let directory = self.directory();
        let team = |id: EntityId| {
            directory
                .entity(id)
                .filter(|entity| entity.kind == Kind::TEAM)
                .is_some_and(|team| team_members(team).any(|member| member == me))
        };
        let now = self.host().now();
        let mut told = Vec::new();
        for entity in store.entities(lines).await?.values() {
            let entry = Entry(entity);
            let for_me = entry.mentions().into_iter().any(|id| id == me || team(id));
            let fresh = now.since(entry.written_at()) < FRESH_MS;
            let Some(by) = entry.author().filter(|by| *by != me && for_me && fresh) else {
                continue;
            };
            let Some(incident) = entity.incident else { continue };
            let Some(incident) = store.entity(incident).await? else { continue };
            if may_see(me, &incident) {
                let line = Some(entry.text()).filter(|_| !Incident(&incident).restricted());
                let key = Incident(&incident).key().unwrap_or_default();
                told.push(self.words().mentioned(&name(&*directory, by), key, line));
            }
        }
        if told.len() > EACH {
            let count = i64::try_from(told.len()).unwrap_or(i64::MAX);
            told = vec![self.words().mentioned_often(count)];
        }
        for (title, body) in told {
            self.notice(&title, &body);
        }
        Ok(())
    }
}
