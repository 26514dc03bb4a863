//! Bounds on answers.

use crate::platform::{Platform, get, open, reply, spec};
use flate2::{Compression, write::GzEncoder};
use signalbox::domain::{HttpError, HttpResponse};
use std::io::Write;

const LIMIT: u64 = 1000;

async fn answered(answer: crate::platform::Reply) -> Result<HttpResponse, HttpError> {
    let platform = Platform::new(move |_, _| answer.clone()).await;
    let mut spec = spec(&platform.url());
    spec.limits.response_bytes = LIMIT;
    get(&open(spec), "/").await
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

#[tokio::test]
async fn a_body_may_be_as_large_as_the_limit_and_no_larger() {
    assert_eq!(answered(reply(200, vec![b'a'; 1000])).await.unwrap().body.len(), 1000);
    assert_eq!(answered(reply(200, vec![b'a'; 1001])).await, Err(HttpError::TooLarge(LIMIT)));
}

#[tokio::test]
async fn a_body_without_a_length_is_counted() {
    let chunk = format!("258\r\n{}\r\n", "a".repeat(600));
    let one = reply(200, format!("{chunk}0\r\n\r\n")).header("transfer-encoding", "chunked");
    assert_eq!(answered(one).await.unwrap().body.len(), 600);
    let two = reply(200, format!("{chunk}{chunk}0\r\n\r\n")).header("transfer-encoding", "chunked");
    assert_eq!(answered(two).await, Err(HttpError::TooLarge(LIMIT)));
}

#[tokio::test]
async fn what_a_body_unpacks_to_is_counted() {
    let small = reply(200, gzip(b"hello")).header("content-encoding", "gzip");
    let answer = answered(small).await.unwrap();
    assert_eq!(answer.body, b"hello");
    assert!(!answer.headers.iter().any(|(name, _)| name == "content-encoding"), "{:?}", answer.headers);
    let bomb = gzip(&vec![0; 600_000]);
    assert!(bomb.len() < 1000);
    assert_eq!(answered(reply(200, bomb).header("content-encoding", "gzip")).await, Err(HttpError::TooLarge(LIMIT)));
}
