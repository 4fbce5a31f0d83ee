//! What an acknowledge link does, and does not.

use anyhow::{Result, ensure};
use firebell_domain::incident::Severity;
use firebell_domain::paging::{Channel, DeliveryState, Page, PageState};

use super::cast::{Cast, QUIET_SECS};

/// Looks of a mail scanner at one link.
const LOOKS: u64 = 5;

/// A link acknowledges once; a look does nothing.
pub(super) async fn work_once(cast: &mut Cast) -> Result<u64> {
    let incident = cast.declare("bob", Severity::One, false).await?;
    let mail = cast.next_mail("bob").await?;
    ensure!(mail.subject.contains("Severity 1: checkout fails for bob"), "{}", mail.subject);
    ensure!(mail.subject.starts_with("HOT-"), "{} has no key", mail.subject);
    let link = cast.link(&mail)?;
    for look in 0..LOOKS {
        let method = if look == 0 { "HEAD" } else { "GET" };
        let answer = cast.ask(method, &link).await?;
        ensure!(answer.status == 200, "a look was answered {}", answer.status);
        ensure!(look == 0 || answer.body.contains("<form method=\"post\""), "{}", answer.body);
    }
    let bob = cast.company.person("bob")?;
    let page = cast.page(incident).await?;
    ensure!(Page(&page).state() == PageState::Ringing, "a look stopped the page");
    ensure!(Page(&page).answer_of(bob).is_none(), "a look answered the page");

    let answer = cast.ask("POST", &link).await?;
    ensure!(answer.status == 200 && answer.body.contains("You have it"), "{}", answer.body);
    let page = cast.page(incident).await?;
    let (state, by) = (Page(&page).state(), Page(&page).acknowledged_by());
    ensure!(state == PageState::Acknowledged && by == Some(bob), "the page is {state:?}");
    let first = Page(&page).answer_of(bob);
    let via = first.as_ref().and_then(|answer| answer.via);
    ensure!(via == Some(Channel::Email), "it was acknowledged by {via:?}");
    let acknowledged = |d: &firebell_domain::paging::Delivery| {
        d.channel == Channel::Email && d.state == DeliveryState::Acknowledged
    };
    cast.delivery_is(incident, "the mail to count as answered", acknowledged).await?;

    let again = cast.ask("POST", &link).await?;
    ensure!(again.body.contains("used before"), "{}", again.body);
    let page = cast.page(incident).await?;
    ensure!(Page(&page).answer_of(bob) == first, "the second use changed the answer");
    cast.settle(incident).await?;
    Ok(LOOKS + 2)
}

/// A link is for one page and one person.
pub(super) async fn are_for_one_page(cast: &mut Cast) -> Result<u64> {
    let one = cast.declare("bob", Severity::One, false).await?;
    let first = cast.link(&cast.next_mail("bob").await?)?;
    // Two at once would be one mail.
    let bob = cast.company.person("bob")?;
    let reached = |page: Page<'_>| page.reached(bob, 0).then_some(());
    cast.page_is(one, "Bob's desktop to confirm", reached).await?;
    cast.push(QUIET_SECS)?;
    let other = cast.declare("bob", Severity::One, false).await?;
    let second = cast.link(&cast.next_mail("bob").await?)?;
    ensure!(first != second, "two pages have one link");
    // The claim of one with the signature of the other, and each with a letter changed.
    let (claim, signature) = (&first[..first.len() - 43], &second[second.len() - 43..]);
    let mut forged = vec![format!("{claim}{signature}"), "/a/".to_owned(), "/a/x".to_owned()];
    for at in (3..first.len()).step_by(7) {
        let letter = if first.as_bytes()[at] == b'A' { "B" } else { "A" };
        forged.push(format!("{}{letter}{}", &first[..at], &first[at + 1..]));
    }
    for link in &forged {
        let answer = cast.ask("POST", link).await?;
        ensure!(answer.status == 404, "{link} was answered {}", answer.status);
    }
    ensure!(cast.ask("POST", &first).await?.status == 200, "the first link does not work");
    let (done, rings) = (cast.page(one).await?, cast.page(other).await?);
    ensure!(Page(&done).state() == PageState::Acknowledged, "the first page was not stopped");
    ensure!(Page(&rings).state() == PageState::Ringing, "the link of one stopped the other");
    ensure!(cast.ask("POST", &second).await?.status == 200, "the second link does not work");
    let done = cast.page(other).await?;
    ensure!(Page(&done).state() == PageState::Acknowledged, "the second page was not stopped");
    cast.settle(one).await?;
    cast.settle(other).await?;
    Ok(forged.len() as u64 + 2)
}

/// A link ends.
pub(super) async fn expire(cast: &mut Cast) -> Result<u64> {
    let incident = cast.declare("bob", Severity::One, false).await?;
    let link = cast.link(&cast.next_mail("bob").await?)?;
    cast.push(29 * 60)?;
    let answer = cast.ask("GET", &link).await?;
    ensure!(answer.status == 200, "after 29 minutes it was answered {}", answer.status);
    cast.push(2 * 60)?;
    for method in ["GET", "POST"] {
        let answer = cast.ask(method, &link).await?;
        ensure!(answer.status == 410, "{method} after 31 minutes: {}", answer.status);
        ensure!(answer.body.contains("expired"), "{}", answer.body);
    }
    let bob = cast.company.person("bob")?;
    let page = cast.page(incident).await?;
    ensure!(Page(&page).answer_of(bob).is_none(), "an expired link answered the page");
    cast.settle(incident).await?;
    Ok(3)
}
