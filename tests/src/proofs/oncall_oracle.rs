//! `oncall-oracle`: who is on call, compared with clocks that are watched minute by minute. First a table
//! of vectors around changes of the clocks, made by another program in another language; then schedules
//! made up at random (layers, hours, lengths, served days, versions, overrides, temporary times), each
//! walked through minute by minute by an oracle that shares nothing with the rules but their types.

mod made_up;
mod pace;
mod vectors;
mod walk;

use std::time::Instant;

use anyhow::{Context, Result, ensure};
use rand::SeedableRng;
use rand::rngs::StdRng;

use crate::proof::{Ground, Proof, Report};
use walk::Wall;

/// See the module.
pub(crate) const PROOF: Proof = Proof {
    name: "oncall-oracle",
    line: "schedules agree with clocks watched minute by minute, through every change of the clocks",
    run: |ground| Box::pin(run(ground)),
};

/// Threads that compare; the machine may have fewer cores.
const THREADS: u64 = 4;

/// Edges of each schedule at which single instants are asked for as well.
const ASKED: usize = 2;

/// What one thread compared.
#[derive(Default)]
struct Compared {
    schedules: u64,
    minutes: u64,
    shifts: u64,
    instants: u64,
    several: u64,
    gaps: u64,
}

async fn run(ground: Ground) -> Result<Report> {
    // Two cores walk some 1,000 schedules a second.
    let cases: u64 = ground.size().pick(100_000, 300_000);
    let (vectors, looked_at) = vectors::hold()?;
    let walls: Vec<Wall> = walk::CHANGES.iter().map(|(zone, at)| Wall::watch(zone, at)).collect();
    let started = Instant::now();
    let compared = std::thread::scope(|scope| -> Result<Compared> {
        let threads: Vec<_> = (0..THREADS)
            .map(|thread| {
                let walls = &walls;
                scope.spawn(move || compare(walls, (thread..cases).step_by(THREADS as usize)))
            })
            .collect();
        let mut all = Compared::default();
        for thread in threads {
            let one = thread.join().map_err(|_| anyhow::anyhow!("a comparison panicked"))??;
            all.schedules += one.schedules;
            all.minutes += one.minutes;
            all.shifts += one.shifts;
            all.instants += one.instants;
            all.several += one.several;
            all.gaps += one.gaps;
        }
        Ok(all)
    })?;
    ensure!(compared.schedules == cases, "{} of {cases} schedules", compared.schedules);
    ensure!(compared.several > cases / 10, "few shifts of several people");
    ensure!(compared.gaps > cases / 10, "few gaps");
    let (who, year) = pace::measure(ground.size())?;
    Ok(Report::new(compared.schedules, "schedules")
        .figure("vectors of another program", vectors)
        .figure("shifts and instants in them", looked_at)
        .figure("changes of the clocks", walls.len())
        .figure("minutes walked", compared.minutes)
        .figure("shifts compared", compared.shifts)
        .figure("of several people", compared.several)
        .figure("gaps", compared.gaps)
        .figure("single instants", compared.instants)
        .figure("schedules a second", (cases as f64 / started.elapsed().as_secs_f64()).round())
        .figure("who at an instant, of 20 rotations and 500 overrides, median µs", who.as_micros())
        .figure("a year of shifts of it, ms", year.as_millis())
        .figure("differences", 0))
}

fn compare(walls: &[Wall], cases: impl Iterator<Item = u64>) -> Result<Compared> {
    let mut compared = Compared::default();
    for seed in cases {
        // Each case is made from its number alone, so that one that differs can be made again.
        let mut rng = StdRng::seed_from_u64(seed);
        let made = made_up::schedule(&mut rng, walls);
        one(&made, &mut compared)
            .with_context(|| format!("case {seed}: {} {:#?}", made.wall.zone, made.schedule))?;
    }
    Ok(compared)
}

/// Compares one schedule with what the minutes say.
fn one(made: &made_up::Made<'_>, compared: &mut Compared) -> Result<()> {
    use firebell_domain::time::Timestamp;
    let schedule = &made.schedule;
    schedule.validate()?;
    let runs = walk::runs(made.wall, schedule, made.first, made.minutes.clone());
    let from = made.wall.instant(made.minutes.start);
    let until = made.wall.instant(made.minutes.end);
    let shifts = schedule.shifts(from, until, usize::MAX);
    let sorted = |people: &[firebell_domain::id::EntityId]| {
        let mut people = people.to_vec();
        people.sort();
        people
    };
    let said: Vec<_> =
        shifts.iter().map(|shift| (shift.start.max(from), sorted(&shift.people))).collect();
    ensure!(said == runs, "shifts differ:\nsaid {said:#?}\nwalked {runs:#?}");
    for (shift, next) in shifts.iter().zip(shifts.iter().skip(1)) {
        ensure!(shift.end == next.start, "a hole or an overlap at {:?}", shift.end);
    }
    // A few of them are asked for one by one; all of them were compared above.
    for (start, people) in runs.iter().skip(1).take(ASKED) {
        let now = schedule.people_at(*start);
        ensure!(sorted(&now) == *people, "at {start:?}: {now:?} for {people:?}");
        let before = schedule.on_call_at(start.plus_millis(-1)).context("an answer")?;
        ensure!(before.end == *start, "{before:?} should end at {start:?}");
        compared.instants += 2;
    }
    // One person's shifts are the runs that they are in, put together.
    let person = walk::person(0);
    let mut own: Vec<(Timestamp, bool)> = Vec::new();
    for (start, people) in &runs {
        let serves = people.contains(&person);
        if own.last().is_none_or(|last| last.1 != serves) {
            own.push((*start, serves));
        }
    }
    let own: Vec<_> = own.into_iter().filter(|run| run.1).map(|run| run.0).collect();
    let served = schedule.shifts_of(person, from, until, usize::MAX);
    let served: Vec<_> = served.iter().map(|shift| shift.start.max(from)).collect();
    ensure!(served == own, "shifts of one differ: {served:?} for {own:?}");
    compared.schedules += 1;
    compared.minutes += (made.minutes.end - made.first) as u64;
    compared.shifts += runs.len() as u64;
    compared.several += runs.iter().filter(|(_, people)| people.len() > 1).count() as u64;
    compared.gaps += runs.iter().filter(|(_, people)| people.is_empty()).count() as u64;
    Ok(())
}
