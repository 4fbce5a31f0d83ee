//! What lasted in an incident: severity, state, who was in command (T3).

use firebell_domain::{id::EntityId, incident::Incident, outcome::Op};

use super::log;
use crate::{
    Client,
    api::{
        ApiError,
        timeline::past::{Picture, Span},
    },
    views::names::{name, not_found},
};

/// Spans of an incident.
pub(crate) async fn picture(client: &Client, incident: EntityId) -> Result<Picture, ApiError> {
    let store = client.store()?;
    let complete = store.missing_history(incident).await?.is_none();
    let directory = client.directory();
    let (mut severity, mut state, mut im) = (Lane::default(), Lane::default(), Lane::default());
    for step in log::of_incident(&store, incident).await? {
        if step.outcome.entity != incident {
            continue;
        }
        let at = step.stamp.at.0;
        for op in &step.outcome.ops {
            let Op::Set { field, value, .. } = op else { continue };
            match field.as_str() {
                "severity" => severity.becomes(at, value.to_string()),
                "state" => state.becomes(at, value.as_str().unwrap_or_default().to_owned()),
                "im" => {
                    let who = value.as_str().and_then(|id| id.parse().ok());
                    im.becomes(at, who.map(|id| name(&*directory, id)).unwrap_or_default());
                }
                _ => {}
            }
        }
    }
    let entity = store.entity(incident).await?.ok_or_else(|| not_found("incident"))?;
    let times = Incident(&entity).times();
    Ok(Picture {
        severity: severity.0,
        state: state.0,
        im: im.0,
        impact_start: times.impact_start.map(|at| at.0),
        detected: times.detected.map(|at| at.0),
        impact_end: times.impact_end.map(|at| at.0),
        complete,
    })
}

/// One thing over time.
#[derive(Default)]
struct Lane(Vec<Span>);

impl Lane {
    /// It is `value` since `at`. A clock that lagged behind the one before does not make time run backwards.
    fn becomes(&mut self, at: i64, value: String) {
        let mut from = at;
        if let Some(last) = self.0.last_mut() {
            if last.value == value {
                return;
            }
            from = from.max(last.from);
            last.to = Some(from);
        }
        self.0.push(Span { from, to: None, value });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_follow_each_other_without_a_gap_and_time_does_not_run_backwards() {
        let mut lane = Lane::default();
        for (at, value) in [(10, "3"), (20, "3"), (30, "1"), (25, "2")] {
            lane.becomes(at, value.to_owned());
        }
        let span = |from, to, value: &str| Span { from, to, value: value.to_owned() };
        let wanted = [span(10, Some(30), "3"), span(30, Some(30), "1"), span(30, None, "2")];
        assert_eq!(lane.0, wanted);
    }
}
