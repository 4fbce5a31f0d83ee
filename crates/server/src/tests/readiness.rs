//! Who could not be rung: they and whoever answers for the schedule have an e-mail of it, once a day.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use firebell_domain::{
    change::Body as What,
    directory::DirectoryChange,
    id::EntityId,
    paging::Outcome,
    readiness::{DESKTOPS, DesktopCheck, Doubt},
    time::Timestamp,
};
use serde_json::{Value, json};
use tokio::sync::Notify;

use super::world::{World, change, fresh, options};
use crate::{
    Options,
    channel::{ChannelOptions, Deliverer, Mail, MailSetup, Order, Warning},
    node::Node,
    store::Store,
};

/// Takes warnings instead of a mail server.
#[derive(Debug, Default)]
struct Letters {
    came: Mutex<Vec<Warning>>,
    arrived: Notify,
    refuses: Mutex<u32>,
}

#[async_trait]
impl Deliverer for Letters {
    async fn deliver(&self, _: &Node, _: &Order) -> Outcome {
        Outcome::Failed { reason: "nothing is delivered here".to_owned() }
    }

    async fn warn(&self, _: &Node, warning: &Warning) -> Outcome {
        self.came.lock().unwrap().push(warning.clone());
        self.arrived.notify_one();
        let mut refuses = self.refuses.lock().unwrap();
        match *refuses {
            0 => Outcome::Sent,
            _ => {
                *refuses -= 1;
                Outcome::Retry { reason: "busy".to_owned() }
            }
        }
    }
}

impl Letters {
    fn options(self: &Arc<Self>) -> Options {
        let (url, from) = ("smtp://127.0.0.1:1".to_owned(), "firebell@example.org".to_owned());
        let mail = Mail::new(&MailSetup { url, from, plain: false, extra_ca: None });
        let channels =
            ChannelOptions { mail: Some(Arc::new(mail.unwrap())), ..ChannelOptions::default() };
        let deliverer = Arc::<Self>::clone(self);
        Options { deliverer, channels, readiness_every_secs: 600, ..options() }
    }

    /// What came, once there are so many.
    async fn next(&self, many: usize) -> Vec<(String, usize, Option<String>)> {
        let soon = std::time::Duration::from_secs(30);
        let enough = async {
            while self.came.lock().unwrap().len() < many {
                self.arrived.notified().await;
            }
        };
        tokio::time::timeout(soon, enough).await.expect("letters");
        let mut came: Vec<_> = std::mem::take(&mut *self.came.lock().unwrap())
            .into_iter()
            .map(|it| (it.address, it.about.len(), it.about[0].person.clone()))
            .collect();
        came.sort();
        came
    }
}

fn put(fields: Value) -> DirectoryChange {
    DirectoryChange::Put { fields: serde_json::from_value(fields).unwrap() }
}

/// It is looked at that time.
async fn looked(world: &World, at: Timestamp) {
    let before = world.node().metrics.readiness_checks.get();
    world.store.set_now(at);
    world.node().due.notify_one();
    let looks = async {
        while world.node().metrics.readiness_checks.get() == before {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(30), looks).await.expect("a look");
}

#[tokio::test]
async fn who_could_not_be_rung_and_the_owner_are_told_once_a_day_until_it_is_mended() {
    let letters = Arc::<Letters>::default();
    let world = World::with(letters.options()).await;
    let start = world.store.now().await.unwrap();
    world.store.set_now(start);
    let mut ann = world.person("ann", true).await;
    let mut bob = world.person("bob", false).await;
    world.add("eve", true).await;
    let (schedule, bobs) = (fresh(), bob.person());
    let rotation = json!({
        "people": [bobs], "hand_off": "09:00", "first_day": "2023-11-13", "turn_days": 7,
    });
    let of = |who: EntityId, name: &str| {
        change(who, What::Person(put(json!({"email": format!("{name}@example.org")}))))
    };
    letters.refuses.lock().unwrap().clone_from(&1);
    ann.does(vec![
        of(ann.person(), "ann"),
        of(bobs, "bob"),
        change(
            schedule,
            What::Schedule(put(json!({
                "name": "Payments", "zone": "UTC", "rotation": rotation, "owner": ann.person(),
            }))),
        ),
    ])
    .await;

    // Bob has no desktop that says what it can do. The first letter was refused, and goes with the next look;
    // Eve answers for nothing.
    looked(&world, start.plus_secs(700)).await;
    let all = [
        ("ann@example.org".to_owned(), 1, Some("BOB".to_owned())),
        ("bob@example.org".to_owned(), 1, None),
    ];
    let first = letters.next(2).await;
    assert_eq!(first, all);
    looked(&world, start.plus_secs(1_400)).await;
    let again = letters.next(1).await;
    assert_eq!(again.len(), 1, "only what was refused: {again:?}");
    for hour in 1..20 {
        looked(&world, start.plus_secs(hour * 3_600)).await;
    }
    assert_eq!(letters.came.lock().unwrap().len(), 0, "once a day");
    looked(&world, start.plus_secs(26 * 3_600)).await;
    assert_eq!(letters.next(2).await, all);

    // A desktop of his that can ring him ends it; one that is only advised is nobody else's business.
    let now = start.plus_secs(27 * 3_600);
    let check = DesktopCheck {
        name: "desk".to_owned(),
        at: now.plus_secs(30 * 3_600),
        notifications: true,
        sound: true,
        undisturbed: None,
        autostart: false,
        tested_at: None,
    };
    assert_eq!(check.doubts(now), [Doubt::NoAutostart, Doubt::NotTested]);
    let (list, member) = (DESKTOPS.to_owned(), fresh());
    let says = DirectoryChange::Add { list, member, value: json!(check) };
    bob.does(vec![change(bobs, What::Person(says))]).await;
    for hour in 50..56 {
        looked(&world, start.plus_secs(hour * 3_600)).await;
    }
    assert_eq!(letters.came.lock().unwrap().len(), 0);
}
