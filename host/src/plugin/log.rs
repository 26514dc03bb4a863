//! A plugin's log lines on their way to the operator.
//!
//! What a call may log is bounded in bytes, what a use may log is bounded in lines a second; what is over is counted and
//! dropped, and the count is told when the call ends. Text is a stranger's: it is escaped before it meets `tracing`.

use super::{bindings::log, error::PluginError, words};
use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, PoisonError};

/// Lines a second that a use may log in the long run.
const LINES_A_SECOND: NonZeroU32 = NonZeroU32::new(50).unwrap();
/// Lines that it may log at once.
const BURST: NonZeroU32 = NonZeroU32::new(200).unwrap();
/// Bytes of one line.
const LINE: usize = 4 << 10;
/// Bytes of all fields of one line.
const FIELDS: usize = 2 << 10;
/// How much of what a plugin said last goes into the report of its trap.
const LAST_WORDS: usize = 400;

/// Who speaks, and how much they may.
#[derive(Debug)]
pub(super) struct Voice {
    plugin: Arc<str>,
    used_by: Arc<str>,
    rate: DefaultDirectRateLimiter,
}

/// The log of one call: the host function and the plugin's stdout and stderr write to the same.
#[derive(Clone, Debug)]
pub(super) struct CallLog(Arc<Mutex<Bounded>>);

#[derive(Debug)]
struct Bounded {
    voice: Arc<Voice>,
    left: usize,
    dropped: u64,
    last_words: String,
}

// === impl Voice ===

impl Voice {
    pub(super) fn new(plugin: &str, used_by: &str) -> Self {
        Self {
            plugin: plugin.into(),
            used_by: used_by.into(),
            rate: RateLimiter::direct(Quota::per_second(LINES_A_SECOND).allow_burst(BURST)),
        }
    }

    /// The operator's own line, not the plugin's.
    pub(super) fn tell_breaker_opened(&self, error: &PluginError) {
        let (plugin, used_by) = (&*self.plugin, &*self.used_by);
        metrics::counter!("signalbox_plugin_breaker_opened_total", "plugin" => plugin.to_owned()).increment(1);
        tracing::error!(target: "plugin", plugin, used_by, %error, "the plugin failed too often in a row and rests");
    }

    fn say(&self, level: log::Level, message: &str, fields: &str) {
        let (plugin, used_by) = (&*self.plugin, &*self.used_by);
        let fields = (!fields.is_empty()).then_some(fields);
        match level {
            log::Level::Error => tracing::error!(target: "plugin", plugin, used_by, fields, "{message}"),
            log::Level::Warn => tracing::warn!(target: "plugin", plugin, used_by, fields, "{message}"),
            log::Level::Info => tracing::info!(target: "plugin", plugin, used_by, fields, "{message}"),
            log::Level::Debug => tracing::debug!(target: "plugin", plugin, used_by, fields, "{message}"),
        }
    }
}

// === impl CallLog ===

impl CallLog {
    pub(super) fn new(voice: Arc<Voice>, bytes: usize) -> Self {
        Self(Arc::new(Mutex::new(Bounded { voice, left: bytes, dropped: 0, last_words: String::new() })))
    }

    /// One line, or one more that was dropped.
    pub(super) fn write(&self, level: log::Level, message: &str, fields: &[(String, String)]) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).write(level, message, fields);
    }

    /// One line of the plugin's own error output, kept for the report of a trap.
    pub(super) fn complain(&self, line: &str) {
        let mut bounded = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        bounded.write(log::Level::Warn, line, &[]);
        let kept = words::escaped(line, LAST_WORDS);
        let keeps = bounded.last_words.len() + kept.len() < LAST_WORDS;
        if keeps && !bounded.last_words.is_empty() {
            bounded.last_words.push(' ');
        } else if !keeps {
            bounded.last_words.clear();
        }
        bounded.last_words.push_str(&kept);
    }

    /// What the plugin said last on its error output: a panic's message, say.
    pub(super) fn last_words(&self) -> String {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).last_words.clone()
    }
}

// === impl Bounded ===

impl Bounded {
    fn write(&mut self, level: log::Level, message: &str, fields: &[(String, String)]) {
        let bytes = fields.iter().fold(message.len(), |sum, (name, value)| sum + name.len() + value.len());
        if bytes > self.left || self.voice.rate.check().is_err() {
            self.dropped += 1;
            return;
        }
        self.left -= bytes;
        let mut shown = String::new();
        for (name, value) in fields {
            let space = FIELDS.saturating_sub(shown.len());
            if space == 0 {
                break;
            }
            if !shown.is_empty() {
                shown.push(' ');
            }
            shown.push_str(&words::escaped(name, space));
            shown.push('=');
            shown.push_str(&words::escaped(value, space));
        }
        self.voice.say(level, &words::escaped(message, LINE), &shown);
    }
}

impl Drop for Bounded {
    fn drop(&mut self) {
        if self.dropped > 0 {
            let lines = self.dropped;
            let (plugin, used_by) = (&*self.voice.plugin, &*self.voice.used_by);
            metrics::counter!("signalbox_plugin_log_lines_dropped_total", "plugin" => plugin.to_owned())
                .increment(lines);
            tracing::warn!(target: "plugin", plugin, used_by, lines, "log lines were dropped: the plugin logs too much");
        }
    }
}
