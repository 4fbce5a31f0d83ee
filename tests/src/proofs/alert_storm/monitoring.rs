//! The real Prometheus and the real Alertmanager, as Debian packages them.

use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::exporter::Exporter;
use crate::harness::process::{Process, free_port};
use crate::harness::wait;

/// How long one of them may take to start, or to answer.
const SOON: Duration = Duration::from_secs(30);

/// Both of them, and what they watch.
pub(super) struct Monitoring {
    exporter: Exporter,
    alertmanager: SocketAddr,
    _processes: [Process; 2],
}

impl Monitoring {
    /// Starts them: whatever fires is reported to `url`.
    pub(super) async fn start(folder: &Path, url: &str, token: &str, shelves: u32) -> Result<Self> {
        let exporter = Exporter::start(shelves).await?;
        let alertmanager = SocketAddr::from(([127, 0, 0, 1], free_port()?));
        let prometheus = SocketAddr::from(([127, 0, 0, 1], free_port()?));
        let file = |name: &str, text: String| -> Result<_> {
            let path = folder.join(name);
            fs::write(&path, text)?;
            Ok(path)
        };
        let am = file("alertmanager.yml", alertmanager_config(url, token))?;
        file("rules.yml", RULES.to_owned())?;
        let prom = file("prometheus.yml", prometheus_config(exporter.address(), alertmanager))?;
        let mut command = Command::new("prometheus-alertmanager");
        command
            .arg(format!("--config.file={}", am.display()))
            .arg(format!("--storage.path={}", folder.join("alertmanager").display()))
            .arg(format!("--web.listen-address={alertmanager}"))
            .arg("--cluster.listen-address=");
        let mut first = Process::start("alertmanager", command, folder)
            .context("the package prometheus-alertmanager is needed")?;
        first.ready(SOON, async || get(alertmanager, "/-/ready").await.is_ok()).await?;
        let mut command = Command::new("prometheus");
        command
            .arg(format!("--config.file={}", prom.display()))
            .arg(format!("--storage.tsdb.path={}", folder.join("prometheus").display()))
            .arg(format!("--web.listen-address={prometheus}"));
        let mut second = Process::start("prometheus", command, folder)
            .context("the package prometheus is needed")?;
        second
            .ready(SOON, async || {
                get(prometheus, "/-/ready").await.is_ok_and(|text| text.contains("200 OK"))
            })
            .await?;
        Ok(Self { exporter, alertmanager, _processes: [first, second] })
    }

    /// The storm begins, or is over.
    pub(super) fn set_down(&self, down: bool) {
        self.exporter.set_down(down);
    }

    /// How often Alertmanager was not let through, by its own count.
    pub(super) async fn refused(&self) -> Result<u64> {
        let text = get(self.alertmanager, "/metrics").await?;
        let name = "alertmanager_notification_requests_failed_total{integration=\"webhook\"}";
        Ok(metric(&text, name))
    }
}

/// One group for the whole storm, reported once a second while it changes, repeated every two.
fn alertmanager_config(url: &str, token: &str) -> String {
    format!(
        "route:\n  receiver: firebell\n  group_by: [alertname]\n  group_wait: 1s\n  group_interval: 1s\n  \
         repeat_interval: 2s\nreceivers:\n  - name: firebell\n    webhook_configs:\n      - url: {url}\n        \
         send_resolved: true\n        http_config:\n          authorization:\n            type: Bearer\n            \
         credentials: {token}\n"
    )
}

const RULES: &str = "groups:
  - name: shop
    rules:
      - alert: ShelfDown
        expr: shop_down == 1
        labels: {severity: critical}
        annotations: {summary: 'shelf {{ $labels.shelf }} is down'}
";

fn prometheus_config(exporter: SocketAddr, alertmanager: SocketAddr) -> String {
    format!(
        "global: {{scrape_interval: 1s, evaluation_interval: 1s}}\nrule_files: [rules.yml]\n\
         alerting:\n  alertmanagers:\n    - static_configs: [{{targets: ['{alertmanager}']}}]\n\
         scrape_configs:\n  - job_name: shop\n    static_configs: [{{targets: ['{exporter}']}}]\n"
    )
}

/// An answer, head and body.
pub(super) async fn get(address: SocketAddr, path: &str) -> Result<String> {
    wait::within(path, SOON, async {
        let mut stream = TcpStream::connect(address).await?;
        let request =
            format!("GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).await?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await?;
        Ok(String::from_utf8_lossy(&answer).into_owned())
    })
    .await
}

/// A number in the text form of Prometheus; zero while nothing was counted.
pub(super) fn metric(text: &str, name: &str) -> u64 {
    let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
    line.and_then(|value| value.trim().parse::<f64>().ok()).map_or(0, |value| value as u64)
}
