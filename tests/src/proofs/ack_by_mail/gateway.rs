//! The phone gateway of `docs/gateway`, as it stands there: it calls, and it believes nobody but the
//! server.

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use firebell_domain::change::Body;
use firebell_domain::id::EntityId;
use firebell_domain::incident::Severity;
use firebell_domain::paging::{Channel, DeliveryState, Page, PageState, Rule, RuleWhen};
use firebell_protocol::http::{ChannelTest, WebhookSecret};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use super::cast::Cast;
use crate::harness::browse::send;
use crate::harness::headless::SOON;
use crate::harness::process::Process;
use crate::harness::raw::{change, put};
use crate::harness::wait;

const PROGRAM: &str = include_str!("../../../../docs/gateway/gateway.py");
const PHONE: &str = "+49 30 0000";

/// The gateway, attached as Eve's way to be reached.
pub(super) struct Gateway {
    webhook: EntityId,
    address: SocketAddr,
    log: PathBuf,
    _process: Process,
}

impl Gateway {
    /// Makes a webhook, starts the gateway with its secret, and gives Eve a rule that uses it.
    pub(super) async fn attach(folder: &Path, cast: &mut Cast) -> Result<Self> {
        let admin = cast.company.admin();
        let fields = [("name", json!("phone")), ("url", json!("http://127.0.0.1:1/"))];
        let webhook = cast.company.add(|id| change(id, Body::Webhook(put(fields)))).await?;
        let secret: WebhookSecret = admin.post(&format!("/webhooks/{webhook}/secret")).await?;
        let (program, log) = (folder.join("gateway.py"), folder.join("gateway.jsonl"));
        fs::write(&program, PROGRAM)?;
        let mut command = Command::new("/usr/bin/python3");
        command.arg(&program).args(["--listen", "127.0.0.1:0", "--log"]).arg(&log);
        // Whoever is called here answers at once.
        command.args(["--", "/bin/sh", "-c", "test -n \"$FIREBELL_PHONE\""]);
        command.env("FIREBELL_WEBHOOK_SECRET", &secret.secret);
        let mut process = Process::start("gateway", command, folder)?;
        let address = process.line("its address", Duration::from_secs(30), |line| {
            let line: Value = serde_json::from_str(line).ok()?;
            line.get("listening")?.as_str()?.parse().ok()
        });
        let address: SocketAddr = address.await?;
        let gateway = Self { webhook, address, log, _process: process };
        gateway.leads_to(cast, &format!("http://{address}/page")).await?;
        let rule = |channel| Rule {
            channel,
            after_secs: 0,
            when: RuleWhen::Always,
            severities: Vec::new(),
        };
        let rules = json!([rule(Channel::Desktop), rule(Channel::Webhook(webhook))]);
        let fields = [("phone", json!(PHONE)), ("rules", rules)];
        let eve = cast.company.person("eve")?;
        admin.does(vec![change(eve, Body::Person(put(fields)))]).await?;
        Ok(gateway)
    }

    async fn leads_to(&self, cast: &Cast, url: &str) -> Result<()> {
        let body = Body::Webhook(put([("url", json!(url))]));
        cast.company.admin().does(vec![change(self.webhook, body)]).await
    }

    fn events(&self) -> Result<Vec<Value>> {
        let text = fs::read_to_string(&self.log).unwrap_or_default();
        // A line that is being written is read the next time.
        Ok(text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect())
    }

    /// How often it called somebody.
    pub(super) fn calls(&self) -> Result<usize> {
        Ok(self.events()?.iter().filter(|event| event["event"] == "called").count())
    }

    /// A page goes out to the gateway, which calls Eve, who answers: the page is hers.
    pub(super) async fn calls_and_acknowledges(&mut self, cast: &mut Cast) -> Result<u64> {
        let before = self.calls()?;
        let incident = cast.declare("eve", Severity::Two, false).await?;
        let eve = cast.company.person("eve")?;
        let hers = |page: Page<'_>| {
            let mine = page.acknowledged_by() == Some(eve);
            (page.state() == PageState::Acknowledged && mine).then(|| page.answer_of(eve))
        };
        let answer = cast.page_is(incident, "the gateway to acknowledge", hers).await?;
        let via = answer.and_then(|answer| answer.via);
        ensure!(via == Some(Channel::Webhook(self.webhook)), "it was acknowledged by {via:?}");
        let fits = |d: &firebell_domain::paging::Delivery| {
            matches!(d.state, DeliveryState::Delivered | DeliveryState::Acknowledged)
        };
        cast.delivery_is(incident, "the webhook to count as delivered", fits).await?;
        let call = wait::until("the call in the gateway's log", SOON, async || {
            let events = self.events()?;
            Ok(events.into_iter().filter(|event| event["event"] == "called").nth(before))
        });
        let call = call.await?;
        ensure!(
            call["phone"] == PHONE && call["keys"].as_array().is_some_and(|keys| keys.len() == 1),
            "{call}"
        );
        cast.settle(incident).await?;
        Ok(2)
    }

    /// A real message is taken once; whatever is changed about it, it is not believed.
    pub(super) async fn believes_nobody_else(&mut self, cast: &Cast) -> Result<u64> {
        let message = self.overhear(cast).await?;
        let genuine = self.deliver(&message).await?;
        ensure!(genuine == 202, "the real message was answered {genuine}");
        let again = self.deliver(&message).await?;
        ensure!(again == 200, "the repeated message was answered {again}");
        let mut forged = Vec::new();
        for at in 0..message.body.len() {
            let mut other = message.clone();
            other.body[at] ^= 1;
            forged.push(other);
        }
        for (at, (name, value)) in message.headers.iter().enumerate() {
            if !name.starts_with("webhook-") {
                continue;
            }
            let last = value.chars().last().unwrap_or_default();
            let changed = if last == '0' { '1' } else { '0' };
            for value in [format!("{value}{changed}"), format!("{changed}{value}"), String::new()] {
                let mut other = message.clone();
                other.headers[at].1 = value;
                forged.push(other);
            }
        }
        for other in &forged {
            let status = self.deliver(other).await?;
            ensure!(status == 401, "a forged message was answered {status}");
        }
        let calls = self.events()?.iter().filter(|event| event["event"] == "test").count();
        ensure!(calls == 1, "{calls} messages were believed");
        Ok(forged.len() as u64)
    }

    /// Listens in the gateway's place to one message of the server.
    async fn overhear(&self, cast: &Cast) -> Result<Message> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        self.leads_to(cast, &format!("http://{}/page", listener.local_addr()?)).await?;
        let overheard = async {
            let (mut stream, _) = listener.accept().await?;
            let mut bytes = Vec::new();
            let message = loop {
                let mut part = [0; 4_096];
                let count = stream.read(&mut part).await?;
                ensure!(count > 0, "the server hung up in the middle of its message");
                bytes.extend_from_slice(&part[..count]);
                if let Some(message) = Message::read(&bytes)? {
                    break message;
                }
            };
            stream.write_all(b"HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n").await?;
            Ok(message)
        };
        let path = format!("/webhooks/{}/test", self.webhook);
        let tested = async { Ok(cast.company.admin().post::<ChannelTest>(&path).await?) };
        let heard = async { tokio::try_join!(overheard, tested) };
        let (message, said) = wait::within("a message of the server", SOON, heard).await?;
        ensure!(said.sent, "{}", said.reason);
        self.leads_to(cast, &format!("http://{}/page", self.address)).await?;
        Ok(message)
    }

    async fn deliver(&self, message: &Message) -> Result<u16> {
        let headers: Vec<(&str, &str)> =
            message.headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        Ok(send(self.address, "POST", "/page", &headers, &message.body).await?.status)
    }

    /// Other addresses of this computer, and what clouds keep at theirs, are not called.
    pub(super) async fn is_reached_by_no_other_address(&mut self, cast: &mut Cast) -> Result<u64> {
        // Somebody listens there: only the server's care keeps it away.
        let trap = TcpListener::bind("127.0.0.2:0").await?;
        let port = trap.local_addr()?.port();
        let urls = [
            format!("http://127.0.0.2:{port}/"),
            format!("https://localhost.:{port}/"),
            "http://169.254.169.254/latest/meta-data/".to_owned(),
        ];
        for url in &urls {
            self.leads_to(cast, url).await?;
            let path = format!("/webhooks/{}/test", self.webhook);
            let said: ChannelTest = cast.company.admin().post(&path).await?;
            ensure!(!said.sent, "{url} was called");
        }
        let caught = tokio::time::timeout(Duration::ZERO, trap.accept()).await;
        ensure!(caught.is_err(), "the server connected to another address of this computer");
        Ok(urls.len() as u64)
    }
}

/// An HTTP request as it came.
#[derive(Debug, Clone)]
struct Message {
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

impl Message {
    /// None while it is not whole.
    fn read(bytes: &[u8]) -> Result<Option<Self>> {
        let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") else {
            return Ok(None);
        };
        let head = std::str::from_utf8(&bytes[..end])?;
        let headers: Vec<(String, String)> = head
            .lines()
            .skip(1)
            .filter_map(|line| line.split_once(": "))
            .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
            .collect();
        let length = headers.iter().find(|(name, _)| name == "content-length");
        let length: usize = length.context("a message without a length")?.1.parse()?;
        let body = &bytes[end + 4..];
        let headers = headers
            .into_iter()
            .filter(|(name, _)| !["content-length", "host"].contains(&name.as_str()))
            .collect();
        Ok((body.len() >= length).then(|| Self { headers, body: body[..length].to_vec() }))
    }
}
