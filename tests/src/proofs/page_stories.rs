//! `page-stories`: every feature of escalation policies and pages as a story with a clock that is pushed:
//! who must ring, and nobody else. The same company and the same rules of telling as `page-escalates`; here
//! whoever acknowledges has five minutes to see that somebody takes command.

use anyhow::Result;

use super::page_escalates::stories::{Act, DAY, End, STEP, Service, Story};
use super::page_escalates::tell;
use crate::proof::{Ground, Proof, Report};

/// See the module.
pub(crate) const PROOF: Proof = Proof {
    name: "page-stories",
    line: "every feature of policies and pages with a clock that is pushed: who must ring, and nobody else",
    run: |ground| Box::pin(run(ground)),
};

/// What a desktop has to confirm, and a second.
const REACH: Act = Act::Push(31);

async fn run(ground: Ground) -> Result<Report> {
    let rounds = ground.size().pick(1, 20);
    tell(&ground, rounds, stories, 300).await
}

/// All of them. Every ring is named in the acts.
fn stories() -> Vec<Story> {
    use Act::{
        Acknowledges, AcknowledgesFor, Asks, Declines, Escalates, Has, OutOfReach, Resolves, Rests,
        Rings, Sleeps, Takes, Wakes,
    };
    vec![
        Story::of(
            "a step rings the same person again before the next one",
            Service::Retrying,
            &[
                Rings("bob", 0),
                STEP,
                Rings("bob", 1),
                STEP,
                Rings("cid", 2),
                Acknowledges("cid"),
                Takes("cid"),
                DAY,
            ],
            End::Acknowledged,
        ),
        Story::of(
            "both must acknowledge: one alone does not stop it",
            Service::Both,
            &[
                Rings("bob", 0),
                Rings("cid", 0),
                Acknowledges("bob"),
                Act::Push(100),
                Acknowledges("cid"),
                Takes("cid"),
                DAY,
            ],
            End::Acknowledged,
        ),
        Story::of(
            "both must acknowledge: one does and one cannot, so the next step goes at once",
            Service::Both,
            &[
                Rings("bob", 0),
                Rings("cid", 0),
                Acknowledges("bob"),
                Declines("cid"),
                Rings("ann", 1),
                Acknowledges("ann"),
                Takes("ann"),
                DAY,
            ],
            End::Acknowledged,
        ),
        Story::of(
            "in turn: the first one",
            Service::Round,
            &[Rings("bob", 0), Acknowledges("bob"), Takes("bob"), DAY],
            End::Acknowledged,
        ),
        Story::of(
            "in turn: the second one",
            Service::Round,
            &[Rings("cid", 0), Acknowledges("cid"), Takes("cid"), DAY],
            End::Acknowledged,
        ),
        Story::of(
            "a step for severity 1 rings for severity 1",
            Service::Branching,
            &[Rings("cid", 0), Acknowledges("cid"), Takes("cid"), DAY],
            End::Acknowledged,
        ),
        Story {
            severity: 2,
            ..Story::of(
                "a step for severity 1 is left out for severity 2",
                Service::Branching,
                &[Rings("bob", 1), Acknowledges("bob"), Takes("bob"), DAY],
                End::Acknowledged,
            )
        },
        Story::of(
            "a step for other hours is left out",
            Service::Never,
            &[Rings("bob", 1), Acknowledges("bob"), Takes("bob"), DAY],
            End::Acknowledged,
        ),
        Story::of(
            "one policy hands off to another, and that to the IMOC",
            Service::HandingOff,
            &[
                Rings("bob", 0),
                STEP,
                Rings("cid", 1),
                STEP,
                Rings("dan", 2),
                Acknowledges("dan"),
                Takes("dan"),
                DAY,
            ],
            End::Acknowledged,
        ),
        Story::of(
            "a desktop that does not confirm sends the next step after 30 seconds",
            Service::Two,
            &[
                Sleeps("bob"),
                REACH,
                OutOfReach("bob", 0),
                Rings("cid", 1),
                Acknowledges("cid"),
                Takes("cid"),
                Wakes("bob"),
                DAY,
            ],
            End::Acknowledged,
        ),
        Story::of(
            "a desktop that confirms keeps the step's time",
            Service::Two,
            &[Rings("bob", 0), REACH, Act::Push(200), Acknowledges("bob"), Takes("bob"), DAY],
            End::Acknowledged,
        ),
        Story::of(
            "acknowledged, but nobody took command: it rings again",
            Service::Two,
            &[
                Rings("bob", 0),
                Acknowledges("bob"),
                STEP,
                Rings("bob", 1),
                Acknowledges("bob"),
                Takes("bob"),
                DAY,
            ],
            End::Acknowledged,
        ),
        Story::of(
            "whoever acknowledged is rung again with the first step",
            Service::Two,
            &[
                Rings("bob", 0),
                STEP,
                Rings("cid", 1),
                Acknowledges("cid"),
                STEP,
                Rings("bob", 2),
                Rings("cid", 2),
                Acknowledges("bob"),
                Takes("bob"),
                DAY,
            ],
            End::Acknowledged,
        ),
        Story::of(
            "somebody acknowledges for another",
            Service::Two,
            &[Rings("bob", 0), AcknowledgesFor("ann", "bob"), Takes("bob"), DAY],
            End::Acknowledged,
        ),
        Story::of(
            "a page that rests rings again",
            Service::Two,
            &[
                Rings("bob", 0),
                Rests("bob", 600),
                Act::Push(599),
                Act::Push(2),
                Rings("bob", 1),
                Acknowledges("bob"),
                Takes("bob"),
                DAY,
            ],
            End::Acknowledged,
        ),
        Story::of(
            "what is resolved while its page rests rings nobody",
            Service::Two,
            &[Rings("bob", 0), Rests("bob", 600), Resolves("ann"), DAY],
            End::Closed,
        ),
        Story::of(
            "who does not want to wait sends it on",
            Service::Two,
            &[
                Rings("bob", 0),
                Escalates("ann", false),
                Rings("cid", 1),
                Acknowledges("cid"),
                Takes("cid"),
                DAY,
            ],
            End::Acknowledged,
        ),
        Story::of(
            "who does not want to wait sends it to the IMOC",
            Service::Two,
            &[
                Rings("bob", 0),
                Escalates("ann", true),
                Rings("dan", 2),
                Acknowledges("dan"),
                Takes("dan"),
                DAY,
            ],
            End::Acknowledged,
        ),
        Story {
            severity: 3,
            ..Story::of(
                "somebody is called in by hand, rings until they come, and has the role",
                Service::Two,
                &[
                    Asks("ann", "cid"),
                    Rings("cid", 0),
                    STEP,
                    Rings("cid", 1),
                    Acknowledges("cid"),
                    Has("cid", "tech_lead"),
                    DAY,
                ],
                End::Acknowledged,
            )
        },
    ]
}
