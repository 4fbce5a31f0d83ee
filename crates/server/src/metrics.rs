//! What the server counts about itself, for `/metrics` in the text form of Prometheus.

use std::sync::Mutex;

use prometheus_client::{
    encoding::text::encode,
    metrics::{
        counter::Counter,
        gauge::Gauge,
        histogram::{Histogram, exponential_buckets},
    },
    registry::Registry,
};

/// Numbers of one server process. Cheap to change from anywhere.
#[derive(Debug)]
pub struct Metrics {
    registry: Mutex<Registry>,
    /// WebSocket connections that said hello.
    pub connections: Gauge,
    /// Connections that ended because they did not read what they were sent.
    pub connections_dropped: Counter,
    /// Rows that the tailer read.
    pub rows: Counter,
    /// Place of the last row that the tailer sent.
    pub tail_seq: Gauge,
    /// Change sets accepted here.
    pub accepted: Counter,
    /// Change sets refused here.
    pub refused: Counter,
    /// Change sets not decided here.
    pub not_now: Counter,
    /// Rings put on a connection.
    pub rings: Counter,
    /// Connections told to catch up because their queue was full.
    pub catch_ups: Counter,
    /// Sign-ins that succeeded.
    pub logins: Counter,
    /// Sign-ins that failed or were limited.
    pub logins_refused: Counter,
    /// How late due jobs were taken, in seconds.
    pub job_lag: Histogram,
    /// Jobs run here.
    pub jobs: Counter,
    /// Times that the audit looked here.
    pub audits: Counter,
    /// What it found wrong.
    pub audit_findings: Counter,
    /// Times that it was looked here who on call could not be rung.
    pub readiness_checks: Counter,
    /// Warnings about them that went.
    pub warnings: Counter,
    /// Heartbeats that were taken.
    pub heartbeats: Counter,
    /// Heartbeats that were not.
    pub heartbeat_failures: Counter,
    /// Failures of the database seen by background loops.
    pub store_failures: Counter,
    /// Reports of monitoring systems taken.
    pub reports: Counter,
    /// HTTP requests answered.
    pub requests: Counter,
    /// HTTP requests that ended with a defect of ours.
    pub defects: Counter,
}

impl Default for Metrics {
    fn default() -> Self {
        let metrics = Self {
            registry: Mutex::new(Registry::with_prefix("firebell")),
            connections: Gauge::default(),
            connections_dropped: Counter::default(),
            rows: Counter::default(),
            tail_seq: Gauge::default(),
            accepted: Counter::default(),
            refused: Counter::default(),
            not_now: Counter::default(),
            rings: Counter::default(),
            catch_ups: Counter::default(),
            logins: Counter::default(),
            logins_refused: Counter::default(),
            job_lag: Histogram::new(exponential_buckets(0.005, 2.0, 14)),
            jobs: Counter::default(),
            audits: Counter::default(),
            audit_findings: Counter::default(),
            readiness_checks: Counter::default(),
            warnings: Counter::default(),
            heartbeats: Counter::default(),
            heartbeat_failures: Counter::default(),
            store_failures: Counter::default(),
            reports: Counter::default(),
            requests: Counter::default(),
            defects: Counter::default(),
        };
        metrics.register();
        metrics
    }
}

impl Metrics {
    fn register(&self) {
        let mut registry = self.registry.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        registry.register("connections", "Connected desktops", self.connections.clone());
        registry.register("tail_seq", "Last row that was sent", self.tail_seq.clone());
        let lag = self.job_lag.clone();
        registry.register("job_lag_seconds", "How late due jobs were taken", lag);
        let counters: [(&str, &str, &Counter); 20] = [
            (
                "connections_dropped",
                "Connections ended because they did not read",
                &self.connections_dropped,
            ),
            ("rows", "Rows that the tailer read", &self.rows),
            ("sets_accepted", "Change sets accepted", &self.accepted),
            ("sets_refused", "Change sets refused", &self.refused),
            ("sets_not_now", "Change sets not decided", &self.not_now),
            ("rings", "Rings put on a connection", &self.rings),
            ("catch_ups", "Connections told to catch up", &self.catch_ups),
            ("logins", "Sign-ins that succeeded", &self.logins),
            ("logins_refused", "Sign-ins that failed or were limited", &self.logins_refused),
            ("jobs", "Jobs of the paging engine run", &self.jobs),
            ("audits", "Looks whether paging does what it promises", &self.audits),
            ("audit_findings", "What these looks found wrong", &self.audit_findings),
            ("readiness_checks", "Looks who on call could not be rung", &self.readiness_checks),
            ("warnings", "Warnings about them that went", &self.warnings),
            ("heartbeats", "Heartbeats that were taken", &self.heartbeats),
            ("heartbeat_failures", "Heartbeats that were not taken", &self.heartbeat_failures),
            (
                "store_failures",
                "Failures of the database in background loops",
                &self.store_failures,
            ),
            ("reports", "Reports of monitoring systems taken", &self.reports),
            ("requests", "HTTP requests answered", &self.requests),
            ("defects", "HTTP requests that ended with a defect", &self.defects),
        ];
        for (name, help, counter) in counters {
            registry.register(name, help, counter.clone());
        }
    }

    /// Everything in the text form of Prometheus.
    #[must_use]
    pub fn text(&self) -> String {
        let registry = self.registry.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let mut text = String::new();
        // Writing into a String cannot fail.
        let _ = encode(&mut text, &registry);
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_counted_is_shown() {
        let metrics = Metrics::default();
        metrics.rings.inc_by(3);
        metrics.job_lag.observe(0.2);
        let text = metrics.text();
        assert!(text.contains("firebell_rings_total 3"), "{text}");
        assert!(text.contains("firebell_job_lag_seconds_count 1"), "{text}");
    }
}
