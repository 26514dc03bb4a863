//! Logs Ingestion: what is kept of an upload, and what is refused.

use std::io::Write;

use flate2::{Compression, write::GzEncoder};
use http::Method;
use reqwest::header;
use serde_json::{Value, json};
use signalbox_simulators::azure::{LARGEST, Limit, Limits, Options, RULE, STRANGER, STREAM};

use crate::caller::{MONITOR, send, upload_path, world, world_with};

fn row(number: usize) -> Value {
    json!({ "TimeGenerated": jiff::Timestamp::now().to_string(), "Number_s": format!("INC{number}"), "Sequence_l": number })
}

fn gzip(body: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(body).unwrap();
    encoder.finish().unwrap()
}

/// Rows whose texts are this many bytes in all, and no two alike.
fn rows_of(bytes: usize) -> String {
    let rows: Vec<String> = (0..32).map(|number| row(number).to_string()).collect();
    let left = bytes - rows.iter().map(String::len).sum::<usize>();
    let fill = ",\"Title_s\":\"\"".len();
    let mut texts = Vec::new();
    for (index, row) in rows.iter().enumerate() {
        let share = left / 32 + if index == 0 { left % 32 } else { 0 };
        let random = (0..share - fill).map(|_| char::from(rand_letter())).collect::<String>();
        texts.push(format!("{},\"Title_s\":\"{random}\"}}", row.strip_suffix('}').unwrap()));
    }
    assert_eq!(texts.iter().map(String::len).sum::<usize>(), bytes);
    format!("[{}]", texts.join(","))
}

fn rand_letter() -> u8 {
    b'a' + rand::random::<u8>() % 26
}

#[tokio::test]
async fn rows_are_kept_in_order_whether_packed_or_plain() {
    let world = world().await;
    let token = world.token(MONITOR).await;
    let first = send(
        world.upload_with(&token).header("x-ms-client-request-id", "r-1").body(json!([row(1), row(2)]).to_string()),
    );
    let first = first.await;
    assert_eq!((first.status, first.text.as_str()), (204, ""));
    let packed = gzip(json!([row(3)]).to_string().as_bytes());
    let second = send(world.upload_with(&token).header(header::CONTENT_ENCODING, "gzip").body(packed)).await;
    assert_eq!(second.status, 204, "{}", second.text);
    let numbers: Vec<_> = world.running.instance.rows(STREAM).iter().map(|row| row["Number_s"].clone()).collect();
    assert_eq!(numbers, ["INC1", "INC2", "INC3"]);
    let uploads = world.running.instance.uploads(STREAM);
    assert_eq!((uploads.len(), uploads[0].request.as_deref(), uploads[0].rows.len()), (2, Some("r-1"), 2));
}

#[tokio::test]
async fn what_azure_changes_in_silence_is_told_beside_the_row() {
    let world = world().await;
    let token = world.token(MONITOR).await;
    let body = json!([{
        "TimeGenerated": "2020-01-01T00:00:00Z", "Unknown": 1, "Reopened_i": "many", "Title_s": "x".repeat(70_000),
    }]);
    assert_eq!(world.upload(&token, &body).await.status, 204);
    let row = &world.running.instance.uploads(STREAM)[0].rows[0];
    assert_eq!(
        (row.dropped.as_slice(), row.nulled.as_slice()),
        (&["Unknown".to_owned()][..], &["Reopened_i".to_owned()][..])
    );
    assert_eq!(
        (row.cut.as_slice(), row.values["Title_s"].as_str().unwrap().len()),
        (&["Title_s".to_owned()][..], 65_536)
    );
    assert_eq!(row.replaced_time, Some("2020-01-01T00:00:00Z".parse().unwrap()));
}

#[tokio::test]
async fn one_row_that_cannot_be_refuses_all_of_its_call() {
    let world = world().await;
    let token = world.token(MONITOR).await;
    for wrong in [
        json!({ "Number_s": "INC2" }),
        json!({ "TimeGenerated": "2026-11-22T10:00:00Z", "Title": "reserved" }),
        json!({ "TimeGenerated": "2026-11-22T10:00:00Z", "a-b": 1 }),
        json!(17),
    ] {
        let reply = world.upload(&token, &json!([row(1), wrong])).await;
        assert_eq!(reply.refusal(), (400, "InvalidPayload".into()), "{wrong}");
        assert_eq!(reply.header("x-ms-error-code"), "InvalidPayload");
    }
    for wrong in ["{}", "", "[", "null", "{\"TimeGenerated\":\"2026-11-22T10:00:00Z\"}\n{}"] {
        let reply = send(world.upload_with(&token).body(wrong)).await;
        assert_eq!(reply.refusal(), (400, "InvalidPayload".into()), "{wrong}");
    }
    assert!(world.running.instance.rows(STREAM).is_empty());
}

#[tokio::test]
async fn a_megabyte_is_the_most_both_packed_and_plain() {
    let world = world().await;
    let token = world.token(MONITOR).await;
    let most = rows_of(LARGEST);
    let packed = || world.upload_with(&token).header(header::CONTENT_ENCODING, "gzip");
    assert_eq!(send(packed().body(gzip(most.as_bytes()))).await.status, 204);
    let more = rows_of(LARGEST + 1);
    let reply = send(packed().body(gzip(more.as_bytes()))).await;
    assert_eq!(reply.refusal(), (413, "ContentLengthLimitExceeded".into()));
    assert!(reply.text.contains("Provided content length: 1048577 bytes."), "{}", reply.text);
    // Plain, what stands between the rows is sent too.
    assert_eq!(send(world.upload_with(&token).body(most)).await.status, 413);
    assert_eq!(send(world.upload_with(&token).body(rows_of(LARGEST - 33))).await.status, 204);
    let bomb = gzip(&vec![b' '; 8 << 20]);
    assert_eq!(send(packed().body(bomb)).await.status, 413);
    assert_eq!(world.running.instance.rows(STREAM).len(), 64);
}

#[tokio::test]
async fn what_is_wrong_with_a_call_is_told() {
    let world = world().await;
    let token = world.token(MONITOR).await;
    let path =
        |rule: &str, stream: &str, version: &str| format!("/dataCollectionRules/{rule}/streams/{stream}{version}");
    let version = "?api-version=2023-01-01";
    for (method, path, status, code) in [
        (Method::POST, path("dcr-unknown", STREAM, version), 404, "NotFound"),
        (Method::POST, path(RULE, "Custom-Other_CL", version), 400, "InvalidStream"),
        (Method::POST, path(RULE, STREAM, ""), 400, "MissingApiVersionParameter"),
        (Method::POST, path(RULE, STREAM, "?api-version=2016-04-01"), 400, "UnsupportedApiVersion"),
        (Method::PUT, path(RULE, STREAM, version), 405, "MethodNotAllowed"),
        (Method::POST, format!("/dataCollectionRules/{RULE}{version}"), 404, "NotFound"),
    ] {
        let request = world.bare(method, &path).bearer_auth(&token).header(header::CONTENT_TYPE, "application/json");
        assert_eq!(send(request.body("[]")).await.refusal(), (status, code.to_owned()), "{path}");
    }
    let request = world.bare(Method::POST, &upload_path()).bearer_auth(&token);
    assert_eq!(send(request.body("[]")).await.refusal(), (415, "UnsupportedMediaType".into()));
    let deflated = world.upload_with(&token).header(header::CONTENT_ENCODING, "deflate");
    assert_eq!(send(deflated.body("[]")).await.refusal(), (415, "UnsupportedContentEncoding".into()));
    let not_packed = world.upload_with(&token).header(header::CONTENT_ENCODING, "gzip");
    assert_eq!(send(not_packed.body("[]")).await.refusal(), (400, "InvalidPayload".into()));
}

#[tokio::test]
async fn an_application_without_the_role_uploads_nothing() {
    let world = world().await;
    let token = world.token_of(STRANGER, MONITOR).await;
    assert_eq!(world.upload(&token, &json!([row(1)])).await.refusal(), (403, "OperationFailed".into()));
    assert!(world.running.instance.rows(STREAM).is_empty());
}

#[tokio::test]
async fn too_many_uploads_are_told_when_to_come_back() {
    let limits = Limits { uploads: Limit { requests: 2, window_seconds: 1 << 40 }, ..Limits::default() };
    let world = world_with(Options { limits, ..Options::default() }).await;
    let token = world.token(MONITOR).await;
    for _ in 0..2 {
        world.upload(&token, &json!([row(1)])).await;
    }
    let refused = world.upload(&token, &json!([row(1)])).await;
    assert_eq!(refused.refusal(), (429, "TooManyRequests".into()));
    assert!(refused.header("retry-after").parse::<u64>().unwrap() >= 1);
}
