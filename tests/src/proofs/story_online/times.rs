//! The three times of an incident, and typing them into the fields of a real window.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result};
use thirtyfour::By;

use crate::harness::screen::Screen;

/// Minutes before now. Differences that no rounding hides.
const START: u64 = 47;
const DETECTED: u64 = 40;
const END: u64 = 6;

/// Impact start, detected, impact end, in seconds since 1970.
#[derive(Debug)]
pub(super) struct Times([(&'static str, u64); 3]);

impl Times {
    /// Times that lie a little back, on whole minutes as the fields have them.
    pub(super) fn lately() -> Result<Self> {
        let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs() / 60 * 60;
        let ago = |minutes: u64| now - Duration::from_secs(60 * minutes).as_secs();
        Ok(Self([
            ("times-impact_start", ago(START)),
            ("times-detected", ago(DETECTED)),
            ("times-impact_end", ago(END)),
        ]))
    }

    /// From the impact's start until it was detected, as the window says it.
    pub(super) fn ttd(&self) -> String {
        format!("{} min", START - DETECTED)
    }

    /// From the impact's start to its end, as the window says it.
    pub(super) fn ttr(&self) -> String {
        format!("{} min", START - END)
    }

    /// Types them into the three fields.
    pub(super) async fn write(&self, screen: &Screen) -> Result<()> {
        for (field, at) in &self.0 {
            write(screen, field, *at).await.with_context(|| format!("typing {field}"))?;
        }
        Ok(())
    }
}

/// Day, month, year, hour, minute: each a part of the field that takes digits and goes on to the next.
async fn write(screen: &Screen, field: &str, at: u64) -> Result<()> {
    // The window's own zone decides what is read on its clock.
    let local = format!(
        "const at = new Date({at} * 1000); const two = n => String(n).padStart(2, '0');\
         return [two(at.getDate()), two(at.getMonth() + 1), String(at.getFullYear()),\
                 two(at.getHours()), two(at.getMinutes())];"
    );
    let parts: Vec<String> = serde_json::from_value(screen.script(&local).await?)?;
    let input = screen.find(field).await?;
    let names = ["day", "month", "year", "hour", "minute"];
    for (name, digits) in names.into_iter().zip(&parts) {
        let part = input.find(By::Css(format!("[data-segment='{name}']"))).await?;
        part.click().await?;
        screen.keys(digits.as_str()).await?;
    }
    Ok(())
}
