//! Waiting for what will be true soon.

use anyhow::bail;
use std::time::{Duration, Instant};

/// Asks until the answer is there, at most `patience`.
///
/// # Errors
/// Where it does not come in time; `what` says what was waited for.
pub async fn until<T, F>(what: &str, patience: Duration, mut ask: impl FnMut() -> F) -> anyhow::Result<T>
where
    F: Future<Output = Option<T>>,
{
    let end = Instant::now() + patience;
    loop {
        if let Some(answer) = ask().await {
            return Ok(answer);
        }
        if Instant::now() >= end {
            bail!("{what}: not within {} s", patience.as_secs());
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
}
