//! What the tests of the plugin runtime share: where plugins are, and how one is loaded, used and watched.

#![allow(dead_code, reason = "each test file uses its own part")]

use serde_json::{Value, json};
use signalbox::domain::{
    CallBudget, Content, HttpError, HttpRequest, HttpResponse, Outbound, ProblemId, TicketKey, Timestamp, WorkItem,
    WorkItemKind,
};
use signalbox::plugin::{
    AdapterUse, BreakerPolicy, CacheKey, CompileCache, Decoded, Grants, Limits, Plugin, Runtime, RuntimeOptions,
    SourceFailure, SourceRequest, SourceUse, UseError, UseOptions,
};
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// Where `cargo xtask build-plugins` leaves plugins.
fn folder() -> PathBuf {
    let built = || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../target/plugins");
    std::env::var_os("SIGNALBOX_PLUGINS").map_or_else(built, PathBuf::from)
}

/// A plugin's bytes.
pub fn plugin(name: &str) -> Vec<u8> {
    let file = folder().join(format!("{name}.wasm"));
    std::fs::read(&file)
        .unwrap_or_else(|error| panic!("{}: {error}: run `cargo xtask build-plugins` first", file.display()))
}

/// The names of all that were built.
pub fn plugins() -> Vec<String> {
    let files = std::fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path());
    let plugins = files.filter(|file| file.extension().is_some_and(|extension| extension == "wasm"));
    plugins.map(|file| file.file_stem().unwrap().to_str().unwrap().to_owned()).collect()
}

/// A runtime whose breakers stay closed: tests fail more often than any plugin.
pub fn runtime() -> Runtime {
    let breaker = BreakerPolicy { failures: u32::MAX, open_for: Duration::from_secs(1) };
    runtime_with(RuntimeOptions { breaker, ..RuntimeOptions::default() })
}

/// Compiled plugins are kept from test to test, unless the test brings a cache of its own.
pub fn runtime_with(options: RuntimeOptions) -> Runtime {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("plugin-tests");
    let key = CacheKey::made_at(&folder.join("key")).unwrap();
    let cache = options.cache.or_else(|| CompileCache::new(&folder.join("cache"), key).ok());
    Runtime::new(RuntimeOptions { calls: 64, cache, ..options }).unwrap()
}

pub async fn loaded(runtime: &Runtime, name: &str) -> Arc<Plugin> {
    runtime.load(name, plugin(name)).await.unwrap()
}

/// Short, so that a test that waits for a deadline does not wait long.
pub fn limits() -> Limits {
    Limits { deadline: Duration::from_millis(300), ..Limits::pure() }
}

pub fn options(limits: Limits, settings: Value) -> UseOptions {
    UseOptions { name: "test".to_owned(), settings, limits }
}

pub async fn source(runtime: &Runtime, limits: Limits) -> SourceUse {
    try_source(runtime, limits, json!({})).await.unwrap()
}

pub async fn try_source(runtime: &Runtime, limits: Limits, settings: Value) -> Result<SourceUse, UseError> {
    SourceUse::new(loaded(runtime, "misbehaving").await, options(limits, settings)).await
}

pub fn body(text: &str) -> SourceRequest {
    SourceRequest {
        content_type: "text/plain".to_owned(),
        headers: Vec::new(),
        query: String::new(),
        body: text.into(),
        received_at: "2026-03-01T10:00:05Z".parse().unwrap(),
    }
}

pub async fn decode(source: &SourceUse, text: &str) -> Result<Decoded, SourceFailure> {
    source.decode(body(text)).await
}

/// The next call goes through.
pub async fn assert_works(source: &SourceUse) {
    let decoded = decode(source, "hello").await.unwrap();
    assert_eq!(decoded.alerts.len(), 1);
    assert_eq!(decoded.alerts[0].title, "hello");
}

/// A platform that answers everything, refuses strangers, and remembers.
#[derive(Default)]
pub struct Platform {
    pub seen: Mutex<Vec<HttpRequest>>,
    pub at_once: AtomicUsize,
    pub most_at_once: AtomicUsize,
    pub answers: Mutex<Option<Result<HttpResponse, HttpError>>>,
    /// Until when what is held may be waited for.
    pub held_until: Mutex<Vec<Instant>>,
}

impl Platform {
    pub fn targets(&self) -> Vec<String> {
        self.seen.lock().unwrap().iter().map(|request| format!("{} {}", request.method, request.target)).collect()
    }
}

#[async_trait::async_trait]
impl Outbound for Platform {
    async fn send(&self, request: HttpRequest, budget: CallBudget) -> Result<HttpResponse, HttpError> {
        if request.target.starts_with("https://elsewhere.example") {
            return Err(HttpError::Denied("`origin:https://elsewhere.example` is not granted".to_owned()));
        }
        if request.target == "/hold" {
            self.held_until.lock().unwrap().push(budget.deadline);
            tokio::time::sleep_until(budget.deadline.into()).await;
            return Err(HttpError::OutcomeUnknown("no answer".to_owned()));
        }
        let now = self.at_once.fetch_add(1, Ordering::SeqCst) + 1;
        self.most_at_once.fetch_max(now, Ordering::SeqCst);
        // Of pages the later ones come sooner, so that an order is not there by chance.
        let page: Option<usize> = request.target.strip_prefix("/page/").map(|nth| nth.parse().unwrap());
        tokio::time::sleep(Duration::from_millis(2 + page.map_or(0, |nth| 40_u64.saturating_sub(2 * nth as u64))))
            .await;
        self.at_once.fetch_sub(1, Ordering::SeqCst);
        self.seen.lock().unwrap().push(request.clone());
        if let Some(answer) = self.answers.lock().unwrap().clone() {
            return answer;
        }
        let size = match (request.target.as_str(), page) {
            (_, Some(nth)) => 1_000 + nth,
            ("/large", _) => 3 << 20,
            _ => 2,
        };
        Ok(HttpResponse { status: 200, headers: Vec::new(), body: vec![b'x'; size] })
    }
}

pub async fn adapter(runtime: &Runtime, limits: Limits, platform: &Arc<Platform>) -> AdapterUse {
    let granted = Grants { http: true, ..Grants::default() };
    let plugin = loaded(runtime, "misbehaving-adapter").await;
    let outbound: Arc<dyn Outbound> = Arc::clone(platform) as _;
    AdapterUse::new(plugin, options(limits, json!({})), &granted, outbound).await.unwrap()
}

pub fn budget() -> CallBudget {
    CallBudget { deadline: Instant::now() + Duration::from_secs(60), send_before: None }
}

pub fn item(title: &str) -> WorkItem {
    let problem = ProblemId::from("0123456789");
    WorkItem {
        kind: WorkItemKind::Incident,
        key: TicketKey::of(&problem, 1),
        problem,
        follows: None,
        content: Content { title: Some(title.to_owned()), ..Content::default() },
        labels: Vec::new(),
        notes: Vec::new(),
        attachments: Vec::new(),
        again: false,
    }
}

pub fn now() -> Timestamp {
    Timestamp::now()
}
