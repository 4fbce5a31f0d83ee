//! Who is on call, standing in, swapping, being away (E2).
//!
//! What begins in the past begins now instead: nothing that is entered says anything else about who was
//! on call.

use firebell_domain::{
    change::{Body, Change},
    directory::{
        self, CALENDAR_KEY, DirectoryChange, LEAVE, Leave, OVERRIDES, SWAPS, Swap, TEMPORARY,
        calendar_key, is_active,
    },
    entity::{Kind, World},
    id::EntityId,
    oncall::{FixedShift, Override, Schedule, Temporary},
    time::Timestamp,
};
use firebell_protocol::http::CalendarKey;
use serde::Serialize;

use super::objection::Objections;
use crate::{
    Client,
    api::{
        ApiError, ErrorCode,
        on_call::{
            AddLeave, AddOverride, AddTemporary, AnswerSwap, CalendarAddress, CalendarView,
            CoverageView, ListShifts, OfferSwap, OnCallView, ScheduleAddress, SetScheduleOwner,
            TakeShift,
        },
    },
    views::{
        calendar, coverage,
        names::{id, not_found},
        on_call,
    },
};

impl Client {
    /// `list_on_call`: schedules, who answers for which service, whom to phone.
    ///
    /// # Errors
    /// None of its own.
    pub async fn list_on_call(&self, _: ()) -> Result<OnCallView, ApiError> {
        let now = self.host().now();
        Ok(on_call::view(&self.directory(), self.settings_id(), self.me(), now))
    }

    /// `list_shifts`: the calendar of all schedules for a window.
    ///
    /// # Errors
    /// None of its own.
    pub async fn list_shifts(&self, asked: ListShifts) -> Result<CalendarView, ApiError> {
        let window = Timestamp(asked.from)..Timestamp(asked.until);
        Ok(calendar::view(&self.directory(), window))
    }

    /// `report_coverage`: gaps, overloads, who cannot be reached or is away, in the next weeks.
    ///
    /// # Errors
    /// None of its own.
    pub async fn report_coverage(&self, _: ()) -> Result<CoverageView, ApiError> {
        Ok(coverage::view(&self.directory(), self.host().now()))
    }

    /// `renew_calendar`: addresses by which a calendar program shows shifts. They hold a fresh key, and
    /// end those that were given before.
    ///
    /// # Errors
    /// `NotFound` where no server serves a calendar; `Offline`.
    pub async fn renew_calendar(&self, _: ()) -> Result<CalendarAddress, ApiError> {
        let me = self.me().ok_or_else(signed_out)?;
        let known = self.remembered().ok_or_else(signed_out)?;
        let server = known.server.ok_or_else(|| not_found("server that serves calendars"))?;
        let (http, token) = self
            .reach()
            .ok_or_else(|| ApiError::of(ErrorCode::Offline, "a calendar needs the server"))?;
        let fresh: CalendarKey = http.post("/calendar", Some(token.reveal()), &()).await?;
        let hash = serde_json::Value::String(calendar_key(&fresh.key));
        let fields = std::iter::once((CALENDAR_KEY.to_owned(), hash)).collect();
        let put = Body::Person(DirectoryChange::Put { fields });
        self.execute(self.new_set(vec![self.new_change(me, put)])).await?;
        let mine = format!("{}/calendar/{me}/{}", server.trim_end_matches('/'), fresh.key);
        let directory = self.directory();
        let schedules = directory.of_kind(&Kind::SCHEDULE).filter(|one| is_active(one));
        let schedules = schedules.map(|one| ScheduleAddress {
            name: one.text("name").to_owned(),
            address: format!("{mine}/{}", one.id),
        });
        Ok(CalendarAddress {
            schedules: on_call::sorted(schedules.collect(), |one: &ScheduleAddress| &one.name),
            mine,
        })
    }

    /// `add_override`: somebody stands in, joins, or is off. Anyone in the workspace may arrange cover,
    /// also at night.
    ///
    /// # Errors
    /// `Invalid` with objections.
    pub async fn add_override(&self, form: AddOverride) -> Result<OnCallView, ApiError> {
        let schedule = self.known(&form.schedule, &Kind::SCHEDULE)?;
        let mut wrong = Objections::default();
        let mut known = |field: &str, person: &Option<String>| {
            let known = person.as_ref().map(|person| self.known(person, &Kind::PERSON));
            wrong.when(matches!(known, Some(Err(_))), field, "error-person-missing");
            known.and_then(Result::ok)
        };
        let person = known("person", &form.person);
        let replaces = known("replaces", &form.replaces);
        let nobody = form.person.is_none() && (form.adds || form.replaces.is_none());
        wrong.when(nobody, "person", "error-person-missing");
        let same = form.person.is_some() && form.person == form.replaces;
        wrong.when(same || form.adds && form.replaces.is_some(), "replaces", "error-override-same");
        let (start, end) = self.ahead(form.start, form.end, &mut wrong);
        wrong.done()?;
        let one = Override {
            id: EntityId(self.host().new_id()),
            person,
            replaces,
            start,
            end,
            created: self.next_created(schedule),
            adds: form.adds,
            swap: None,
        };
        self.change_schedule(schedule, vec![added(OVERRIDES, one.id, &one)?]).await
    }

    /// `remove_override`: what was under it is back.
    ///
    /// # Errors
    /// `NotFound` when no schedule has it.
    pub async fn remove_override(&self, member: String) -> Result<OnCallView, ApiError> {
        self.remove_from_schedule(OVERRIDES, &member).await
    }

    /// `take_shift`: this person relieves somebody at once, until that one's shift would end.
    ///
    /// # Errors
    /// `NotFound` where the person who is to be relieved is not on call; `Invalid` where this person is
    /// on call already, or where what they would take has no end.
    pub async fn take_shift(&self, form: TakeShift) -> Result<OnCallView, ApiError> {
        let me = self.me().ok_or_else(signed_out)?;
        let id = self.known(&form.schedule, &Kind::SCHEDULE)?;
        let from = form.from.as_ref().map(|from| self.known(from, &Kind::PERSON)).transpose()?;
        let now = self.host().now();
        let schedule = self.schedule(id)?;
        let on = schedule.people_at(now);
        let shift = match from {
            Some(from) if !on.contains(&from) => return Err(not_found("shift of that person now")),
            Some(from) => schedule.shifts_of(from, now, now.plus_millis(1), 1).into_iter().next(),
            None => schedule.on_call_at(now),
        };
        let end = shift.map_or(Timestamp::MAX, |shift| shift.end);
        let mut wrong = Objections::default();
        let already = from == Some(me) || (from.is_none() && on == [me]);
        wrong.when(already, "from", "error-on-call-already");
        wrong.when(end >= Timestamp::MAX, "from", "error-shift-endless");
        wrong.done()?;
        let one = Override {
            id: EntityId(self.host().new_id()),
            person: Some(me),
            replaces: from,
            start: now,
            end,
            created: self.next_created(id),
            adds: false,
            swap: None,
        };
        self.change_schedule(id, vec![added(OVERRIDES, one.id, &one)?]).await
    }

    /// `offer_swap`: asks a colleague. Nothing changes until they accept.
    ///
    /// # Errors
    /// `Invalid` with objections.
    pub async fn offer_swap(&self, form: OfferSwap) -> Result<OnCallView, ApiError> {
        let me = self.me().ok_or_else(signed_out)?;
        let id = self.known(&form.schedule, &Kind::SCHEDULE)?;
        let mut wrong = Objections::default();
        let colleague =
            form.colleague.as_ref().map(|one| self.known(one, &Kind::PERSON)).transpose();
        wrong.when(colleague.is_err(), "colleague", "error-person-missing");
        let colleague = colleague.ok().flatten();
        wrong.when(colleague == Some(me), "colleague", "error-override-same");
        let (start, end) = self.ahead(form.start, form.end, &mut wrong);
        let back = match (form.back_start, form.back_end) {
            (Some(from), Some(until)) => {
                let mut odd = Objections::default();
                let span = self.ahead(from, until, &mut odd);
                wrong.when(odd.done().is_err(), "back_end", "error-end-before-start");
                wrong.when(colleague.is_none(), "colleague", "error-person-missing");
                Some(span)
            }
            (None, None) => None,
            _ => {
                wrong.add("back_end", "error-time-missing");
                None
            }
        };
        let serves = self.schedule(id)?.shifts_of(me, start, end, 1);
        wrong.when(serves.is_empty(), "start", "error-swap-not-yours");
        wrong.done()?;
        let swap = Swap { asker: me, colleague, start, end, back };
        let member = EntityId(self.host().new_id());
        self.change_schedule(id, vec![added(SWAPS, member, &swap)?]).await
    }

    /// `answer_swap`: accepts it, turns it down, or withdraws one's own.
    ///
    /// # Errors
    /// `NotFound` when it is not offered any more; `Refused` for who is not asked.
    pub async fn answer_swap(&self, form: AnswerSwap) -> Result<OnCallView, ApiError> {
        let me = self.me().ok_or_else(signed_out)?;
        let (schedule, member) = self.schedule_with(SWAPS, &form.swap)?;
        let directory = self.directory();
        let entity = directory.entity(schedule).ok_or_else(|| not_found("schedule"))?;
        let (_, swap) = directory::swaps(entity)
            .find(|(id, _)| *id == member)
            .ok_or_else(|| not_found("swap"))?;
        let mut changes = Vec::new();
        if form.accept {
            let now = self.host().now();
            let mut wrong = Objections::default();
            let past = |end: Timestamp| end <= now;
            let over = past(swap.end) || swap.back.is_some_and(|(_, end)| past(end));
            wrong.when(over, "swap", "error-override-past");
            wrong.done()?;
            let first = self.next_created(schedule);
            let cover = |person, replaces, start, end, created| Override {
                id: EntityId(self.host().new_id()),
                person: Some(person),
                replaces: Some(replaces),
                start,
                end,
                created,
                adds: false,
                swap: Some(member),
            };
            let takes = cover(me, swap.asker, swap.start.max(now), swap.end, first);
            changes.push(added(OVERRIDES, takes.id, &takes)?);
            if let Some((start, end)) = swap.back {
                let gives = cover(swap.asker, me, start.max(now), end, first + 1);
                changes.push(added(OVERRIDES, gives.id, &gives)?);
            }
        }
        changes.push(DirectoryChange::Remove { list: SWAPS.to_owned(), member });
        self.change_schedule(schedule, changes).await
    }

    /// `add_temporary`: a time that is planned by hand.
    ///
    /// # Errors
    /// `Invalid` with objections; `Refused` for who may not edit schedules.
    pub async fn add_temporary(&self, form: AddTemporary) -> Result<OnCallView, ApiError> {
        let schedule = self.known(&form.schedule, &Kind::SCHEDULE)?;
        let mut wrong = Objections::default();
        let (start, end) = self.ahead(form.start, form.end, &mut wrong);
        wrong.when(form.name.trim().len() > Temporary::MAX_NAME, "name", "error-name-too-long");
        let many = form.shifts.len() > Temporary::MAX_SHIFTS;
        wrong.when(many, "shifts", "error-too-many-shifts");
        let mut shifts = Vec::new();
        for (at, one) in form.shifts.iter().enumerate() {
            let field = |name: &str| format!("shifts.{at}.{name}");
            let (start, end) = (Timestamp(one.start), Timestamp(one.end));
            wrong.when(end <= start, &field("end"), "error-end-before-start");
            match self.known(&one.person, &Kind::PERSON) {
                Ok(person) => shifts.push(FixedShift { person, start, end }),
                Err(_) => wrong.add(&field("person"), "error-person-missing"),
            }
        }
        wrong.done()?;
        let id = EntityId(self.host().new_id());
        let created = self.next_created(schedule);
        let name = form.name.trim().to_owned();
        let one = Temporary { id, name, start, end, shifts, created };
        self.change_schedule(schedule, vec![added(TEMPORARY, id, &one)?]).await
    }

    /// `remove_temporary`: the rotations decide again, from now on.
    ///
    /// # Errors
    /// `NotFound` when no schedule has it; `Refused` for who may not edit schedules.
    pub async fn remove_temporary(&self, member: String) -> Result<OnCallView, ApiError> {
        self.remove_from_schedule(TEMPORARY, &member).await
    }

    /// `add_leave`: somebody is away. It is shown; nobody is taken off call by it.
    ///
    /// # Errors
    /// `Invalid` with objections; `Refused` for another person's, except by an administrator.
    pub async fn add_leave(&self, form: AddLeave) -> Result<OnCallView, ApiError> {
        let person = match &form.person {
            Some(person) => self.known(person, &Kind::PERSON)?,
            None => self.me().ok_or_else(signed_out)?,
        };
        let mut wrong = Objections::default();
        let (start, end) = self.ahead(form.start, form.end, &mut wrong);
        wrong.done()?;
        let leave = added(LEAVE, EntityId(self.host().new_id()), &Leave { start, end })?;
        self.change_directory(vec![self.new_change(person, Body::Person(leave))]).await
    }

    /// `remove_leave`: they are there after all.
    ///
    /// # Errors
    /// `NotFound` when nobody has it; `Refused` for another person's, except by an administrator.
    pub async fn remove_leave(&self, member: String) -> Result<OnCallView, ApiError> {
        let member = id(&member)?;
        let person = self
            .directory()
            .of_kind(&Kind::PERSON)
            .find(|person| person.has_member(LEAVE, &member.to_string()))
            .map(|person| person.id)
            .ok_or_else(|| not_found("leave"))?;
        let remove = DirectoryChange::Remove { list: LEAVE.to_owned(), member };
        self.change_directory(vec![self.new_change(person, Body::Person(remove))]).await
    }

    /// From when until when, with what is against it. What has begun begins now.
    fn ahead(&self, start: i64, end: i64, wrong: &mut Objections) -> (Timestamp, Timestamp) {
        let (start, end, now) = (Timestamp(start), Timestamp(end), self.host().now());
        wrong.when(!start.is_plausible(), "start", "error-time-impossible");
        wrong.when(!end.is_plausible(), "end", "error-time-impossible");
        wrong.when(end <= start, "end", "error-end-before-start");
        wrong.when(end > start && end <= now, "end", "error-override-past");
        (start.max(now), end)
    }

    fn schedule(&self, id: EntityId) -> Result<Schedule, ApiError> {
        let directory = self.directory();
        let schedule = directory.entity(id).and_then(directory::schedule);
        schedule.ok_or_else(|| not_found("rotation in this schedule"))
    }

    /// The place after every exception of a schedule.
    pub(super) fn next_created(&self, schedule: EntityId) -> u64 {
        let directory = self.directory();
        let existing = directory.entity(schedule).and_then(directory::schedule);
        let overrides = existing.iter().flat_map(|one| &one.overrides).map(|one| one.created);
        let temporary = existing.iter().flat_map(|one| &one.temporary).map(|one| one.created);
        overrides.chain(temporary).max().unwrap_or_default().saturating_add(1)
    }

    /// The schedule that has this member in this list.
    fn schedule_with(&self, list: &str, member: &str) -> Result<(EntityId, EntityId), ApiError> {
        let member = id(member)?;
        let directory = self.directory();
        let mut schedules = directory.of_kind(&Kind::SCHEDULE);
        let found = schedules.find(|schedule| schedule.has_member(list, &member.to_string()));
        let schedule = found.map(|schedule| schedule.id).ok_or_else(|| not_found(list))?;
        Ok((schedule, member))
    }

    async fn remove_from_schedule(&self, list: &str, member: &str) -> Result<OnCallView, ApiError> {
        let (schedule, member) = self.schedule_with(list, member)?;
        let remove = DirectoryChange::Remove { list: list.to_owned(), member };
        self.change_schedule(schedule, vec![remove]).await
    }

    /// `set_schedule_owner`: an administrator says who answers for a schedule (N3).
    ///
    /// # Errors
    /// `NotFound` for somebody who is not there; `Refused` for who may not.
    pub async fn set_schedule_owner(&self, form: SetScheduleOwner) -> Result<OnCallView, ApiError> {
        let schedule = self.known(&form.schedule, &Kind::SCHEDULE)?;
        let owner =
            form.owner.as_ref().map(|owner| self.known(owner, &Kind::PERSON)).transpose()?;
        let value = serde_json::to_value(owner).map_err(ApiError::internal)?;
        let put = DirectoryChange::Put { fields: [("owner".to_owned(), value)].into() };
        self.change_schedule(schedule, vec![put]).await
    }

    async fn change_schedule(
        &self,
        schedule: EntityId,
        changes: Vec<DirectoryChange>,
    ) -> Result<OnCallView, ApiError> {
        let changes = changes.into_iter();
        let changes = changes.map(|one| self.new_change(schedule, Body::Schedule(one))).collect();
        self.change_directory(changes).await
    }

    async fn change_directory(&self, changes: Vec<Change>) -> Result<OnCallView, ApiError> {
        self.execute(self.new_set(changes)).await?;
        self.list_on_call(()).await
    }
}

fn added(
    list: &str,
    member: EntityId,
    value: &impl Serialize,
) -> Result<DirectoryChange, ApiError> {
    let value = serde_json::to_value(value).map_err(ApiError::internal)?;
    Ok(DirectoryChange::Add { list: list.to_owned(), member, value })
}

fn signed_out() -> ApiError {
    ApiError::of(ErrorCode::SignedOut, "no workspace is open")
}
