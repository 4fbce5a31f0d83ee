//! The people, services, schedules and policies of the sample.

use std::collections::BTreeMap;

use chrono::{DateTime, Days};
use firebell_domain::{
    change::{Body, Change},
    directory::{DirectoryChange, MEMBERS, PolicyStep, Target},
    entity::Kind,
    id::EntityId,
    oncall::{LocalTime, Rotation},
};
use serde_json::{Value, json};

use super::{Both, Pen};

/// Name, telephone (numbers that are given to nobody), address, zone.
const PEOPLE: [(Both, &str, &str, &str); 6] = [
    (("Ana Ortiz", "王芳"), "+44 20 7946 0101", "ana@shop.example", "Europe/Madrid"),
    (("Li Wei", "李伟"), "+44 20 7946 0102", "li@shop.example", "Asia/Shanghai"),
    (("Sam Okafor", "陈静"), "+44 20 7946 0103", "sam@shop.example", "Africa/Lagos"),
    (("Priya Nair", "张磊"), "+44 20 7946 0104", "priya@shop.example", "Asia/Kolkata"),
    (("Tom Berg", "刘洋"), "+44 20 7946 0105", "tom@shop.example", "Europe/Berlin"),
    (("Mei Lin", "赵敏"), "+44 20 7946 0106", "mei@shop.example", "Asia/Singapore"),
];
/// Those of them who are named elsewhere.
pub(super) const ANA: usize = 0;
pub(super) const LI: usize = 1;
pub(super) const SAM: usize = 2;
pub(super) const PRIYA: usize = 3;
pub(super) const TOM: usize = 4;
pub(super) const MEI: usize = 5;

/// Services with the team that delivers each: 0 is Payments, 1 Storefront, 2 Platform.
const SERVICES: [(&str, usize); 5] = [
    ("payments-api", 0),
    ("checkout", 0),
    ("catalogue-search", 1),
    ("image-store", 1),
    ("login", 2),
];
pub(super) const PAYMENTS: usize = 0;
pub(super) const SEARCH: usize = 2;
pub(super) const IMAGES: usize = 3;
pub(super) const LOGIN: usize = 4;

const PRODUCTS: [Both; 3] =
    [("Web shop", "网上商店"), ("Mobile app", "手机应用"), ("Partner API", "合作伙伴接口")];
pub(super) const WEB: usize = 0;
pub(super) const APP: usize = 1;
pub(super) const PARTNERS: usize = 2;

const TEAMS: [Both; 3] = [("Payments", "支付组"), ("Storefront", "商城组"), ("Platform", "平台组")];
const ON_CALL: [Both; 3] = [
    ("Payments on call", "支付组待命"),
    ("Storefront on call", "商城组待命"),
    ("Platform on call", "平台组待命"),
];
const IMOC: Both = ("IMOC roster", "IMOC 待命名单");

/// What stands in the directory, and the changes that put it there.
pub(super) struct Company {
    pub(super) people: Vec<EntityId>,
    pub(super) services: Vec<EntityId>,
    pub(super) products: Vec<EntityId>,
    pub(super) changes: Vec<Change>,
}

impl Company {
    /// `me` takes turns in two of the rotas, and is on call for payments now.
    pub(super) fn found(pen: &Pen<'_>, me: EntityId, settings: EntityId, zone: &str) -> Self {
        let mut made = Maker { pen, changes: Vec::new() };
        let people: Vec<EntityId> = PEOPLE
            .iter()
            .map(|(name, phone, email, zone)| {
                let name = pen.say(*name);
                let fields =
                    [("name", json!(name)), ("phone", json!(phone)), ("email", json!(email))];
                made.put(Kind::PERSON, fields.into_iter().chain([("zone", json!(zone))]))
            })
            .collect();
        let [ana, li, sam, priya, tom, mei] =
            [ANA, LI, SAM, PRIYA, TOM, MEI].map(|who| people[who]);
        let members = [vec![me, ana, sam], vec![mei, priya], vec![li, tom]];
        let rotas = [vec![me, ana, sam], vec![mei, priya], vec![tom, li]];
        let mut policies = Vec::new();
        let mut teams = Vec::new();
        for (which, (members, rota)) in members.into_iter().zip(rotas).enumerate() {
            let team = made.named(Kind::TEAM, TEAMS[which], []);
            for person in members {
                made.add(&Kind::TEAM, team, MEMBERS, person, json!(true));
            }
            let schedule = made.schedule(ON_CALL[which], rota, zone);
            let steps = json!([
                PolicyStep::new(vec![Target::Schedule(schedule)], 300),
                PolicyStep::new(vec![Target::Team(team)], 600),
            ]);
            policies.push(made.named(Kind::POLICY, ON_CALL[which], [("steps", steps)]));
            teams.push(team);
        }
        let roster = made.schedule(IMOC, vec![priya, me, tom], zone);
        let steps = json!([
            PolicyStep::new(vec![Target::Schedule(roster)], 300),
            PolicyStep::new(vec![Target::Person(priya), Target::Person(tom)], 600),
        ]);
        let imoc = made.named(Kind::POLICY, IMOC, [("steps", steps), ("repeats", json!(1))]);
        let services = SERVICES
            .iter()
            .map(|(name, team)| {
                let (team, policy) = (json!(teams[*team]), json!(policies[*team]));
                let fields = [("name", json!(name)), ("team", team), ("policy", policy)];
                made.put(Kind::SERVICE, fields)
            })
            .collect();
        let products = PRODUCTS.iter().map(|name| made.named(Kind::PRODUCT, *name, [])).collect();
        made.put_on(Kind::SETTINGS, settings, [("imoc_policy", json!(imoc))]);
        Self { people, services, products, changes: made.changes }
    }
}

struct Maker<'a> {
    pen: &'a Pen<'a>,
    changes: Vec<Change>,
}

impl Maker<'_> {
    fn named<const N: usize>(
        &mut self,
        kind: Kind,
        name: Both,
        fields: [(&'static str, Value); N],
    ) -> EntityId {
        let name = json!(self.pen.say(name));
        self.put(kind, [("name", name)].into_iter().chain(fields))
    }

    fn put(
        &mut self,
        kind: Kind,
        fields: impl IntoIterator<Item = (&'static str, Value)>,
    ) -> EntityId {
        let id = self.pen.new_id();
        self.put_on(kind, id, fields);
        id
    }

    fn put_on(
        &mut self,
        kind: Kind,
        id: EntityId,
        fields: impl IntoIterator<Item = (&'static str, Value)>,
    ) {
        let fields: BTreeMap<String, Value> =
            fields.into_iter().map(|(field, value)| (field.to_owned(), value)).collect();
        self.push(&kind, id, DirectoryChange::Put { fields });
    }

    fn add(&mut self, kind: &Kind, id: EntityId, list: &str, member: EntityId, value: Value) {
        self.push(kind, id, DirectoryChange::Add { list: list.to_owned(), member, value });
    }

    /// Turns of a week, from some days ago on: the first of the rota has the turn now.
    fn schedule(&mut self, name: Both, people: Vec<EntityId>, zone: &str) -> EntityId {
        let today =
            DateTime::from_timestamp_millis(self.pen.now.0).unwrap_or_default().date_naive();
        let rotation = Rotation::of_days(
            people,
            LocalTime::from_minutes(9 * 60).expect("nine o'clock is a time"),
            today.checked_sub_days(Days::new(3)).unwrap_or(today),
            7,
        );
        let fields = [("zone", json!(zone)), ("rotation", json!(rotation))];
        self.named(Kind::SCHEDULE, name, fields)
    }

    fn push(&mut self, kind: &Kind, id: EntityId, change: DirectoryChange) {
        if let Some(body) = Body::directory(kind, change) {
            self.changes.push(self.pen.change(id, self.pen.now, body));
        }
    }
}
