//! `ack-by-mail`: pages by e-mail and webhook, over a real mail server and the gateway of `docs/gateway`.
//! The link in a mail acknowledges once, expires, and is good for no other page; looking at it changes
//! nothing. A desktop that cannot be reached makes the mail go out; one that can does not. What a mail
//! server refuses for now is tried again, what it refuses for good is said on the page. The gateway
//! believes nobody but the server, and the server calls nothing inside the network. A mail server that has
//! to encrypt and cannot show who it is gets nothing.

mod cast;
mod encrypted;
mod gateway;
mod links;
mod reaching;

use anyhow::Result;

use crate::harness::server::sqlite_url;
use crate::proof::{Ground, Proof, Report};
use cast::Cast;

/// See the module.
pub(crate) const PROOF: Proof = Proof {
    name: "ack-by-mail",
    line: "a page goes by e-mail and gateway where no desktop answers; its link acknowledges once, and only that page",
    run: |ground| Box::pin(run(ground)),
};

async fn run(ground: Ground) -> Result<Report> {
    let url = sqlite_url(&ground.folder().join("record.db"))?;
    let rounds = ground.size().pick(1, 10);
    let mut cast = Cast::assemble(ground.folder(), &url).await?;
    let mut cases = 0;
    for _ in 0..rounds {
        cases += links::work_once(&mut cast).await?;
        cases += links::are_for_one_page(&mut cast).await?;
        cases += links::expire(&mut cast).await?;
        cases += reaching::a_desktop_that_answers_needs_no_mail(&mut cast).await?;
        cases += reaching::an_unreachable_one_does(&mut cast).await?;
        cases += reaching::later_is_tried_again(&mut cast).await?;
        cases += reaching::never_is_said_on_the_page(&mut cast).await?;
        cases += reaching::a_restricted_one_says_nothing(&mut cast).await?;
    }
    cases += reaching::a_test_mail_goes_to_oneself(&mut cast).await?;
    let mut gateway = gateway::Gateway::attach(ground.folder(), &mut cast).await?;
    for _ in 0..rounds {
        cases += gateway.calls_and_acknowledges(&mut cast).await?;
    }
    let forged = gateway.believes_nobody_else(&cast).await?;
    cases += gateway.is_reached_by_no_other_address(&mut cast).await?;
    // Once more for all of them: nobody got a mail that is not in a story.
    let (mails, expected) = (cast.mail.mails()?, cast.expected());
    anyhow::ensure!(mails.len() == expected, "{} mails, {expected} in stories", mails.len());
    let refused = cast.mail.refusals()?.len();
    cast.leave().await;
    let encrypted = encrypted::go_encrypted_or_not_at_all(&ground.place("encrypted")?).await?;
    cases += encrypted.refused + encrypted.went as u64;
    Ok(Report::new(cases + forged, "cases")
        .figure("mails expected", expected)
        .figure("mails taken", mails.len())
        .figure("mails refused by the mail server", refused)
        .figure("mails by STARTTLS, required and checked", encrypted.went)
        .figure("attempts refused for want of it, none begun in plain text", encrypted.refused)
        .figure("forged messages refused by the gateway", forged)
        .figure("calls of the gateway", gateway.calls()?))
}
