//! `calendar-feed`: shifts as other programs read them. A person's calendar and a schedule's are fetched
//! by their addresses alone, read by Python's icalendar, and compared event by event with who is on call
//! by the domain, over the changes of the clocks in spring and in autumn, whatever the names look like.
//! An address that is wrong or was ended opens nothing, and no calendar holds more than shifts.

mod judge;
mod made_up;
mod office;
mod reader;

use anyhow::{Result, ensure};
use chrono::{Datelike, Utc};

use crate::proof::{Ground, Proof, Report};
use office::Office;

/// See the module.
pub(crate) const PROOF: Proof = Proof {
    name: "calendar-feed",
    line: "calendars of people and schedules, read by another program, say what the domain says; a wrong address says nothing",
    run: |ground| Box::pin(run(ground)),
};

/// Days in the middle of eight weeks in which every zone with summer time changes its clocks: month and
/// day, and what that time of the year is called.
const MIDDLES: [(u32, u32, &str); 2] = [(3, 28, "spring"), (10, 18, "autumn")];

async fn run(ground: Ground) -> Result<Report> {
    let count = ground.size().pick(48, 300);
    let mut office = Office::open(&ground, count).await?;
    let year = Utc::now().year() + 1;
    let mut figures = judge::Figures::default();
    for (month, day, name) in MIDDLES {
        let now = office.it_is(year, month, day)?;
        let folder = ground.place(name)?;
        let read = office.read(&folder).await?;
        figures.add(judge::compare(&office, &read, now)?);
    }
    // One for each change of the clocks that a schedule could get wrong.
    ensure!(figures.changes >= count as u64, "only {} schedules over a change", figures.changes);
    ensure!(figures.gaps > 0 && figures.together > 0, "no gap, or nobody together");
    let closed = office.opens_nothing_by_a_wrong_address().await?;
    let ended = office.ends_what_is_ended(&ground.place("ended")?).await?;
    Ok(Report::new(figures.events + closed + ended, "events and addresses")
        .figure("schedules", count)
        .figure("schedules whose clocks changed meanwhile", figures.changes)
        .figure("calendars read", figures.calendars)
        .figure("events compared", figures.events)
        .figure(
            "of them gaps, and of several people",
            format!("{}, {}", figures.gaps, figures.together),
        )
        .figure("instants compared with who is on call", figures.instants)
        .figure("wrong, ended and foreign addresses that opened nothing", closed + ended))
}
