//! Waiting for a condition, with a bound.

use std::future::Future;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};

/// Asks again and again until there is an answer; past the limit it says what was waited for.
///
/// An error of the question itself ends the wait at once.
pub async fn until<T, F>(what: &str, limit: Duration, mut ask: impl FnMut() -> F) -> Result<T>
where
    F: Future<Output = Result<Option<T>>>,
{
    let started = Instant::now();
    let mut pause = Duration::from_millis(2);
    loop {
        if let Some(answer) = ask().await? {
            return Ok(answer);
        }
        if started.elapsed() >= limit {
            bail!("waited {:.1} s for {what}, in vain", limit.as_secs_f64());
        }
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(Duration::from_millis(50));
    }
}

/// Gives a future a limit; past it the error says what was waited for.
pub async fn within<T>(
    what: &str,
    limit: Duration,
    future: impl Future<Output = Result<T>>,
) -> Result<T> {
    match tokio::time::timeout(limit, future).await {
        Ok(result) => result,
        Err(_) => bail!("{what} took longer than {:.1} s", limit.as_secs_f64()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_wait_in_vain_says_what_for() {
        let limit = Duration::from_millis(5);
        let error = until("the moon", limit, async || Ok(None::<()>)).await;
        let text = error.expect_err("never").to_string();
        assert_eq!(text, "waited 0.0 s for the moon, in vain");
    }

    #[tokio::test]
    async fn a_wait_ends_with_its_answer() {
        let mut asked = 0;
        let answer = until("three", Duration::from_secs(5), || {
            asked += 1;
            let now = asked;
            async move { Ok((now == 3).then_some(now)) }
        });
        assert_eq!(answer.await.expect("three"), 3);
    }
}
