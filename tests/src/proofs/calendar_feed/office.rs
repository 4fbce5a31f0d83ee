//! A company with many schedules, people with calendars, and things that are nobody's business.

use std::net::SocketAddr;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use chrono::{Datelike, NaiveDate, Utc};
use firebell_domain::change::Body;
use firebell_domain::directory::{
    CALENDAR_KEY, DirectoryChange, LEAVE, Leave, OVERRIDES, ROTA, Rota, TEMPORARY, calendar_key,
};
use firebell_domain::id::EntityId;
use firebell_domain::incident::IncidentChange;
use firebell_domain::oncall::Schedule;
use firebell_domain::time::Timestamp;
use firebell_protocol::http::CalendarKey;
use rand::SeedableRng;
use rand::rngs::StdRng;
use serde_json::{Value, json};

use super::made_up::{self, Span};
use super::reader::{self, Calendar};
use crate::harness::browse::{Answer, ask};
use crate::harness::clock::Clock;
use crate::harness::company::Company;
use crate::harness::incident;
use crate::harness::raw::{Raw, change, fresh, put};
use crate::harness::server::{Plan, sqlite_url};
use crate::proof::Ground;

/// Who signs in, and what they are called.
const PEOPLE: [(&str, &str); 5] = [
    ("ann", "Ann, first; of her name"),
    ("bob", "Bob\\O'Neil"),
    ("cid", "李伟，支付"),
    ("dan", "Dan\nsecond line"),
    ("eve", "Eve"),
];
/// Stands wherever something is that no calendar may tell.
const PRIVATE: &str = "nobodysbusiness";
/// The same schedules every time.
const SEED: u64 = 20_260_329;

/// Somebody with a calendar.
pub(super) struct Reader {
    pub(super) id: EntityId,
    pub(super) name: &'static str,
    key: String,
}

/// A schedule as it was written.
pub(super) struct Written {
    pub(super) id: EntityId,
    pub(super) name: String,
    pub(super) schedule: Schedule,
}

/// Calendars as they were read.
pub(super) struct Read {
    /// In the order of [`Office::people`].
    pub(super) people: Vec<Calendar>,
    /// In the order of [`Office::schedules`].
    pub(super) schedules: Vec<Calendar>,
}

/// Everything.
pub(super) struct Office {
    company: Company,
    clock: Clock,
    pub(super) people: Vec<Reader>,
    pub(super) schedules: Vec<Written>,
}

impl Office {
    pub(super) async fn open(ground: &Ground, count: usize) -> Result<Self> {
        let clock = Clock::new(ground.folder())?;
        let url = sqlite_url(&ground.folder().join("record.db"))?;
        let plan = Plan::new(ground.folder(), &url).clock(&clock);
        let company =
            Company::found_by(ground.folder(), plan, &PEOPLE.map(|(name, _)| name)).await?;
        let year = Utc::now().year() + 1;
        let mut people = Vec::new();
        for (account, name) in PEOPLE {
            let person = Raw::sign_in(&company.server().url(), account).await?;
            let id = person.session().person;
            let CalendarKey { key } = person.post("/calendar").await?;
            person.does(vec![change(id, Body::Person(opens(&key)))]).await?;
            let leave = Leave { start: day(year, 3, 1)?, end: day(year, 3, 20)? };
            company
                .admin()
                .does(vec![
                    change(
                        id,
                        Body::Person(put([
                            ("name", json!(name)),
                            ("email", json!(format!("{PRIVATE}@{account}.test"))),
                            ("phone", json!(format!("+49 {PRIVATE}"))),
                        ])),
                    ),
                    change(id, Body::Person(add(LEAVE, fresh(), json!(leave)))),
                ])
                .await?;
            people.push(Reader { id, name, key });
        }
        let mut office = Self { company, clock, people, schedules: Vec::new() };
        office.declare_what_is_restricted().await?;
        office.write(count, year).await?;
        Ok(office)
    }

    async fn write(&mut self, count: usize, year: i32) -> Result<()> {
        let mut rng = StdRng::seed_from_u64(SEED);
        let ids: Vec<EntityId> = self.people.iter().map(|person| person.id).collect();
        let first = NaiveDate::from_ymd_opt(year - 1, 1, 5).context("a day")?;
        for number in 0..count {
            // Half of what is laid over them lies in spring, half in autumn.
            let (month, until) = if number.is_multiple_of(2) { (3, 4) } else { (10, 11) };
            let span = Span { from: day(year, month, 1)?, until: day(year, until, 10)? };
            let schedule = made_up::schedule(&mut rng, number, &ids, first, &span);
            let (id, name) = (fresh(), made_up::name(number));
            let [version] = schedule.versions.as_slice() else { continue };
            let (zone, rotations) = (version.zone.clone(), version.rotations.clone());
            let rota = Rota { zone, rotations, from: None };
            let mut changes =
                vec![change(id, Body::Schedule(put([("name", json!(name)), (ROTA, json!(rota))])))];
            for one in &schedule.overrides {
                changes.push(change(id, Body::Schedule(add(OVERRIDES, one.id, json!(one)))));
            }
            for one in &schedule.temporary {
                changes.push(change(id, Body::Schedule(add(TEMPORARY, one.id, json!(one)))));
            }
            self.company.admin().does(changes).await.with_context(|| format!("{name:?}"))?;
            self.schedules.push(Written { id, name, schedule });
        }
        Ok(())
    }

    async fn declare_what_is_restricted(&self) -> Result<()> {
        let mut declare = incident::declare(None, format!("{PRIVATE} was stolen"), PRIVATE);
        if let IncidentChange::Declare { restricted, .. } = &mut declare {
            *restricted = true;
        }
        self.company.admin().does(vec![change(fresh(), Body::Incident(declare))]).await
    }

    /// Noon (UTC) of a day, for the server; answers the instant.
    pub(super) fn it_is(&mut self, year: i32, month: u32, of_month: u32) -> Result<Timestamp> {
        let now = day(year, month, of_month)?.plus_secs(12 * 3_600);
        self.clock.set(now.0 - Utc::now().timestamp_millis())?;
        Ok(now)
    }

    /// Fetches every calendar and has it read.
    pub(super) async fn read(&self, folder: &Path) -> Result<Read> {
        let mut texts = Vec::new();
        for person in &self.people {
            texts.push(self.fetch(&person.address()).await?);
        }
        let anyone = self.people.first().context("nobody")?;
        for written in &self.schedules {
            texts.push(self.fetch(&format!("{}/{}", anyone.address(), written.id)).await?);
        }
        for text in &texts {
            let unfolded = text.replace("\r\n ", "");
            ensure!(!unfolded.contains(PRIVATE), "it tells what is private: {unfolded}");
            let key = |person: &Reader| {
                unfolded.contains(&person.key) || unfolded.contains(&calendar_key(&person.key))
            };
            ensure!(!self.people.iter().any(key), "it tells a key");
        }
        let mut people = reader::read(folder, &texts)?;
        let schedules = people.split_off(self.people.len());
        Ok(Read { people, schedules })
    }

    async fn fetch(&self, path: &str) -> Result<String> {
        let Answer { status, body } = ask(self.address(), "GET", path).await?;
        ensure!(status == 200, "{path} was answered {status}");
        Ok(body)
    }

    fn address(&self) -> SocketAddr {
        self.company.server().address()
    }

    /// Addresses that nobody gave out are answered alike, and say nothing. Answers how many.
    pub(super) async fn opens_nothing_by_a_wrong_address(&self) -> Result<u64> {
        let [ann, bob, ..] = self.people.as_slice() else { return Ok(0) };
        let schedule = self.schedules.first().context("no schedule")?.id;
        let mut wrong = vec![
            format!("/calendar/{}/{}", ann.id, bob.key),
            format!("/calendar/{}/{}", fresh(), ann.key),
            format!("/calendar/{schedule}/{}", ann.key),
            format!("/calendar/{}/{}", ann.id, calendar_key(&ann.key)),
            format!("/calendar/{}/", ann.id),
            format!("/calendar/{}/{}", ann.id, ann.key.to_uppercase()),
            format!("/calendar/nobody/{}", ann.key),
            format!("{}/{}", ann.address(), fresh()),
            format!("{}/{}", ann.address(), bob.id),
            format!("/calendar/{}/{}/{schedule}", ann.id, bob.key),
            format!("/calendar/{}/%2e%2e/{schedule}", ann.id),
        ];
        for at in 0..ann.key.len() {
            let letter = if ann.key.as_bytes()[at] == b'0' { "1" } else { "0" };
            wrong.push(format!(
                "/calendar/{}/{}{letter}{}",
                ann.id,
                &ann.key[..at],
                &ann.key[at + 1..]
            ));
        }
        for path in &wrong {
            self.opens_nothing(path).await?;
        }
        Ok(wrong.len() as u64)
    }

    async fn opens_nothing(&self, path: &str) -> Result<()> {
        let Answer { status, body } = ask(self.address(), "GET", path).await?;
        ensure!(status == 404, "{path} was answered {status}");
        ensure!(!body.contains("VCALENDAR") && !body.contains(PRIVATE), "{path} says {body}");
        Ok(())
    }

    /// A key that was renewed, a person who left and a schedule that was retired are gone at once.
    pub(super) async fn ends_what_is_ended(&self, folder: &Path) -> Result<u64> {
        let admin = self.company.admin();
        let [ann, bob, cid, ..] = self.people.as_slice() else { return Ok(0) };
        let written = self.schedules.last().context("no schedule")?;
        let other = self.schedules.first().context("no schedule")?.id;
        let active = |active: bool| put([("active", json!(active))]);
        // Renewed: the old address is closed, also for schedules, and the new one opens.
        let CalendarKey { key } = admin.post("/calendar").await?;
        admin.does(vec![change(ann.id, Body::Person(opens(&key)))]).await?;
        self.opens_nothing(&ann.address()).await?;
        self.opens_nothing(&format!("{}/{other}", ann.address())).await?;
        let renewed = Reader { key, ..*ann };
        self.fetch(&renewed.address()).await?;
        // Whoever is gone has no calendar, nor reads anybody's.
        admin.does(vec![change(bob.id, Body::Person(active(false)))]).await?;
        self.opens_nothing(&bob.address()).await?;
        self.opens_nothing(&format!("{}/{other}", bob.address())).await?;
        // A schedule that was retired is in no calendar.
        admin.does(vec![change(written.id, Body::Schedule(active(false)))]).await?;
        self.opens_nothing(&format!("{}/{}", cid.address(), written.id)).await?;
        let texts = [self.fetch(&cid.address()).await?];
        let left = reader::read(folder, &texts)?;
        let titles =
            |calendar: &Calendar| calendar.events.iter().any(|it| it.title == written.name);
        ensure!(!left.iter().any(titles), "a schedule that was retired is in a calendar");
        Ok(5)
    }
}

impl Reader {
    fn address(&self) -> String {
        format!("/calendar/{}/{}", self.id, self.key)
    }
}

/// A day's first instant (UTC).
fn day(year: i32, month: u32, day: u32) -> Result<Timestamp> {
    let day = NaiveDate::from_ymd_opt(year, month, day).and_then(|day| day.and_hms_opt(0, 0, 0));
    Ok(Timestamp(day.context("a day")?.and_utc().timestamp_millis()))
}

fn opens(key: &str) -> DirectoryChange {
    put([(CALENDAR_KEY, json!(calendar_key(key)))])
}

fn add(list: &str, member: EntityId, value: Value) -> DirectoryChange {
    DirectoryChange::Add { list: list.to_owned(), member, value }
}
