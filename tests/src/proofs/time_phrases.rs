//! `time-phrases`: times as people say them, in both languages, each in its zone and said at its moment:
//! the right instant, or the question that a careful colleague would ask.

mod table;

use anyhow::{Result, ensure};
use firebell_domain::timeline::phrase::{self, Question};

use crate::proof::{Ground, Proof, Report};
use table::{Means, PHRASES};

/// See the module.
pub(crate) const PROOF: Proof = Proof {
    name: "time-phrases",
    line: "a time as people say it, in English and Chinese, is read right or asked about",
    run: |ground| Box::pin(run(ground)),
};

/// So many phrases are promised.
const PROMISED: usize = 60;

async fn run(_: Ground) -> Result<Report> {
    ensure!(PHRASES.len() >= PROMISED, "only {} phrases", PHRASES.len());
    let (mut instants, mut questions, mut chinese) = (0, 0, 0);
    let mut wrong = Vec::new();
    for case in PHRASES {
        let now = table::instant(case.now)?;
        let read = phrase::read(case.phrase, case.zone, now);
        let right = match (case.means, read) {
            (Means::At(at), Ok(read)) => table::instant(at)? == read,
            (Means::Asks(asked), Err(question)) => asked == word(question),
            _ => false,
        };
        if !right {
            wrong.push(format!(
                "{:?} in {} at {}: {read:?}, not {:?}",
                case.phrase, case.zone, case.now, case.means
            ));
        }
        match case.means {
            Means::At(_) => instants += 1,
            Means::Asks(_) => questions += 1,
        }
        chinese += u64::from(!case.phrase.is_ascii());
    }
    ensure!(wrong.is_empty(), "read wrongly:\n{}", wrong.join("\n"));
    Ok(Report::new(PHRASES.len() as u64, "phrases")
        .figure("read", instants)
        .figure("asked about", questions)
        .figure("in Chinese", chinese)
        .figure("wrong", 0))
}

fn word(question: Question) -> &'static str {
    match question {
        Question::Unreadable => "unreadable",
        Question::WhichTime => "which time",
        Question::Future { .. } => "future",
        Question::Twice { .. } => "twice",
        Question::Skipped { .. } => "skipped",
        Question::WhichDay { .. } => "which day",
    }
}
