//! Monitoring systems set up in the window: sources, their tokens, maintenance windows.

use firebell_domain::{chain::Hash, entity::World, intake::AlertSource};

use super::{Desk, desk::objections};
use crate::{
    api::{
        directory::{Save, ServiceForm},
        intake::{
            AlertConditionForm, AlertFormat, AlertMatching, AlertRuleForm, AlertSourceForm,
            MaintenanceForm,
        },
    },
    host::Host,
};

fn new<F>(form: F) -> Save<F> {
    Save { was: None, form }
}

fn rule(label: &str, service: Option<String>) -> AlertRuleForm {
    let condition = AlertConditionForm {
        label: label.to_owned(),
        how: AlertMatching::Prefix,
        value: "Checkout".to_owned(),
    };
    AlertRuleForm { conditions: vec![condition], ignore: false, service, severity: Some(1) }
}

fn source(rules: Vec<AlertRuleForm>) -> AlertSourceForm {
    AlertSourceForm {
        name: " Prometheus ".to_owned(),
        format: AlertFormat::Alertmanager,
        service: None,
        severity: 2,
        rules,
        active: true,
    }
}

async fn service(desk: &Desk) -> String {
    let form = ServiceForm { name: "payments".to_owned(), team: None, policy: None, active: true };
    desk.client.save_service(new(form)).await.unwrap()
}

#[tokio::test]
async fn a_source_is_saved_with_its_rules_and_gets_a_token_whose_hash_alone_is_kept() {
    let desk = Desk::new().await;
    let payments = service(&desk).await;
    let form = source(vec![rule(" alertname ", Some(payments.clone()))]);
    let id = desk.client.save_alert_source(new(form)).await.unwrap();
    let view = desk.client.get_directory(()).await.unwrap();
    let shown = &view.alert_sources[0];
    assert_eq!((shown.form.name.as_str(), view.with_token.len()), ("Prometheus", 0));
    assert_eq!(shown.form.rules, [rule("alertname", Some(payments.clone()))]);
    let used: Vec<_> = view.services[0].used_by.iter().map(|user| user.name.as_str()).collect();
    assert_eq!(used, ["Prometheus"]);

    let first = desk.client.renew_alert_token(id.clone()).await.unwrap().token;
    let second = desk.client.renew_alert_token(id.clone()).await.unwrap().token;
    assert_ne!(first, second);
    assert_eq!(second.len(), 64);
    assert_eq!(second[..32], id.replace('-', ""), "the server finds the source by it");
    let directory = desk.client.directory();
    let kept = AlertSource(directory.entity(id.parse().unwrap()).unwrap());
    assert_eq!(kept.token(), Hash::of(second.as_bytes()).to_string());
    let waits = format!("{:?}", desk.outbox().await);
    assert!(!waits.contains(&first) && !waits.contains(&second), "the token itself goes nowhere");
    let view = desk.client.get_directory(()).await.unwrap();
    assert_eq!(view.with_token, std::slice::from_ref(&id));
    assert!(desk.client.renew_alert_token(payments).await.is_err(), "a service has no token");
    desk.judged_by_a_server().await;
}

#[tokio::test]
async fn what_is_wrong_with_a_source_or_a_window_stands_beside_its_field() {
    let desk = Desk::new().await;
    let (client, now) = (&desk.client, desk.host.now().0);
    let nobody = uuid::Uuid::nil().to_string();
    let nowhere = Some(nobody.clone());
    let cases = [
        (AlertSourceForm { name: " ".to_owned(), ..source(vec![]) }, "name: error-name-empty"),
        (AlertSourceForm { severity: 4, ..source(vec![]) }, "severity: error-value-impossible"),
        (
            AlertSourceForm { service: nowhere.clone(), ..source(vec![]) },
            "service: error-service-unknown",
        ),
        (source(vec![rule(" ", None)]), "rules.0.conditions: error-condition-label"),
        (source(vec![rule("a", nowhere.clone())]), "rules.0.service: error-service-unknown"),
        (source(vec![rule("a", None); 51]), "rules: error-rules-many"),
    ];
    for (form, expected) in cases {
        assert_eq!(objections(client.save_alert_source(new(form)).await), [expected]);
    }
    let hour = 3_600_000;
    let window = |start: Option<i64>, end: Option<i64>| MaintenanceForm {
        name: "upgrade".to_owned(),
        services: Vec::new(),
        start,
        end,
        active: true,
    };
    let cases = [
        (window(None, Some(now + hour)), "start: error-time-missing"),
        (window(Some(now), None), "end: error-time-missing"),
        (window(Some(now), Some(now)), "end: error-end-before-start"),
        (window(Some(now - 2 * hour), Some(now - hour)), "end: error-override-past"),
        (window(Some(now), Some(now + 33 * 24 * hour)), "end: error-window-long"),
    ];
    for (form, expected) in cases {
        assert_eq!(objections(client.save_maintenance(new(form)).await), [expected]);
    }
    let unknown = MaintenanceForm { services: vec![nobody], ..window(Some(now), Some(now + hour)) };
    let wrong = objections(client.save_maintenance(new(unknown)).await);
    assert_eq!(wrong, ["services: error-service-unknown"]);
    let payments = service(&desk).await;
    let good = MaintenanceForm { services: vec![payments], ..window(Some(now), Some(now + hour)) };
    client.save_maintenance(new(good.clone())).await.unwrap();
    let view = client.get_directory(()).await.unwrap();
    assert_eq!(view.maintenance[0].form, good);
    // Called off after its time: what was saved before is not objected to.
    desk.push_clock(120);
    let called_off = Save {
        was: Some(view.maintenance[0].clone()),
        form: MaintenanceForm { active: false, ..good },
    };
    client.save_maintenance(called_off).await.unwrap();
    desk.judged_by_a_server().await;
}
