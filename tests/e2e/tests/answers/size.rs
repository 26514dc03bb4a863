//! 413, before anything is read where the sender announces it; and what is inflated.

use super::{Tested, head, metric};
use anyhow::Context;
use flate2::{Compression, write::GzEncoder};
use reqwest::StatusCode;
use serde_json::Value;
use signalbox_e2e::{Scene, config::TOKEN, raw::Connection, scene::key_of};
use std::io::Write;

async fn scene() -> anyhow::Result<Scene> {
    Scene::with(|config| config.ingest = "max_body = \"20KB\"\nmax_inflated = \"100KB\"".to_owned()).await
}

fn gzip(body: &[u8]) -> anyhow::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(body)?;
    Ok(encoder.finish()?)
}

async fn post_gzip(scene: &Scene, body: Vec<u8>) -> anyhow::Result<(StatusCode, Value)> {
    let request = scene.gateway.to("azure").bearer_auth(TOKEN).header("content-encoding", "gzip");
    let answer = request.body(body).send().await?;
    let status = answer.status();
    Ok((status, serde_json::from_str(&answer.text().await?)?))
}

#[tokio::test]
async fn a_body_that_announces_too_much_is_refused_unread() -> Tested {
    let scene = scene().await?;
    let mut connection = Connection::open(&scene.gateway.ingest).await?;
    connection.send(head("Content-Length: 20001\r\nExpect: 100-continue")).await?;
    let answer = connection.answer().await?;
    assert_eq!(answer.status, 413, "not 100: nothing of the body is wanted: {answer:?}");
    assert!(answer.body.contains("20000 bytes"), "it says the limit: {answer:?}");
    assert!(connection.is_closed_in_silence().await?, "what is left of the upload must not be taken for a request");

    let mut connection = Connection::open(&scene.gateway.ingest).await?;
    connection.send(head("Content-Length: 9999999999")).await?;
    assert_eq!(connection.answer().await?.status, 413, "without waiting for a byte of it");
    Ok(())
}

#[tokio::test]
async fn a_body_that_turns_out_too_long_is_refused_there() -> Tested {
    let scene = scene().await?;
    let mut connection = Connection::open(&scene.gateway.ingest).await?;
    connection.send(head("Transfer-Encoding: chunked")).await?;
    let chunk = format!("1000\r\n{}\r\n", "x".repeat(0x1000));
    for _ in 0..5 {
        connection.send(&chunk).await?;
    }
    let answer = connection.answer().await?;
    assert_eq!(answer.status, 413, "{answer:?}");
    assert!(answer.body.contains("20000 bytes"), "{answer:?}");
    Ok(())
}

#[tokio::test]
async fn a_body_as_long_as_the_limit_is_taken() -> Tested {
    let scene = scene().await?;
    let body = metric("cpu-high").fired().to_string();
    for (length, status) in [(20_000, 202), (20_001, 413)] {
        let padded = format!("{}{body}", " ".repeat(length - body.len()));
        let answer = scene.gateway.to("azure").bearer_auth(TOKEN).body(padded).send().await?;
        assert_eq!(answer.status(), status, "{length} bytes");
    }
    Ok(())
}

#[tokio::test]
async fn chunks_within_the_limit_are_put_together() -> Tested {
    let scene = scene().await?;
    let body = metric("cpu-high").fired().to_string();
    let mut connection = Connection::open(&scene.gateway.ingest).await?;
    connection.send(head("Transfer-Encoding: chunked")).await?;
    for part in body.as_bytes().chunks(100) {
        connection.send(format!("{:x}\r\n", part.len())).await?;
        connection.send(part).await?;
        connection.send("\r\n").await?;
    }
    connection.send("0\r\n\r\n").await?;
    assert_eq!(connection.answer().await?.status, 202);
    Ok(())
}

#[tokio::test]
async fn gzip_is_inflated_and_bounded() -> Tested {
    let scene = scene().await?;
    let body = metric("cpu-high").fired().to_string();
    let (status, told) = post_gzip(&scene, gzip(body.as_bytes())?).await?;
    assert_eq!(status, StatusCode::ACCEPTED, "{told}");
    scene.incident_when(&key_of(&told)?, "the incident is there", |_| true).await?;

    let bomb = gzip(&vec![b' '; 10_000_000])?;
    assert!(bomb.len() < 20_000, "it comes in as a small body");
    let (status, told) = post_gzip(&scene, bomb).await?;
    assert_eq!(status, StatusCode::PAYLOAD_TOO_LARGE, "{told}");
    assert!(told["error"]["message"].as_str().unwrap().contains("inflated"), "{told}");
    assert!(told["error"]["message"].as_str().unwrap().contains("100000 bytes"), "{told}");

    let mut several = gzip(body.as_bytes())?;
    several.extend(gzip(&b" ".repeat(1000))?);
    let (status, told) = post_gzip(&scene, several).await?;
    assert_eq!(status, StatusCode::ACCEPTED, "members one after the other are one body: {told}");
    Ok(())
}

#[tokio::test]
async fn what_is_announced_as_gzip_and_is_not_gets_400_and_is_kept() -> Tested {
    let scene = scene().await?;
    let whole = gzip(metric("cpu-high").fired().to_string().as_bytes())?;
    let mut flipped = whole.clone();
    let middle = flipped.len() / 2;
    flipped[middle] ^= 0xff;
    for (what, body) in [
        ("plain text", b"{\"schemaId\":\"x\"}".to_vec()),
        ("cut short", whole[..whole.len() - 12].to_vec()),
        ("damaged", flipped),
        ("with something behind it", [&whole[..], b"trailing"].concat()),
    ] {
        let (status, told) = post_gzip(&scene, body).await?;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{what}: {told}");
        assert_eq!(told["error"]["code"], "malformed", "{what}: {told}");
        let id = told["error"]["quarantined"].as_str().context("it is not kept")?;
        let kept = scene.gateway.get(&format!("/v1/alerts/show?id={id}")).await?;
        let kept = &kept["bodies"][0];
        assert_eq!(kept["status"], "quarantined", "{what}: {kept}");
        assert!(kept["reason"].as_str().is_some_and(|reason| reason.contains("gzip")), "{what}: {kept}");
    }
    // Sent rightly, the same bytes are an alert and not a twin of what was kept.
    let body = metric("disk-full").fired();
    assert_eq!(post_gzip(&scene, body.to_string().into_bytes()).await?.0, StatusCode::BAD_REQUEST);
    scene.gateway.accept(&body).await?;
    Ok(())
}
