//! A source that does what a plugin must not, on demand: the body's first word says what. Tests of the host run it.
//!
//! Any other body becomes one alert with that text as its title, so that a test can see that the next call goes through.

#![allow(clippy::panic, reason = "a panic is one of the things that a plugin must not do")]

mod hunger;

use signalbox_sdk::source::description::{self, Finding, Manifest};
use signalbox_sdk::source::{self, DecodeError, Decoded, Fault, Request, log, settings};
use signalbox_sdk::types::{Alert, Condition, Fact, Severity};
use std::hint::black_box;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// What the host calls.
pub struct Misbehaving;

impl description::Guest for Misbehaving {
    fn describe() -> Manifest {
        Manifest {
            name: "misbehaving".to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            summary: "Does what a plugin must not, on demand".to_owned(),
            settings_schema: SCHEMA.to_owned(),
            grants: Vec::new(),
            abilities: Vec::new(),
            extra: "{}".to_owned(),
        }
    }

    fn check() -> Vec<Finding> {
        let settings: serde_json::Value = serde_json::from_str(&settings::get()).unwrap_or_default();
        match settings.get("check").and_then(serde_json::Value::as_str) {
            Some("loop") => spin(),
            Some(message) => vec![Finding { at: "/check".to_owned(), message: message.to_owned() }],
            None => Vec::new(),
        }
    }
}

/// `check`: what `check` finds; `loop` never finds anything.
const SCHEMA: &str = r#"{
  "type": "object",
  "additionalProperties": false,
  "properties": {
    "check": { "type": "string", "description": "What `check` finds; `loop` makes it find nothing, ever." },
    "level": { "type": "integer", "minimum": 1, "description": "Unused: something for a schema to refuse." }
  }
}"#;

impl source::Guest for Misbehaving {
    fn decode(request: Request) -> Result<Decoded, DecodeError> {
        let body = String::from_utf8_lossy(&request.body).into_owned();
        let alerts = match body.as_str() {
            "loop" => spin(),
            "eat one large block" => hunger::one_large(),
            "eat many small blocks" => hunger::many_small(),
            "trap" => trap(),
            "panic" => panic!("this plugin panics on demand"),
            "exhaust the stack" => vec![alert(&deeper(black_box(0)).to_string())],
            "exit" => std::process::exit(3),
            "flood the log" => flood_log(),
            "flood stdout" => flood_stdout(),
            "log escapes" => {
                log::write(log::Level::Info, "\u{1b}[2J\u{202e}title\nsecond line", &[("a".into(), "\u{7}".into())]);
                vec![alert(&body)]
            }
            "sleep" => slept(),
            "random" => vec![alert(&random())],
            "open a socket" => vec![alert(&match std::net::TcpStream::connect("127.0.0.1:80") {
                Ok(_) => "connected".to_owned(),
                Err(error) => format!("{:?}", error.kind()),
            })],
            "open a file" => vec![alert(&match std::fs::read_to_string("/etc/hostname") {
                Ok(_) => "read".to_owned(),
                Err(_) => "refused".to_owned(),
            })],
            "environment" => vec![alert(&format!("{} {}", std::env::vars().count(), std::env::args().count()))],
            "no time" => vec![Alert { fired_at: "yesterday".to_owned(), ..alert(&body) }],
            "no json" => vec![Alert { payload: "{".to_owned(), ..alert(&body) }],
            "no id" => vec![Alert { id: String::new(), ..alert(&body) }],
            "many alerts" => vec![alert(&body); 1_001],
            "many facts" => vec![Alert { facts: vec![fact(); 10_001], ..alert(&body) }],
            "a long text" => vec![Alert { title: "x".repeat(5 << 20), ..alert(&body) }],
            "the same text a thousand times" => hunger::bomb(),
            "malformed" => return Err(DecodeError::Malformed(Fault { at: "/".into(), message: "as asked".into() })),
            _ => vec![alert(&body)],
        };
        Ok(Decoded { alerts, reply: None })
    }
}

fn spin() -> ! {
    loop {
        black_box(());
    }
}

fn trap() -> ! {
    #[cfg(target_arch = "wasm32")]
    core::arch::wasm32::unreachable();
    #[cfg(not(target_arch = "wasm32"))]
    std::process::abort();
}

/// Calls itself until something gives: no tail call, nothing to fold.
#[inline(never)]
fn deeper(depth: u64) -> u64 {
    if depth == u64::MAX { 0 } else { black_box(deeper(black_box(depth + 1))).wrapping_mul(3).wrapping_add(depth) }
}

fn flood_log() -> Vec<Alert> {
    for line in 0..5_000 {
        log::write(log::Level::Info, &format!("line {line} of a flood"), &[]);
    }
    vec![alert("flooded")]
}

fn flood_stdout() -> Vec<Alert> {
    for line in 0..5_000 {
        println!("line {line} of a flood");
    }
    vec![alert("flooded")]
}

/// Sleeps for an hour, and tells what the clocks make of it.
fn slept() -> Vec<Alert> {
    let (began, monotonic) = (SystemTime::now(), Instant::now());
    std::thread::sleep(Duration::from_secs(3600));
    let seconds = |time: SystemTime| time.duration_since(UNIX_EPOCH).map_or(0, |span| span.as_secs());
    vec![alert(&format!("{} {} {}", seconds(began), seconds(SystemTime::now()), monotonic.elapsed().as_secs()))]
}

/// Std seeds its hash maps from the host's randomness.
fn random() -> String {
    use std::hash::{BuildHasher, RandomState};
    format!("{:x}", RandomState::new().hash_one("the same"))
}

fn fact() -> Fact {
    Fact { group: String::new(), name: "n".to_owned(), value: "v".to_owned(), unit: String::new() }
}

pub(crate) fn alert(title: &str) -> Alert {
    let at = "2026-03-01T10:00:00Z".to_owned();
    Alert {
        id: "a-1".to_owned(),
        correlation_key: "k-1".to_owned(),
        condition: Condition::Fired,
        severity: Severity::Error,
        resolves: true,
        signal: "test".to_owned(),
        rule: "misbehave".to_owned(),
        title: title.to_owned(),
        summary: String::new(),
        description: String::new(),
        observed_at: at.clone(),
        fired_at: at,
        resolved_at: None,
        resources: Vec::new(),
        facts: Vec::new(),
        links: Vec::new(),
        labels: Vec::new(),
        payload: "{}".to_owned(),
    }
}

// Only a component has the contract's exports: their names mean nothing to a native linker.
#[cfg(target_family = "wasm")]
signalbox_sdk::source::export!(Misbehaving);
