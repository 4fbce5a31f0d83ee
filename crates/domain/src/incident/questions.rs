//! The six questions that are asked of every incident (A1): on which side customers are hit, what they see, how
//! many, since when, how many support cases, and what else there is.
//!
//! Since when is answered by the start of the impact, which is one of the three times. Each of the others is a field
//! of its own: two people who answer different ones never collide, and its stamp says who answered and when.

use serde::{Deserialize, Serialize};

use super::Incident;
use crate::{
    change::Author,
    decide::{Draft, Refusal, Stop, text_or_empty},
    time::Timestamp,
};

/// Longest answer in bytes.
pub const MAX_ANSWER: u64 = 2_000;
/// The most support cases that are believed.
pub const MAX_CASES: u32 = 10_000_000;
/// What [`Question::Side`] is answered with.
pub const SIDES: [&str; 4] = ["outside", "inside", "both", "none"];
/// What [`Question::Extent`] is answered with.
pub const EXTENTS: [&str; 3] = ["one", "some", "all"];

/// One of the six that has an answer of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Question {
    /// Are customers outside hit, or people inside? One of [`SIDES`].
    Side,
    /// What do they see?
    Seen,
    /// How many? One of [`EXTENTS`].
    Extent,
    /// How many support cases are there? A number.
    Cases,
    /// Anything else: social media, security, loss of data?
    Else,
}

impl Question {
    /// All of them, in the order in which they are asked.
    pub const ALL: [Self; 5] = [Self::Side, Self::Seen, Self::Extent, Self::Cases, Self::Else];

    /// The field that holds its answer, and the group of its stamp.
    #[must_use]
    pub fn field(self) -> &'static str {
        match self {
            Self::Side => "answer_side",
            Self::Seen => "answer_seen",
            Self::Extent => "answer_extent",
            Self::Cases => "answer_cases",
            Self::Else => "answer_else",
        }
    }

    /// Whether this can be its answer; empty is none.
    #[must_use]
    pub fn takes(self, answer: &str) -> bool {
        answer.is_empty()
            || match self {
                Self::Side => SIDES.contains(&answer),
                Self::Extent => EXTENTS.contains(&answer),
                Self::Cases => answer.parse().is_ok_and(|cases: u32| cases <= MAX_CASES),
                Self::Seen | Self::Else => answer.len() as u64 <= MAX_ANSWER,
            }
    }
}

/// An answer as it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Answered<'a> {
    /// What is known.
    pub answer: &'a str,
    /// Who said so.
    pub by: Author,
    /// When, by their clock.
    pub at: Timestamp,
}

/// What is known about a question; none while it is not answered.
#[must_use]
pub fn answered(incident: Incident<'_>, question: Question) -> Option<Answered<'_>> {
    let answer = incident.0.text(question.field());
    let stamp = incident.0.stamp(question.field())?;
    (!answer.is_empty()).then_some(Answered { answer, by: stamp.author, at: stamp.at })
}

/// How many of the six are not answered.
#[must_use]
pub fn unanswered(incident: Incident<'_>) -> usize {
    let open = Question::ALL.into_iter().filter(|one| answered(incident, *one).is_none()).count();
    open + usize::from(incident.times().impact_start.is_none())
}

pub(super) fn answer(draft: &mut Draft<'_>, question: Question, answer: &str) -> Result<(), Stop> {
    let field = question.field();
    let answer = text_or_empty(field, answer, MAX_ANSWER)?;
    if !question.takes(&answer) {
        return Err(Refusal::ImpossibleValue { field: field.to_owned() }.into());
    }
    draft.set(field, answer)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        incident::{IncidentChange, Severity},
        testing::Story,
    };

    fn say(question: Question, answer: &str) -> IncidentChange {
        IncidentChange::Answer { question, answer: answer.to_owned() }
    }

    #[test]
    fn each_question_takes_what_answers_it_and_nothing_else() {
        use Question::{Cases, Else, Extent, Seen, Side};
        let long = "x".repeat(MAX_ANSWER as usize + 1);
        let table = [
            (Side, "outside", true),
            (Side, "both", true),
            (Side, "everywhere", false),
            (Extent, "all", true),
            (Extent, "most", false),
            (Cases, "0", true),
            (Cases, "10000000", true),
            (Cases, "10000001", false),
            (Cases, "-1", false),
            (Cases, "many", false),
            (Seen, "\u{9519}\u{8bef} 500", true),
            (Seen, long.as_str(), false),
            (Else, "", true),
        ];
        for (question, answer, stands) in table {
            let mut story = Story::new();
            let incident = story.declare(Severity::One);
            let said = story.incident(story.ben, incident, say(question, answer));
            assert_eq!(said.is_ok(), stands, "{question:?} {answer:.20}");
        }
        println!("{} answers", table.len());
    }

    #[test]
    fn answers_are_dated_counted_and_taken_back() {
        let mut story = Story::new();
        let incident = story.declare(Severity::One);
        let open = |story: &Story| unanswered(Incident(story.entity(incident)));
        assert_eq!(open(&story), 6);
        let (ana, ben) = (story.ana, story.ben);
        story.now = story.now.plus_secs(60);
        let then = story.now;
        story.incident(ana, incident, say(Question::Side, " outside ")).expect("it stands");
        story.now = story.now.plus_secs(60);
        story.incident(ben, incident, say(Question::Cases, "12")).expect("it stands");
        let side = answered(Incident(story.entity(incident)), Question::Side);
        let expected = Answered { answer: "outside", by: Author::Person(ana), at: then };
        assert_eq!((side, open(&story)), (Some(expected), 4));
        let times = IncidentChange::SetTimes {
            impact_start: Some(then),
            detected: Some(then),
            impact_end: None,
        };
        story.incident(ben, incident, times).expect("it stands");
        assert_eq!(open(&story), 3, "since when is one of them");
        story.incident(ana, incident, say(Question::Side, "")).expect("it stands");
        assert_eq!(answered(Incident(story.entity(incident)), Question::Side), None);
        assert_eq!(open(&story), 4, "taken back");
    }
}
