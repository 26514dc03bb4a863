//! What one fresh plugin call costs: a new instance, a body in, an alert out. Prints figures, asserts nothing.
//!
//! `cargo xtask bench` runs it; it takes the components from `target/plugins`.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a bench that can't measure has nothing else to do"
)]

use signalbox::{
    domain::{Condition, Timestamp},
    plugin::{CacheKey, CompileCache, Runtime, RuntimeOptions, SourceRequest, SourceUse, UseOptions},
};
use std::{
    path::Path,
    time::{Duration, Instant},
};

const CALLS: u32 = 5000;
const FIXTURES: &str = "../tests/fixtures";

fn main() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(measure());
}

async fn measure() {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace");
    let folder = tempfile::tempdir().expect("a folder");
    let cache = CompileCache::new(folder.path(), CacheKey::of_this_process()).expect("a cache");
    let options = RuntimeOptions { cache: Some(cache), ..RuntimeOptions::default() };
    let plugins = Runtime::new(options).expect("the plugin runtime");
    let began = Instant::now();
    let (name, body) = a_body(workspace);
    let plugin = plugins.load_file(&name, &workspace.join(format!("target/plugins/{name}.wasm"))).await;
    let plugin = plugin.expect("the plugin: `cargo xtask build-plugins`");
    println!("compile and describe `{name}`: {:.0} ms", began.elapsed().as_secs_f64() * 1000.0);
    let source = SourceUse::new(plugin, UseOptions::default()).await.expect("its use");
    let request = SourceRequest {
        content_type: "application/json".to_owned(),
        headers: Vec::new(),
        query: String::new(),
        body,
        received_at: Timestamp::now(),
    };
    let mut took: Vec<Duration> = Vec::new();
    for _ in 0..CALLS {
        let request = request.clone();
        let began = Instant::now();
        let decoded = source.decode(request).await.expect("alerts");
        took.push(began.elapsed());
        assert!(decoded.alerts.iter().all(|alert| alert.condition == Condition::Fired));
    }
    took.sort_unstable();
    let micros = |at: usize| took[at].as_secs_f64() * 1e6;
    println!(
        "a fresh call that decodes {} bytes: p50 {:.0} µs, p99 {:.0} µs, fastest {:.0} µs ({CALLS} calls, one at a time)",
        request.body.len(),
        micros(took.len() / 2),
        micros(took.len() * 99 / 100),
        micros(0)
    );
}

/// The first fixture that some source plugin of that name takes, and its name.
fn a_body(workspace: &Path) -> (String, Vec<u8>) {
    let host = workspace.join("host").join(FIXTURES);
    let folders = std::fs::read_dir(host).expect("fixtures");
    for folder in folders.flatten().filter(|each| each.path().is_dir()) {
        let name = format!("{}-webhook", folder.file_name().to_string_lossy());
        let mut files: Vec<_> = std::fs::read_dir(folder.path()).expect("a folder").flatten().collect();
        files.sort_by_key(std::fs::DirEntry::file_name);
        let fired = files.iter().find(|file| file.file_name().to_string_lossy().contains("metric-static-fired"));
        if let Some(file) = fired {
            return (name, std::fs::read(file.path()).expect("a fixture"));
        }
    }
    panic!("no fixture of a fired alert");
}
