//! One seed: what happens in which order, and the healing at the end.

use anyhow::{Context, Result, bail, ensure};
use firebell_client::replica::MemoryReplica;
use firebell_domain::{
    change::{Body, Change, ChangeSet},
    directory::{DirectoryChange, PolicyStep, Target, settings_id},
    entity::Kind,
    id::{ChangeId, DeviceId, EntityId, SetId, WorkspaceId},
    time::Timestamp,
};
use firebell_server::{append::Request, memory::MemoryRecord};
use rand::{RngExt, SeedableRng, rngs::StdRng};
use serde_json::{Value, json};

use super::{
    acts::{self, uuid},
    check::{self, Told},
    desktop::{Desktop, small},
};

const DESKTOPS: usize = 5;
const ACTS: u32 = 220;
/// Rounds of healing: each moves at least one frame, so this is far beyond what any seed needs.
const MAX_ROUNDS: u32 = 20_000;

/// Plays a seed to its end.
pub(super) fn play(seed: u64) -> Result<Told> {
    let mut rng = StdRng::seed_from_u64(seed);
    let mut world = World::new(&mut rng)?;
    for _ in 0..ACTS {
        world.act(&mut rng)?;
    }
    world.heal(&mut rng)?;
    check::check(&world.record, &world.desktops, world.told)
}

struct World {
    record: MemoryRecord,
    backup: firebell_server::memory::Backup,
    desktops: Vec<Desktop>,
    people: Vec<EntityId>,
    services: Vec<EntityId>,
    told: Told,
    now: Timestamp,
}

impl World {
    fn new(rng: &mut StdRng) -> Result<Self> {
        let now = Timestamp(1_760_000_000_000);
        let workspace = WorkspaceId(uuid(rng));
        let mut record = MemoryRecord::new(workspace, now);
        let people: Vec<EntityId> = (0..DESKTOPS).map(|_| EntityId(uuid(rng))).collect();
        for (i, person) in people.iter().enumerate() {
            put(rng, &mut record, *person, &Kind::PERSON, json!({"name": format!("Person {i}")}))?;
        }
        let steps: Vec<PolicyStep> = people[..3]
            .iter()
            .map(|person| PolicyStep::new(vec![Target::Person(*person)], 120))
            .collect();
        let (policy, service) = (EntityId(uuid(rng)), EntityId(uuid(rng)));
        put(rng, &mut record, policy, &Kind::POLICY, json!({"name": "All", "steps": steps}))?;
        put(rng, &mut record, service, &Kind::SERVICE, json!({"name": "pay", "policy": policy}))?;
        let settings = settings_id(workspace);
        put(rng, &mut record, settings, &Kind::SETTINGS, json!({"imoc_policy": policy}))?;
        let desktops = people
            .iter()
            .map(|person| {
                let device = DeviceId(uuid(rng));
                let mut replica = MemoryReplica::new(workspace, *person, device);
                replica.add_keys(record.grant_keys(device, 5));
                Desktop::new(replica)
            })
            .collect();
        let backup = record.backup();
        let told = Told::default();
        Ok(Self { record, backup, desktops, people, services: vec![service], told, now })
    }

    /// One thing happens.
    fn act(&mut self, rng: &mut StdRng) -> Result<()> {
        self.now = self.now.plus_millis(rng.random_range(0..4_000));
        self.record.set_now(self.now);
        let index = rng.random_range(0..self.desktops.len());
        let desktop = &mut self.desktops[index];
        match rng.random_range(0..1_000) {
            0..330 => {
                // Desktops' clocks are wrong by up to a week.
                let skew = (index as i64 - 2) * 3 * 86_400_000;
                let at = self.now.plus_millis(skew);
                if let Some(set) = acts::act(rng, desktop, &self.people, &self.services, at) {
                    let ids: Vec<ChangeId> = set.changes.iter().map(|change| change.id).collect();
                    // What the rules refuse at once is told in the form and leaves nothing behind.
                    if desktop.replica.execute(at, &set).is_ok() {
                        desktop.executed.extend(ids);
                    }
                }
            }
            330..480 => {
                desktop.push();
            }
            480..620 => {
                desktop.deliver_to_server(&mut self.record, Some(rng))?;
            }
            620..760 => {
                desktop.deliver_to_desktop(&mut self.record, Some(rng))?;
            }
            760..840 => {
                desktop.send_rows(&self.record, small(rng, 6));
            }
            840..900 => {
                if !desktop.online() {
                    desktop.connect(&mut self.record)?;
                }
            }
            900..945 => {
                // Most first syncs go through at once, some are interrupted.
                for _ in 0..rng.random_range(1..8) {
                    desktop.fetch_chunk(&self.record, small(rng, 40));
                }
            }
            945..955 => desktop.drop_connection(),
            955..965 => {
                desktop.crash();
                self.told.crashes += 1;
            }
            965..975 => {
                self.record.run_due_jobs()?;
            }
            975..980 => desktop.replica.forget_change_kinds(),
            980..984 => desktop.replica.upgrade(),
            984..988 => self.backup = self.record.backup(),
            988..990 => self.restore(),
            990..994 => self.desktops.iter_mut().for_each(Desktop::drop_connection),
            _ => desktop.replica.release_held(),
        }
        Ok(())
    }

    /// The server's database is lost, and its last backup takes its place.
    fn restore(&mut self) {
        let highest = self.record.head().next_key;
        self.record.restore(&self.backup, highest);
        self.desktops.iter_mut().for_each(Desktop::drop_connection);
        self.told.restores += 1;
    }

    /// The network is good again: everything that waits goes, everything that is missing comes.
    fn heal(&mut self, rng: &mut StdRng) -> Result<()> {
        for desktop in &mut self.desktops {
            desktop.replica.upgrade();
        }
        for _ in 0..MAX_ROUNDS {
            let mut moved = false;
            for desktop in &mut self.desktops {
                if !desktop.online() {
                    desktop.connect(&mut self.record)?;
                    moved = true;
                }
                desktop.replica.release_held();
                moved |= desktop.fetch_chunk(&self.record, small(rng, 64));
                moved |= desktop.push();
                moved |= desktop.deliver_to_server(&mut self.record, None)?;
                moved |= desktop.send_rows(&self.record, small(rng, 64));
                moved |= desktop.deliver_to_desktop(&mut self.record, None)?;
            }
            if !moved {
                return Ok(());
            }
        }
        let waits = |desktop: &Desktop| -> Vec<String> {
            let sets = desktop.replica.unsent();
            sets.map(|set| format!("{} after {:?}, {:?}", set.id, set.after, set.accepted))
                .collect()
        };
        let waiting: Vec<_> = self.desktops.iter().map(waits).collect();
        bail!("the network is good, and yet it does not come to rest; unsent: {waiting:#?}")
    }
}

/// The server puts something into the directory.
fn put(
    rng: &mut StdRng,
    record: &mut MemoryRecord,
    id: EntityId,
    kind: &Kind,
    fields: Value,
) -> Result<()> {
    let fields = serde_json::from_value(fields)?;
    let body =
        Body::directory(kind, DirectoryChange::Put { fields }).context("a directory kind")?;
    let at = record.now();
    let seen = std::collections::BTreeMap::new();
    let change = Change { id: ChangeId(uuid(rng)), entity: id, at, seen, body };
    let set = ChangeSet { id: SetId(uuid(rng)), changes: vec![change] };
    let before = record.head().seq;
    record.push(vec![Request::of_server(&set)])?;
    ensure!(record.head().seq > before, "the server's own set was refused");
    Ok(())
}
