//! What is wrong with a plugin as such is found at load, and named.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test says what it found by panicking"
)]

mod plugin_support;

use plugin_support::*;
use signalbox::plugin::{Blame, CacheKey, CompileCache, Compiled, Kind, LoadError, LoadFault, RuntimeOptions};
use std::sync::Arc;

/// A component, in its binary form, that imports and exports empty instances of these names and is nothing else.
fn component(imports: &[&str], exports: &[&str]) -> Vec<u8> {
    let byte = |length: usize| u8::try_from(length).unwrap();
    let section = |id: u8, items: Vec<Vec<u8>>| {
        let count = byte(items.len());
        let body = items.concat();
        [vec![id, byte(body.len() + 1), count], body].concat()
    };
    let named = |name: &str, rest: &[u8]| [&[0, byte(name.len())], name.as_bytes(), rest].concat();
    let empty_instance = byte(imports.len());
    [
        b"\0asm\x0d\0\x01\0".to_vec(),
        section(7, vec![vec![0x42, 0]]),
        section(10, imports.iter().map(|name| named(name, &[5, 0])).collect()),
        section(5, vec![vec![1, 0]]),
        section(11, exports.iter().map(|name| named(name, &[5, empty_instance, 0])).collect()),
    ]
    .concat()
}

async fn refused(bytes: Vec<u8>) -> LoadError {
    runtime().load("odd", bytes).await.unwrap_err()
}

const SOURCE: &str = "signalbox:plugin/source@1.0.0";

#[tokio::test]
async fn an_import_that_nobody_has_is_named() {
    let table = [
        ("acme:files/disk@1.0.0", "plugin `odd` imports `acme:files/disk@1.0.0`, which no source may import"),
        (
            "wasi:http/outgoing-handler@0.2.0",
            "plugin `odd` imports `wasi:http/outgoing-handler@0.2.0`, which no source may import",
        ),
        // What a connection's plugin may import, a source may not.
        (
            "signalbox:plugin/http@1.0.0",
            "plugin `odd` imports `signalbox:plugin/http@1.0.0`, which no source may import",
        ),
    ];
    for (import, words) in table {
        let error = refused(component(&[import], &[SOURCE])).await;
        assert_eq!(error.to_string(), words);
        assert_eq!(error.blame(), Blame::Plugin);
    }
}

#[tokio::test]
async fn all_imports_that_nobody_has_are_named_at_once() {
    let error = refused(component(&["a:b/c", "wasi:cli/environment@0.2.0", "d:e/f"], &[SOURCE])).await;
    assert_eq!(error.to_string(), "plugin `odd` imports `a:b/c`, `d:e/f`, which no source may import");
}

#[tokio::test]
async fn what_is_no_plugin_is_told_why() {
    let module = b"\0asm\x01\0\0\0".to_vec();
    let table = [
        (b"no wasm at all".to_vec(), "plugin `odd` is not a WebAssembly component that can be compiled"),
        (module, "plugin `odd` is not a WebAssembly component that can be compiled"),
        (
            component(&[], &["wasi:cli/run@0.2.0"]),
            "plugin `odd` exports none of the interfaces source, transform, adapter, monitor and sink of `signalbox:plugin`",
        ),
        (
            component(&[], &[SOURCE, "signalbox:plugin/sink@1.0.0"]),
            "plugin `odd` exports more than one kind: source, sink",
        ),
        (component(&[], &[SOURCE]), "plugin `odd` does not fit the contract `signalbox:plugin@1.0.0`"),
        (
            component(&[], &["signalbox:plugin/source@2.0.0"]),
            "plugin `odd` does not fit the contract `signalbox:plugin@1.0.0`",
        ),
    ];
    for (bytes, words) in table {
        assert_eq!(refused(bytes).await.to_string(), words);
    }
}

#[tokio::test]
async fn a_file_that_is_not_there_is_the_operators_fault() {
    let error = runtime().load_file("odd", "no/such.wasm".as_ref()).await.unwrap_err();
    assert!(matches!(error.fault, LoadFault::Read { .. }));
    assert_eq!(error.blame(), Blame::Operator);
}

#[tokio::test]
async fn a_plugin_says_what_it_is() {
    let plugin = loaded(&runtime(), "misbehaving-adapter").await;
    assert_eq!((plugin.kind(), plugin.manifest().name.as_str()), (Kind::Adapter, "misbehaving-adapter"));
    assert!(plugin.manifest().asks.http);
    let abilities: Vec<String> = plugin.manifest().abilities.iter().map(|ability| ability.to_string()).collect();
    assert_eq!(abilities, ["create:incident"]);
}

#[tokio::test]
async fn generations_share_a_plugin_while_one_of_them_has_it() {
    let runtime = runtime();
    let first = loaded(&runtime, "misbehaving").await;
    assert!(Arc::ptr_eq(&first, &loaded(&runtime, "misbehaving").await));
}

#[tokio::test]
async fn a_restart_finds_the_compiled_plugin() {
    let folder = tempfile::tempdir().unwrap();
    let start = || {
        let key = CacheKey::made_at(&folder.path().join("state/key")).unwrap();
        let cache = CompileCache::new(&folder.path().join("cache"), key).unwrap();
        runtime_with(RuntimeOptions { cache: Some(cache), ..RuntimeOptions::default() })
    };
    assert_eq!(loaded(&start(), "misbehaving").await.compiled(), Compiled::Fresh);
    let restarted = start();
    let plugin = loaded(&restarted, "misbehaving").await;
    assert_eq!(plugin.compiled(), Compiled::Cached);
    assert_works(&source(&restarted, limits()).await).await;
}
