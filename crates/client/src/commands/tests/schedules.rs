//! The preview of a schedule.

use super::{
    Desk,
    forms::{named, new, schedule, view},
};
use crate::api::directory::{OverrideForm, PreviewSchedule, Save, ScheduleForm};
fn only(shift: &crate::api::on_call::ShiftView) -> Option<String> {
    assert!(shift.people.len() < 2, "{shift:?}");
    shift.people.first().map(|person| person.name.clone())
}

#[tokio::test]
async fn the_preview_is_what_the_schedule_says_once_it_is_saved() {
    let desk = Desk::with_sample().await;
    let client = &desk.client;
    let seen = view(&desk).await;
    let tom = seen.people.iter().find(|person| person.form.name == "Tom Berg").unwrap();
    let me = desk.me.to_string();
    let mut form = ScheduleForm { name: "Mine".to_owned(), ..schedule(&[&me, &tom.id]) };
    let preview = async |id: Option<String>, form: &ScheduleForm| {
        let asked = PreviewSchedule { id, form: form.clone() };
        let shifts = client.preview_schedule(asked).await.unwrap().shifts;
        let lines = shifts.iter().map(|s| (only(s), s.start, s.end, s.overridden));
        lines.collect::<Vec<_>>()
    };
    let saved = async |id: &str| {
        let schedules = client.list_on_call(()).await.unwrap().schedules;
        let shifts = schedules.into_iter().find(|one| one.id == id).unwrap().shifts;
        let lines = shifts.iter().map(|s| (only(s), s.start, s.end, s.overridden));
        lines.collect::<Vec<_>>()
    };
    let before = preview(None, &form).await;
    // Eight weeks of turns, the first since Friday nine o'clock in Shanghai.
    assert_eq!(before.len(), 9);
    assert_eq!(before[0].0.as_deref(), Some("Kim"));
    assert_eq!(before[0].1, Some(1_795_136_400_000));
    assert_eq!(before[1].0.as_deref(), Some("Tom Berg"));
    let id = client.save_schedule(new(form.clone())).await.unwrap();
    assert_eq!(saved(&id).await, before);

    let item = named(&view(&desk).await.schedules, &id).clone();
    form = item.form.clone();
    form.overrides.push(OverrideForm {
        id: None,
        person: Some(tom.id.clone()),
        start: Some(desk.now()),
        end: Some(desk.now() + 3_600_000),
    });
    let with = preview(Some(id.clone()), &form).await;
    assert_eq!((with[0].0.as_deref(), with[0].3), (Some("Tom Berg"), true));
    client.save_schedule(Save { was: Some(item), form: form.clone() }).await.unwrap();
    assert_eq!(saved(&id).await, with);
    // Taken away again, what was under it is back.
    let item = named(&view(&desk).await.schedules, &id).clone();
    let mut form = item.form.clone();
    assert!(form.overrides.pop().unwrap().id.is_some());
    let without = preview(Some(id.clone()), &form).await;
    assert_eq!(without, before);
    client.save_schedule(Save { was: Some(item), form }).await.unwrap();
    assert_eq!(saved(&id).await, before);

    // A change that is planned, and then planned for another day: the first plan is gone in both.
    for days in [7, 14] {
        let item = named(&view(&desk).await.schedules, &id).clone();
        let mut form = item.form.clone();
        form.rotations[0].people = vec![tom.id.clone()];
        form.from = Some(desk.now() + days * 86_400_000);
        let planned = preview(Some(id.clone()), &form).await;
        client.save_schedule(Save { was: Some(item), form }).await.unwrap();
        let saved = saved(&id).await;
        // They look ahead differently far.
        let both = planned.len().min(saved.len()) - 1;
        assert!(both > 0 && planned != before, "{planned:?}");
        assert_eq!(planned[..both], saved[..both], "in {days} days");
    }

    let nobody = schedule(&[]);
    assert_eq!(preview(None, &nobody).await, [(None, None, None, false)]);
    let mut later = schedule(&[&me]);
    later.rotations[0].first_day = "2026-12-01".to_owned();
    let later = preview(None, &later).await;
    assert_eq!((later[0].0.clone(), later[0].1), (None, None), "a gap until it begins");
    assert_eq!((later[1].0.as_deref(), later[1].2), (Some("Kim"), None));
}
