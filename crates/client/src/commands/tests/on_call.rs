//! Calendars, cover, swaps, leave.

use firebell_domain::{
    directory::{SWAPS, Swap},
    entity::{Member, World},
    id::EntityId,
    time::Timestamp,
};
use serde_json::json;

use super::{Desk, desk::objections};
use crate::api::{
    ErrorCode,
    on_call::{
        AddLeave, AddOverride, AddTemporary, AnswerSwap, FixedShiftForm, ListShifts, OfferSwap,
        OnCallView, ScheduleView, ShiftView, TakeShift,
    },
};

const HOUR: i64 = 3_600_000;
const DAY: i64 = 24 * HOUR;

fn named<'a>(view: &'a OnCallView, name: &str) -> &'a ScheduleView {
    view.schedules.iter().find(|schedule| schedule.name == name).expect("it is listed")
}

fn names(shift: &ShiftView) -> Vec<&str> {
    shift.people.iter().map(|person| person.name.as_str()).collect()
}

#[tokio::test]
async fn a_calendar_has_lines_and_what_comes_of_them_for_any_window() {
    let desk = Desk::with_sample().await;
    let asked = ListShifts { from: desk.now() - 30 * DAY, until: desk.now() + 30 * DAY };
    let calendar = desk.client.list_shifts(asked).await.unwrap();
    let one = calendar.schedules.iter().find(|one| one.name == "Payments on call").unwrap();
    assert_eq!(one.lines.len(), 1);
    assert!(one.shifts.len() >= 5, "{:?}", one.shifts);
    assert!(one.shifts[0].people.is_empty() && one.shifts[0].start.is_none(), "a gap at first");
    for (shift, next) in one.shifts.iter().zip(&one.shifts[1..]) {
        assert_eq!(shift.end, next.start);
    }
    let served: Vec<_> = one.shifts.iter().filter(|shift| !shift.people.is_empty()).collect();
    let lined: Vec<_> =
        one.lines[0].shifts.iter().map(|shift| (shift.start, names(shift))).collect();
    assert_eq!(served.iter().map(|shift| (shift.start, names(shift))).collect::<Vec<_>>(), lined);
    // A window of years is cut to what can be drawn.
    let asked = ListShifts { from: desk.now(), until: i64::MAX };
    let calendar = desk.client.list_shifts(asked).await.unwrap();
    assert_eq!(calendar.until, desk.now() + 100 * DAY);
}

#[tokio::test]
async fn a_tired_colleague_is_relieved_at_once_and_somebody_joins() {
    let desk = Desk::with_sample().await;
    let client = &desk.client;
    let view = client.list_on_call(()).await.unwrap();
    let (payments, imoc) = (named(&view, "Payments on call"), named(&view, "IMOC roster"));
    let take = |schedule: &ScheduleView, from: Option<String>| {
        client.take_shift(TakeShift { schedule: schedule.id.clone(), from })
    };
    assert_eq!(objections(take(payments, None).await), ["from: error-on-call-already"]);
    let me = Some(desk.me.to_string());
    let missing = take(imoc, me.clone()).await.unwrap_err();
    assert_eq!(missing.code, ErrorCode::NotFound, "I am not on call there");
    let priya = imoc.shifts[0].people[0].id.clone();
    let until = imoc.shifts[0].end;
    let taken = take(imoc, Some(priya.clone())).await.unwrap();
    let now = &named(&taken, "IMOC roster").shifts[0];
    assert_eq!((names(now), now.start), (vec!["Kim"], Some(desk.now())));
    assert!(until.is_some() && now.end >= until, "to the end of the shift taken: {:?}", now.end);
    assert!(now.overridden);

    let join = |person: Option<String>, replaces, adds| AddOverride {
        schedule: imoc.id.clone(),
        person,
        replaces,
        adds,
        start: desk.now(),
        end: desk.now() + HOUR,
    };
    let wrong = objections(client.add_override(join(None, None, true)).await);
    assert_eq!(wrong, ["person: error-person-missing"]);
    let wrong = objections(client.add_override(join(me.clone(), me.clone(), false)).await);
    assert_eq!(wrong, ["replaces: error-override-same"]);
    let joined = client.add_override(join(Some(priya), None, true)).await.unwrap();
    let now = &named(&joined, "IMOC roster").shifts[0];
    assert_eq!((names(now).len(), now.end), (2, Some(desk.now() + HOUR)));
    let off = client.add_override(join(None, me, false)).await.unwrap();
    assert_eq!(names(&named(&off, "IMOC roster").shifts[0]), ["Priya Nair"]);
}

#[tokio::test]
async fn a_swap_is_offered_and_nothing_changes_until_it_is_accepted() {
    let desk = Desk::with_sample().await;
    let client = &desk.client;
    let view = client.list_on_call(()).await.unwrap();
    let payments = named(&view, "Payments on call");
    let colleague = payments.shifts[1].people[0].clone();
    let offer = |colleague: Option<String>, start: i64| OfferSwap {
        schedule: payments.id.clone(),
        colleague,
        start: desk.now() + start,
        end: desk.now() + start + HOUR,
        back_start: None,
        back_end: None,
    };
    let mine = Some(desk.me.to_string());
    let wrong = objections(client.offer_swap(offer(mine, HOUR)).await);
    assert_eq!(wrong, ["colleague: error-override-same"]);
    let later = payments.shifts[0].end.unwrap() - desk.now() + HOUR;
    let wrong = objections(client.offer_swap(offer(None, later)).await);
    assert_eq!(wrong, ["start: error-swap-not-yours"]);
    let view = client.offer_swap(offer(Some(colleague.id.clone()), HOUR)).await.unwrap();
    let payments = named(&view, "Payments on call");
    let [swap] = payments.swaps.as_slice() else { panic!("{:?}", payments.swaps) };
    assert!(!swap.may_accept && swap.may_end);
    assert_eq!(payments.overrides.len(), 0);
    let answer = |accept| AnswerSwap { swap: swap.id.clone(), accept };
    let mine = client.answer_swap(answer(true)).await.unwrap_err();
    assert_eq!(mine.code, ErrorCode::Refused, "nobody accepts their own");
    let view = client.answer_swap(answer(false)).await.unwrap();
    assert_eq!(named(&view, "Payments on call").swaps.len(), 0);
    assert_eq!(client.answer_swap(answer(false)).await.unwrap_err().code, ErrorCode::NotFound);
    assert!(desk.judged_by_a_server().await.len() >= 2);
}

/// Somebody else's offer arrives.
async fn offered(desk: &Desk, schedule: EntityId, asker: EntityId, to: Option<EntityId>) {
    let directory = desk.client.directory();
    let mut schedule = directory.entity(schedule).unwrap().clone();
    let stamp = schedule.fields["name"].stamp.clone();
    let (start, end) = (Timestamp(desk.now() + 14 * HOUR), Timestamp(desk.now() + 22 * HOUR));
    let swap = Swap { asker, colleague: to, start, end, back: None };
    let member = Member { value: json!(swap), removed: false, stamp };
    let id = uuid::Uuid::now_v7().to_string();
    schedule.lists.entry(SWAPS.to_owned()).or_default().insert(id, member);
    desk.arrive(schedule).await;
}

#[tokio::test]
async fn who_is_asked_to_take_a_shift_is_told_once() {
    let desk = Desk::with_sample().await;
    let view = desk.client.list_on_call(()).await.unwrap();
    let payments = named(&view, "Payments on call");
    let (schedule, asker) = (payments.id.parse().unwrap(), payments.shifts[1].people[0].clone());
    let asker_id: EntityId = asker.id.parse().unwrap();
    let nobody_here = EntityId(uuid::Uuid::now_v7());
    let told = async || {
        desk.client.tell_swaps().await.unwrap();
        std::mem::take(&mut *desk.host.notices.lock().unwrap())
    };
    offered(&desk, schedule, desk.me, None).await;
    offered(&desk, schedule, asker_id, Some(nobody_here)).await;
    assert_eq!(told().await, [], "one's own, and one for somebody else");
    offered(&desk, schedule, asker_id, Some(desk.me)).await;
    let notices = told().await;
    let [(title, body)] = notices.as_slice() else { panic!("one notice: {notices:?}") };
    assert!(title.contains(&asker.name), "{title}");
    assert!(
        body.contains("Payments on call") && body.contains("14") && body.contains('8'),
        "{body}"
    );
    assert_eq!(told().await, [], "once");
    // One for whoever is willing is for those who take turns there, and Kim does.
    offered(&desk, schedule, asker_id, None).await;
    assert_eq!(told().await.len(), 1);
    let platform = named(&view, "Platform on call").id.parse().unwrap();
    offered(&desk, platform, asker_id, None).await;
    assert_eq!(told().await, [], "Kim takes no turns there");
    for _ in 0..4 {
        offered(&desk, schedule, asker_id, Some(desk.me)).await;
    }
    let notices = told().await;
    assert_eq!(notices.len(), 1, "many are one notice: {notices:?}");
    desk.push_clock(23 * 60);
    assert_eq!(told().await, [], "they are over");
}

#[tokio::test]
async fn leave_gaps_and_who_is_rung_twice_are_reported() {
    let desk = Desk::with_sample().await;
    let client = &desk.client;
    let away = |end| AddLeave { person: None, start: desk.now(), end };
    assert_eq!(
        objections(client.add_leave(away(desk.now())).await),
        ["end: error-end-before-start"]
    );
    client.add_leave(away(desk.now() + 3 * HOUR)).await.unwrap();
    let report = client.report_coverage(()).await.unwrap();
    let one = report.schedules.iter().find(|one| one.name == "Payments on call").unwrap();
    assert_eq!((one.covered_percent, one.gaps.len()), (100, 0));
    assert_eq!(one.away.len(), 1);
    assert_eq!((one.away[0].person.name.as_str(), one.away[0].end), ("Kim", desk.now() + 3 * HOUR));
    let twice: Vec<_> =
        report.twice.iter().map(|one| (one.policy.as_str(), one.person.name.as_str())).collect();
    assert!(twice.contains(&("IMOC roster", "Priya Nair")), "{twice:?}");

    let asked = ListShifts { from: desk.now(), until: desk.now() + DAY };
    let leave = client.list_shifts(asked.clone()).await.unwrap().leave;
    assert_eq!(leave.len(), 1);
    client.remove_leave(leave[0].id.clone()).await.unwrap();
    assert!(client.list_shifts(asked).await.unwrap().leave.is_empty());

    // Two hours planned by hand, of which one is served.
    let view = client.list_on_call(()).await.unwrap();
    let payments = named(&view, "Payments on call");
    let shift = FixedShiftForm {
        person: payments.shifts[1].people[0].id.clone(),
        start: desk.now() + HOUR,
        end: desk.now() + 2 * HOUR,
    };
    let planned = AddTemporary {
        schedule: payments.id.clone(),
        name: "New Year".to_owned(),
        start: desk.now() + HOUR,
        end: desk.now() + 3 * HOUR,
        shifts: vec![shift],
    };
    let view = client.add_temporary(planned).await.unwrap();
    let shifts = &named(&view, "Payments on call").shifts;
    assert_eq!((names(&shifts[0]), shifts[0].end), (vec!["Kim"], Some(desk.now() + HOUR)));
    assert!(shifts[2].people.is_empty(), "{shifts:?}");
    let report = client.report_coverage(()).await.unwrap();
    let one = report.schedules.iter().find(|one| one.name == "Payments on call").unwrap();
    assert_eq!(one.gaps.len(), 1);
    let asked = ListShifts { from: desk.now(), until: desk.now() + DAY };
    let calendar = client.list_shifts(asked).await.unwrap();
    let one = calendar.schedules.iter().find(|one| one.name == "Payments on call").unwrap();
    assert_eq!(one.temporary[0].name, "New Year");
    let view = client.remove_temporary(one.temporary[0].id.clone()).await.unwrap();
    assert!(named(&view, "Payments on call").shifts.iter().all(|shift| !shift.people.is_empty()));
}
