//! `set-up`: a workspace that has nothing in it but an administrator, brought to "service, policy,
//! schedule, me" by what the window offers for it, without the server in reach. Back in reach all of it
//! is taken, a severity 1 that somebody else declares rings at the administrator's desktop, and nobody
//! else's. That somebody was invited from the window as well.

use std::path::Path;

use anyhow::{Context, Result, ensure};
use firebell_client::api::ErrorCode;
use firebell_client::api::directory::{
    InvitePerson, PolicyForm, RotationForm, Save, ScheduleForm, ServiceForm, StepForm, TargetForm,
    TargetKind,
};
use firebell_client::api::incident::DeclareForm;
use firebell_client::api::session::{ConnectServer, StartView};

use crate::harness::company::Company;
use crate::harness::headless::{Headless, PASSWORD, SOON};
use crate::harness::raw::fresh;
use crate::harness::server::sqlite_url;
use crate::harness::tap::Tap;
use crate::harness::wait;
use crate::proof::{Ground, Proof, Report};

/// See the module.
pub(crate) const PROOF: Proof = Proof {
    name: "set-up",
    line: "an empty workspace is set up offline by what the window offers, and a severity 1 then rings at whom it should",
    run: |ground| Box::pin(run(ground)),
};

async fn run(ground: Ground) -> Result<Report> {
    let url = sqlite_url(&ground.folder().join("record.db"))?;
    let company = Company::found(ground.folder(), &url, None, &["ana"]).await?;
    let wire = Tap::start(company.server().address()).await?;
    let ana = company.desktop_by("ana", &wire.url()).await?;
    let ben = invited(ground.folder(), &company, &ana).await?;

    wire.cut();
    ana.sees("that the server is gone", async |client| {
        Ok((!client.sync_state().online).then_some(()))
    })
    .await?;
    let (service, saved) = set_up(&ana).await?;
    let waiting = ana.get_sync(()).await?.waiting;
    ensure!(waiting == saved, "{waiting} of {saved} sets wait");
    wire.mend(company.server().address());
    ana.online().await?;
    ana.sent().await?;
    ensure!(ana.list_conflicts(()).await?.is_empty(), "the server refused something");
    company.level(&[&ana, &ben]).await?;

    let form = DeclareForm {
        summary: "Checkout fails for every customer".to_owned(),
        severity: Some(1),
        service: Some(service),
        ..DeclareForm::default()
    };
    let preview = ben.preview_page(form.clone()).await?;
    let me = ana.person()?.to_string();
    let names: Vec<_> = preview.people.iter().map(|line| line.id.as_str()).collect();
    ensure!(names == [me.as_str()], "the form promises to page {names:?}");
    ben.declare_incident(form).await?;
    let rung = async {
        ana.host().rung(1).await;
        Ok(())
    };
    wait::within("the page", SOON, rung).await?;
    // A ring goes ahead of all rows: whoever has these would have been rung by now.
    company.level(&[&ana, &ben]).await?;
    ensure!(ana.host().rings().len() == 1 && ben.host().rings().is_empty(), "it rang elsewhere");
    ben.close().await;
    ana.close().await;
    Ok(Report::new(u64::from(saved), "things set up offline")
        .figure("rings expected and seen", 1)
        .figure("invitations used", 1))
}

/// Ben comes by an invitation, which works once; who is no administrator makes none.
async fn invited(folder: &Path, company: &Company, ana: &Headless) -> Result<Headless> {
    let invitation = ana.invite_person(InvitePerson { admin: false }).await?;
    let accept = |name: &str| ConnectServer {
        server: company.server().url(),
        name: name.to_owned(),
        password: PASSWORD.to_owned(),
        invitation: Some(invitation.code.clone()),
        file_consent: true,
    };
    let ben = Headless::start(&folder.join("desktop-ben"), "ben").await?;
    let view = ben.connect_server(accept("ben")).await.context("ben accepts")?;
    ensure!(matches!(view, StartView::Ready { .. }), "ben came and sees {view:?}");
    let eve = Headless::start(&folder.join("desktop-eve"), "eve").await?;
    ensure!(eve.connect_server(accept("eve")).await.is_err(), "an invitation worked twice");
    eve.close().await;
    let refused = ben.invite_person(InvitePerson { admin: true }).await;
    let code = refused.err().context("who is no administrator made an invitation")?.code;
    ensure!(code == ErrorCode::Refused, "an invitation was refused as {code:?}");
    let code = ben.save_service(new(service("new", None))).await.err().map(|error| error.code);
    ensure!(code == Some(ErrorCode::Refused), "who is no administrator made a service: {code:?}");
    Ok(ben)
}

/// Schedule, policy, service. Gives the service, and how many sets that took.
async fn set_up(ana: &Headless) -> Result<(String, u32)> {
    let me = ana.person()?.to_string();
    let empty = ana.get_directory(()).await?;
    ensure!(empty.may_edit && empty.schedules.is_empty() && empty.services.is_empty(), "not empty");
    let schedule = ScheduleForm {
        name: "Payments on call".to_owned(),
        zone: "Asia/Shanghai".to_owned(),
        rotations: vec![RotationForm {
            id: fresh().to_string(),
            name: String::new(),
            layer: Some(0),
            people: vec![me],
            hand_off: "09:00".to_owned(),
            first_day: "2026-01-01".to_owned(),
            lengths: vec![Some(7)],
            in_hours: false,
            hours: Vec::new(),
            by_served: false,
        }],
        from: None,
        overrides: Vec::new(),
        holidays: Vec::new(),
        active: true,
    };
    let schedule = ana.save_schedule(new(schedule)).await?;
    let target = TargetForm { kind: TargetKind::Schedule, id: schedule, rotation: None };
    let step = StepForm {
        targets: vec![target],
        timeout_secs: Some(300),
        retries: Some(0),
        ..StepForm::default()
    };
    let (steps, repeats) = (vec![step], Some(0));
    let policy =
        PolicyForm { name: "Payments".to_owned(), steps, repeats, then: None, active: true };
    let policy = ana.save_policy(new(policy)).await?;
    let service = ana.save_service(new(service("payments-api", Some(policy)))).await?;
    Ok((service, 3))
}

fn service(name: &str, policy: Option<String>) -> ServiceForm {
    ServiceForm { name: name.to_owned(), team: None, policy, active: true }
}

fn new<F>(form: F) -> Save<F> {
    Save { was: None, form }
}
