//! `bad-files`: corrupt, newer, half-migrated and foreign files in place of a desktop's database. None
//! is made worse, the reason has a code, and what was not sent is saved wherever it can be read.

mod base;
mod damage;
mod judge;
mod oracle;

use std::collections::BTreeMap;
use std::fs;
use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::{Context, Result, ensure};
use rand::SeedableRng;
use rand::rngs::StdRng;

use crate::proof::{Ground, Proof, Report};
use damage::Damage;
use judge::Verdict;

/// See the module.
pub(crate) const PROOF: Proof = Proof {
    name: "bad-files",
    line: "no damaged, newer or half-migrated file is made worse, and what was not sent is saved where it can be read",
    run: |ground| Box::pin(run(ground)),
};

/// The seed of the first image; the others follow.
const SEED: u64 = 0x6261_6400;
/// Names one seed to replay, so that a failure can be looked at.
const REPLAY: &str = "FIREBELL_SEED";

/// How many images that were treated wrongly are told of.
const SHOWN: usize = 20;

/// Panics of any thread: a task that panics is otherwise only a task that is gone.
static PANICS: AtomicU64 = AtomicU64::new(0);

async fn run(ground: Ground) -> Result<Report> {
    let said = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        PANICS.fetch_add(1, Ordering::SeqCst);
        said(panic);
    }));
    let bases = base::make(&ground).await?;
    let images: u64 = ground.size().pick(300, 5_000);
    let seeds = match std::env::var(REPLAY) {
        Ok(seed) => vec![seed.parse().context("the seed is a number")?],
        Err(_) => (SEED..SEED + images).collect(),
    };
    let (mut told, mut wrong) = (Told::default(), Vec::new());
    for seed in &seeds {
        let kind = Damage::ALL[usize::try_from(*seed)? % Damage::ALL.len()];
        match image(&ground, &bases, kind, *seed).await {
            Ok(one) => told.add(kind, one),
            // All of them are told, because one kind of damage often hides another.
            Err(error) => wrong.push(format!("{kind:?}, {REPLAY}={seed}: {error:#}")),
        }
    }
    let shown = wrong.len().min(SHOWN);
    ensure!(wrong.is_empty(), "{} images, such as\n{}", wrong.len(), wrong[..shown].join("\n"));
    for kind in Damage::ALL.iter().filter(|_| seeds.len() > 1) {
        ensure!(told.kinds.contains_key(kind), "no image was {kind:?}");
    }
    Ok(Report::new(seeds.len() as u64, "images")
        .figure("kinds of damage", told.kinds.len())
        .figure("said to be unusable, and untouched", told.unusable)
        .figure("used, and nothing lost", told.used)
        .figure("unsent sets saved to a file", told.rescued)
        .figure("made worse", 0)
        .figure("panics", 0))
}

/// What happened, summed over images.
#[derive(Default)]
struct Told {
    kinds: BTreeMap<Damage, u64>,
    unusable: u64,
    used: u64,
    rescued: u64,
}

impl Told {
    fn add(&mut self, kind: Damage, one: Verdict) {
        *self.kinds.entry(kind).or_default() += 1;
        self.unusable += u64::from(one.unusable);
        self.used += u64::from(!one.unusable);
        self.rescued += one.rescued;
    }
}

/// Makes one image, opens it as a start of the program does, and judges.
async fn image(ground: &Ground, bases: &base::Bases, kind: Damage, seed: u64) -> Result<Verdict> {
    let mut rng = StdRng::seed_from_u64(seed);
    let place = ground.folder().join("image");
    fs::remove_dir_all(&place).ok();
    let base = bases.pick(kind, &mut rng);
    let files = base.copy_to(&place)?;
    let done = damage::damage(kind, &files, base, &mut rng).await?;
    let verdict = judge::judge(ground, &files, base, &done).await;
    let verdict = verdict.with_context(|| done.what.clone())?;
    ensure!(PANICS.swap(0, Ordering::SeqCst) == 0, "something panicked: {}", done.what);
    Ok(verdict)
}
