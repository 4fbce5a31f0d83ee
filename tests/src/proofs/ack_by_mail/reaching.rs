//! When a mail goes out, and what becomes of it.

use anyhow::{Result, ensure};
use firebell_client::Client;
use firebell_client::api::page::AcknowledgePage;
use firebell_domain::incident::Severity;
use firebell_domain::paging::{DeliveryState, Page, PageState, delivery_id};
use firebell_protocol::http::ChannelTest;

use super::cast::Cast;
use crate::harness::raw::Raw;

/// A little longer than a desktop has to confirm.
const UNREACHABLE_SECS: u64 = 31;

/// Severity 2 at a desktop that confirms: no mail.
pub(super) async fn a_desktop_that_answers_needs_no_mail(cast: &mut Cast) -> Result<u64> {
    let incident = cast.declare("bob", Severity::Two, false).await?;
    let bob = cast.company.person("bob")?;
    let reached = |page: Page<'_>| page.reached(bob, 0).then_some(());
    cast.page_is(incident, "Bob's desktop to confirm", reached).await?;
    cast.push(UNREACHABLE_SECS)?;
    let id = cast.page(incident).await?.id.to_string();
    let knows = async |client: &Client| Ok(client.get_page(id.clone()).await.ok().map(drop));
    cast.bob.sees("the page", knows).await?;
    let answer = AcknowledgePage { id: id.clone(), take_command: false };
    cast.bob.acknowledge_page(answer).await?;
    cast.bob.sent().await?;
    let page = cast.page(incident).await?;
    ensure!(Page(&page).state() == PageState::Acknowledged, "the page still rings");
    ensure!(Page(&page).deliveries().next().is_none(), "something went by another channel");
    cast.settle(incident).await?;
    Ok(1)
}

/// Severity 2 at a desktop that sleeps: the mail goes, and its link works.
pub(super) async fn an_unreachable_one_does(cast: &mut Cast) -> Result<u64> {
    cast.wire.cut();
    let offline = async |client: &Client| Ok((!client.sync_state().online).then_some(()));
    cast.bob.sees("that it is offline", offline).await?;
    let incident = cast.declare("bob", Severity::Two, false).await?;
    let rings = |page: Page<'_>| (page.state() == PageState::Ringing).then_some(());
    cast.page_is(incident, "the page to ring", rings).await?;
    let page = cast.page(incident).await?;
    ensure!(Page(&page).deliveries().next().is_none(), "a mail before anybody knew");
    cast.push(UNREACHABLE_SECS)?;
    let bob = cast.company.person("bob")?;
    let link = cast.link(&cast.next_mail("bob").await?)?;
    let page = cast.page(incident).await?;
    ensure!(Page(&page).is_unreachable(bob, 0), "the page does not say that he is unreachable");
    ensure!(cast.ask("POST", &link).await?.status == 200, "the link does not work");
    let page = cast.page(incident).await?;
    ensure!(Page(&page).acknowledged_by() == Some(bob), "the link did not acknowledge");
    cast.settle(incident).await?;
    cast.wire.mend(cast.company.server().address());
    cast.bob.online().await?;
    Ok(2)
}

/// 451: tried again, as the same message.
pub(super) async fn later_is_tried_again(cast: &mut Cast) -> Result<u64> {
    let first = cast.mail.refusals()?.iter().all(|(_, code)| code != "451");
    let incident = cast.declare("cid", Severity::One, false).await?;
    if first {
        let refused = |d: &firebell_domain::paging::Delivery| d.attempts == 1;
        let (_, delivery) = cast.delivery_is(incident, "the first attempt", refused).await?;
        ensure!(delivery.state == DeliveryState::Queued, "it is {:?}", delivery.state);
        ensure!(delivery.detail.contains("451"), "the page says {:?}", delivery.detail);
        cast.push(6)?;
    }
    let mail = cast.next_mail("cid").await?;
    let sent = |d: &firebell_domain::paging::Delivery| d.state == DeliveryState::Sent;
    let (name, delivery) = cast.delivery_is(incident, "the mail to be sent", sent).await?;
    ensure!(delivery.attempts == 1 + u32::from(first), "{} attempts", delivery.attempts);
    let id = format!("<{}@firebell.example>", delivery_id(cast.page(incident).await?.id, &name));
    ensure!(mail.id == id, "the mail is {} and should be {id}", mail.id);
    cast.settle(incident).await?;
    Ok(1 + u64::from(first))
}

/// 550: not tried again, and said.
pub(super) async fn never_is_said_on_the_page(cast: &mut Cast) -> Result<u64> {
    let incident = cast.declare("dan", Severity::One, false).await?;
    let failed = |d: &firebell_domain::paging::Delivery| d.state == DeliveryState::Failed;
    let (_, delivery) = cast.delivery_is(incident, "the mail to fail", failed).await?;
    ensure!(delivery.detail.contains("550"), "the page says {:?}", delivery.detail);
    ensure!(delivery.attempts == 1, "{} attempts", delivery.attempts);
    cast.settle(incident).await?;
    Ok(1)
}

/// A restricted incident goes by mail without a word of what it is.
pub(super) async fn a_restricted_one_says_nothing(cast: &mut Cast) -> Result<u64> {
    let incident = cast.declare("bob", Severity::One, true).await?;
    let mail = cast.next_mail("bob").await?;
    let link = cast.link(&mail)?;
    let shown = cast.ask("GET", &link).await?.body;
    for text in [&mail.subject, &mail.text, &mail.html, &shown] {
        ensure!(!text.contains("checkout"), "a restricted summary stands in {text}");
        ensure!(text.contains("HOT-"), "the key is missing in {text}");
    }
    ensure!(cast.ask("POST", &link).await?.status == 200, "the link does not work");
    cast.settle(incident).await?;
    Ok(4)
}

/// "Send me a test e-mail."
pub(super) async fn a_test_mail_goes_to_oneself(cast: &mut Cast) -> Result<u64> {
    let url = cast.company.server().url();
    let bob = Raw::sign_in(&url, "bob").await?;
    let said: ChannelTest = bob.post("/channels/email/test").await?;
    ensure!(said.sent, "{}", said.reason);
    let mail = cast.next_mail("bob").await?;
    ensure!(mail.subject == "Test e-mail from Firebell", "{}", mail.subject);
    let dan = Raw::sign_in(&url, "dan").await?;
    let said: ChannelTest = dan.post("/channels/email/test").await?;
    ensure!(!said.sent && said.reason.contains("550"), "{said:?}");
    let eve = Raw::sign_in(&url, "eve").await?;
    let said: ChannelTest = eve.post("/channels/email/test").await?;
    ensure!(!said.sent, "a mail went to nobody");
    Ok(3)
}
