//! Senders that take their time: they may not take others' too.

use super::{Tested, head, metric};
use serde_json::json;
use signalbox_e2e::{Scene, raw::Connection};
use std::time::{Duration, Instant};

#[tokio::test]
async fn a_head_that_does_not_come_in_time_ends_the_connection() -> Tested {
    let scene = Scene::with(|config| config.ingest = "header_timeout = \"400ms\"".to_owned()).await?;
    for (what, begin) in [
        ("silence", ""),
        ("half a request line", "POST /v1/al"),
        ("half a head", "POST /v1/alerts/azure HTTP/1.1\r\nHost: gateway\r\n"),
        ("half the preface of HTTP/2", "PR"),
    ] {
        let began = Instant::now();
        let mut connection = Connection::open(&scene.gateway.ingest).await?;
        connection.send(begin).await?;
        let rest = connection.rest().await?;
        assert!(!rest.contains(" 20"), "{what}: {rest}");
        assert!(began.elapsed() >= Duration::from_millis(300), "{what}: it has its time");
    }
    scene.gateway.accept(&metric("cpu-high").fired()).await?;
    Ok(())
}

#[tokio::test]
async fn a_head_that_drips_ends_as_early_as_one_that_stops() -> Tested {
    let scene = Scene::with(|config| config.ingest = "header_timeout = \"400ms\"".to_owned()).await?;
    let began = Instant::now();
    let mut connection = Connection::open(&scene.gateway.ingest).await?;
    connection.send("POST /v1/alerts/azure HTTP/1.1\r\n").await?;
    while connection.send("X: y\r\n").await.is_ok() && !connection.is_answered_within(Duration::from_millis(20)).await {
        assert!(began.elapsed() < Duration::from_secs(20), "it is still listened to");
    }
    Ok(())
}

#[tokio::test]
async fn who_asks_and_never_reads_gives_the_connection_back() -> Tested {
    let limits = "header_timeout = \"400ms\"\nmax_connections = 1".to_owned();
    let scene = Scene::with(|config| config.ingest = limits).await?;
    let mut connection = Connection::open(&scene.gateway.ingest).await?;
    let many = "GET /v1/alerts/azure HTTP/1.1\r\nHost: gateway\r\n\r\n".repeat(1000);
    let asking = async { while connection.send(&many).await.is_ok() {} };
    let ended = tokio::time::timeout(Duration::from_secs(20), asking).await;
    assert!(ended.is_ok(), "it may ask for ever");
    scene.gateway.accept(&metric("cpu-high").fired()).await?;
    Ok(())
}

#[tokio::test]
async fn a_body_that_does_not_come_in_time_is_to_be_sent_again() -> Tested {
    let scene = Scene::with(|config| config.ingest = "body_timeout = \"400ms\"".to_owned()).await?;
    let mut connection = Connection::open(&scene.gateway.ingest).await?;
    connection.send(head("Content-Length: 1000")).await?;
    connection.send("{\"schemaId\":").await?;
    let answer = connection.answer().await?;
    assert_eq!(answer.status, 503, "{answer:?}");
    assert!(answer.header("retry-after").is_some(), "{answer:?}");
    assert!(connection.is_closed_in_silence().await?);
    assert_eq!(scene.gateway.get("/v1/status").await?["ledger"]["quarantined"], 0, "half a body is nobody's");

    let mut connection = Connection::open(&scene.gateway.ingest).await?;
    connection.send(head("Transfer-Encoding: chunked")).await?;
    let began = Instant::now();
    while connection.send("1\r\n \r\n").await.is_ok() && !connection.is_answered_within(Duration::from_millis(20)).await
    {
        assert!(began.elapsed() < Duration::from_secs(20), "a body that drips is still read");
    }
    assert_eq!(connection.answer().await?.status, 503, "a body that drips");
    Ok(())
}

#[tokio::test]
async fn a_body_that_ends_early_is_nobodys() -> Tested {
    let scene = Scene::start().await?;
    for framing in ["Content-Length: 1000", "Transfer-Encoding: chunked"] {
        let mut connection = Connection::open(&scene.gateway.ingest).await?;
        connection.send(head(framing)).await?;
        connection.send("a\r\n{\"schemaId\"").await?;
    }
    scene.gateway.accept(&metric("cpu-high").fired()).await?;
    let status = scene.gateway.get("/v1/status").await?;
    assert_eq!((&status["ledger"]["alerts"], &status["ledger"]["quarantined"]), (&json!(1), &json!(0)));
    Ok(())
}

#[tokio::test]
async fn a_connection_too_many_waits_for_its_turn() -> Tested {
    let scene = Scene::with(|config| config.ingest = "max_connections = 2".to_owned()).await?;
    let get = "GET /v1/alerts/azure HTTP/1.1\r\nHost: gateway\r\n\r\n";
    let mut first = Connection::open(&scene.gateway.ingest).await?;
    let mut second = Connection::open(&scene.gateway.ingest).await?;
    for connection in [&mut first, &mut second] {
        connection.send(get).await?;
        assert_eq!(connection.answer().await?.status, 401);
    }
    let mut third = Connection::open(&scene.gateway.ingest).await?;
    third.send(get).await?;
    assert!(!third.is_answered_within(Duration::from_millis(500)).await, "there is no place for it");
    drop(first);
    assert_eq!(third.answer().await?.status, 401, "now there is");
    Ok(())
}
