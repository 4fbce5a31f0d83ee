//! What a company's directory needs before a window can page anybody: a service, and who is on call
//! for it. Written as an administrator's desktop would write it, over the WebSocket.

use anyhow::Result;
use firebell_domain::change::Body;
use firebell_domain::directory::Target;
use firebell_domain::id::EntityId;
use serde_json::json;

use super::company::Company;
use super::raw::{change, fresh, put};

/// A service by which one person is paged, being alone in its schedule; the IMOC roster is the same.
pub async fn on_call(company: &Company, service: &str, person: &str) -> Result<EntityId> {
    let person = company.person(person)?;
    let rotation = json!({
        "people": [person], "hand_off": "09:00", "first_day": "2020-01-01", "turn_days": 7,
    });
    let name = format!("{service} on call");
    let zone = json!("Europe/London");
    let schedule = fresh();
    let made = put([("name", json!(name)), ("zone", zone), ("rotation", rotation)]);
    company.admin().does(vec![change(schedule, Body::Schedule(made))]).await?;
    let policy = company.policy(&[&[Target::Schedule(schedule)]], 0).await?;
    company.set_imoc(Some(policy)).await?;
    company.service(service, policy).await
}
