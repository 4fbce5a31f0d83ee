//! The stories: what is declared, what people do, and who must have rung in the end.

pub(in crate::proofs) use super::cast::Service;

/// One thing that happens.
#[derive(Debug, Clone, Copy)]
pub(in crate::proofs) enum Act {
    /// This desktop must ring for this step now, without any more time going by.
    Rings(&'static str, u32),
    /// So many seconds go by.
    Push(u64),
    /// Somebody acknowledges.
    Acknowledges(&'static str),
    /// Somebody says that they cannot.
    Declines(&'static str),
    /// Somebody resolves the incident.
    Resolves(&'static str),
    /// Somebody says that it is back: the page of the next cycle is looked at from here on.
    Reopens(&'static str),
    /// Somebody raises the severity to 1.
    Raises(&'static str),
    /// The wire of a desktop is cut.
    Sleeps(&'static str),
    /// It is mended.
    Wakes(&'static str),
    /// Somebody says that another has it.
    AcknowledgesFor(&'static str, &'static str),
    /// Somebody takes command.
    Takes(&'static str),
    /// Somebody lets it rest for so many seconds.
    Rests(&'static str, u64),
    /// Somebody does not want to wait; to the IMOC if so said.
    Escalates(&'static str, bool),
    /// Somebody calls another into the incident: that page is looked at from here on.
    Asks(&'static str, &'static str),
    /// The server has it so that no desktop of theirs confirmed this step.
    OutOfReach(&'static str, u32),
    /// They have this role in the incident now.
    Has(&'static str, &'static str),
    /// Somebody stands in on the rota, from in an hour for an hour.
    StandsIn(&'static str),
    /// Who is IMOC: somebody, a roster of nobody, or no roster.
    Imoc(Option<bool>),
}

/// How the page must end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::proofs) enum End {
    Acknowledged,
    Nobody,
    Closed,
    /// There is none.
    NoPage,
}

/// A story.
#[derive(Debug, Clone)]
pub(in crate::proofs) struct Story {
    pub(in crate::proofs) what: &'static str,
    pub(in crate::proofs) service: Service,
    pub(in crate::proofs) severity: u8,
    pub(in crate::proofs) drill: bool,
    pub(in crate::proofs) before: &'static [Act],
    pub(in crate::proofs) acts: &'static [Act],
    pub(in crate::proofs) end: End,
}

impl Story {
    /// One of severity 1, in earnest, before which nothing happens.
    pub(in crate::proofs) fn of(
        what: &'static str,
        service: Service,
        acts: &'static [Act],
        end: End,
    ) -> Self {
        Self { what, service, severity: 1, drill: false, before: &[], acts, end }
    }
}

/// A step's time and a second.
pub(in crate::proofs) const STEP: Act = Push(301);
/// Long enough for anything that was forgotten to ring.
pub(in crate::proofs) const DAY: Act = Push(86_400);

use Act::{
    Acknowledges, Declines, Imoc, Push, Raises, Reopens, Resolves, Rings, Sleeps, StandsIn, Wakes,
};

/// All of them, in the order in which they are played. Every ring is named in the acts.
pub(super) fn all() -> Vec<Story> {
    vec![
        Story::of(
            "nobody answers: each step, the IMOC, then nobody is left",
            Service::Two,
            &[Rings("bob", 0), STEP, Rings("cid", 1), STEP, Rings("dan", 2), STEP],
            End::Nobody,
        ),
        Story::of(
            "a policy that repeats starts over before the IMOC rings",
            Service::Repeating,
            &[
                Rings("bob", 0),
                STEP,
                Rings("cid", 1),
                STEP,
                Rings("bob", 2),
                STEP,
                Rings("cid", 3),
                STEP,
                Rings("dan", 4),
                Acknowledges("dan"),
                DAY,
            ],
            End::Acknowledged,
        ),
        Story::of(
            "nobody is on call at the first step: the next one goes at once",
            Service::GapFirst,
            &[Rings("cid", 1), Acknowledges("cid"), DAY],
            End::Acknowledged,
        ),
        Story::of(
            "nobody is on call, and who was named has left: the IMOC rings at once",
            Service::Deserted,
            &[Rings("dan", 2), Acknowledges("dan"), DAY],
            End::Acknowledged,
        ),
        Story::of(
            "no service is named: the IMOC rings",
            Service::Unknown,
            &[Rings("dan", 0), STEP],
            End::Nobody,
        ),
        Story::of(
            "who declines passes it on at once",
            Service::Two,
            &[Rings("bob", 0), Declines("bob"), Rings("cid", 1), Acknowledges("cid"), DAY],
            End::Acknowledged,
        ),
        Story::of(
            "all decline: nobody is left",
            Service::Two,
            &[
                Rings("bob", 0),
                Declines("bob"),
                Rings("cid", 1),
                Declines("cid"),
                Rings("dan", 2),
                Declines("dan"),
            ],
            End::Nobody,
        ),
        Story::of(
            "an acknowledgement stops it",
            Service::Two,
            &[Rings("bob", 0), Push(200), Acknowledges("bob"), DAY],
            End::Acknowledged,
        ),
        Story::of(
            "somebody who was not rung may have it",
            Service::Two,
            &[Rings("bob", 0), Acknowledges("ann"), DAY],
            End::Acknowledged,
        ),
        Story {
            before: &[Imoc(Some(false))],
            ..Story::of(
                "the IMOC roster has nobody either",
                Service::Two,
                &[Rings("bob", 0), STEP, Rings("cid", 1), STEP],
                End::Nobody,
            )
        },
        Story {
            before: &[Imoc(None)],
            ..Story::of(
                "there is no IMOC roster and no service",
                Service::Unknown,
                &[],
                End::Nobody,
            )
        },
        Story {
            before: &[Imoc(Some(true))],
            ..Story::of(
                "a team rings together; one who declines leaves it with the others",
                Service::Team,
                &[
                    Rings("bob", 0),
                    Rings("cid", 0),
                    Declines("bob"),
                    Push(100),
                    Declines("cid"),
                    Rings("ann", 1),
                    Acknowledges("ann"),
                    DAY,
                ],
                End::Acknowledged,
            )
        },
        Story {
            before: &[StandsIn("cid")],
            ..Story::of(
                "who is on call is asked when the step goes",
                Service::Rota,
                &[Rings("bob", 0), Push(5_400), Rings("cid", 1), Acknowledges("cid"), DAY],
                End::Acknowledged,
            )
        },
        Story::of(
            "what is resolved rings nobody any more",
            Service::Two,
            &[Rings("bob", 0), Resolves("ann"), DAY],
            End::Closed,
        ),
        Story::of(
            "what comes back begins at the first step again",
            Service::Two,
            &[
                Rings("bob", 0),
                Acknowledges("bob"),
                Resolves("bob"),
                Reopens("ann"),
                Rings("bob", 0),
                STEP,
                Rings("cid", 1),
                Acknowledges("cid"),
                DAY,
            ],
            End::Acknowledged,
        ),
        Story::of(
            "a desktop that slept rings when it wakes, once",
            Service::Two,
            &[
                Sleeps("bob"),
                STEP,
                Rings("cid", 1),
                Wakes("bob"),
                Rings("bob", 0),
                Acknowledges("bob"),
                DAY,
            ],
            End::Acknowledged,
        ),
        Story::of(
            "a desktop that slept through it rings nothing when somebody has it",
            Service::Two,
            &[Sleeps("bob"), STEP, Rings("cid", 1), Acknowledges("cid"), Wakes("bob"), DAY],
            End::Acknowledged,
        ),
        Story {
            severity: 3,
            ..Story::of("severity 3 pages nobody", Service::Two, &[DAY], End::NoPage)
        },
        Story {
            severity: 3,
            ..Story::of(
                "a severity that rises pages",
                Service::Two,
                &[DAY, Raises("ann"), Rings("bob", 0), Acknowledges("bob"), DAY],
                End::Acknowledged,
            )
        },
        Story {
            drill: true,
            ..Story::of(
                "a drill rings nobody but who declared it",
                Service::Two,
                &[Rings("ann", 0), Acknowledges("ann"), DAY],
                End::Acknowledged,
            )
        },
    ]
}
