//! What a plugin logs reaches the operator bounded and harmless.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test says what it found by panicking"
)]

mod plugin_support;

use plugin_support::*;
use signalbox::plugin::Limits;
use std::io::Write;
use std::sync::{Arc, Mutex};
use tracing::subscriber::DefaultGuard;

/// Everything that was logged on this thread.
#[derive(Clone, Default)]
struct Journal(Arc<Mutex<Vec<u8>>>);

impl Write for Journal {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Journal {
    fn kept() -> (Self, DefaultGuard) {
        let journal = Self::default();
        let writer = journal.clone();
        let subscriber = tracing_subscriber::fmt()
            .with_ansi(false)
            .with_max_level(tracing::Level::INFO)
            .with_writer(move || writer.clone())
            .finish();
        (journal, tracing::subscriber::set_default(subscriber))
    }

    fn lines(&self) -> Vec<String> {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap().lines().map(str::to_owned).collect()
    }
}

#[tokio::test]
async fn a_flood_is_cut_and_what_is_missing_is_counted() {
    let runtime = runtime();
    for flood in ["flood the log", "flood stdout"] {
        let source = source(&runtime, limits()).await;
        let (journal, _guard) = Journal::kept();
        assert_eq!(decode(&source, flood).await.unwrap().alerts[0].title, "flooded");
        let lines = journal.lines();
        let kept = lines.iter().filter(|line| line.contains("of a flood")).count();
        assert!((150..=300).contains(&kept), "{flood}: {kept}");
        let told = lines.iter().find(|line| line.contains("log lines were dropped")).unwrap();
        assert!(told.contains(&format!("lines={}", 5_000 - kept)), "{told}");
        assert_works(&source).await;
    }
}

#[tokio::test]
async fn log_bytes_bound_one_call() {
    let source = source(&runtime(), Limits { log_bytes: 100, ..limits() }).await;
    let (journal, _guard) = Journal::kept();
    decode(&source, "flood the log").await.unwrap();
    // `line 0 of a flood` has 17 bytes.
    assert_eq!(journal.lines().iter().filter(|line| line.contains("of a flood")).count(), 5);
}

#[tokio::test]
async fn a_line_says_who_and_nothing_that_a_terminal_obeys() {
    let source = source(&runtime(), limits()).await;
    let (journal, _guard) = Journal::kept();
    decode(&source, "log escapes").await.unwrap();
    let lines = journal.lines();
    assert_eq!(lines.len(), 1, "{lines:?}");
    let line = &lines[0];
    assert!(line.contains("\\u{1b}[2J\\u{202e}title\\nsecond line"), "{line}");
    assert!(line.contains("plugin=\"misbehaving\" used_by=\"test\""), "{line}");
    assert!(!line.chars().any(|each| each.is_control()), "{line:?}");
}
