//! The protocols: HTTP/1.1 and HTTP/2, with TLS and without, interim answers, and what is no HTTP at all.

use super::{Tested, head, metric};
use reqwest::{Certificate, Client, StatusCode, Version};
use signalbox_e2e::{Scene, config::TOKEN, raw::Connection};

#[tokio::test]
async fn http2_is_spoken_to_who_begins_with_it() -> Tested {
    let scene = Scene::start().await?;
    let client = Client::builder().http2_prior_knowledge().build()?;
    let url = format!("{}/v1/alerts/azure", scene.gateway.ingest);
    let mut posts = Vec::new();
    for number in 0..20 {
        let body = metric(&format!("rule-{number}")).fired().to_string();
        posts.push(tokio::spawn(client.post(&url).bearer_auth(TOKEN).body(body).send()));
    }
    for post in posts {
        let answer = post.await??;
        assert_eq!((answer.version(), answer.status()), (Version::HTTP_2, StatusCode::ACCEPTED));
    }
    let answer = client.post(&url).body("{}").send().await?;
    assert_eq!((answer.version(), answer.status()), (Version::HTTP_2, StatusCode::UNAUTHORIZED));
    Ok(())
}

#[tokio::test]
async fn https_speaks_what_the_sender_prefers() -> Tested {
    let identity = rcgen::generate_simple_self_signed(vec!["127.0.0.1".to_owned(), "localhost".to_owned()])?;
    let folder = tempfile::tempdir()?;
    let (cert, key) = (folder.path().join("cert.pem"), folder.path().join("key.pem"));
    std::fs::write(&cert, identity.cert.pem())?;
    std::fs::write(&key, identity.signing_key.serialize_pem())?;
    let tls = format!("tls = {{ cert = {cert:?}, key = {{ file = {key:?} }} }}");
    let scene = Scene::with(|config| config.ingest = tls).await?;
    let url = format!("{}/v1/alerts/azure", scene.gateway.ingest.replace("http://", "https://"));
    let trusting =
        || Client::builder().tls_certs_only([Certificate::from_pem(identity.cert.pem().as_bytes()).unwrap()]);
    for (rule, client, version) in [
        ("both", trusting().build()?, Version::HTTP_2),
        ("only-the-old", trusting().http1_only().build()?, Version::HTTP_11),
    ] {
        let answer = client.post(&url).bearer_auth(TOKEN).body(metric(rule).fired().to_string()).send().await?;
        assert_eq!((answer.version(), answer.status()), (version, StatusCode::ACCEPTED), "{rule}");
    }
    let mut plain = Connection::open(&scene.gateway.ingest).await?;
    plain.send(head("Content-Length: 0")).await?;
    assert!(!plain.rest().await?.contains("HTTP/"), "nothing is said in the clear");
    Ok(())
}

#[tokio::test]
async fn a_sender_that_asks_first_is_told_to_go_on() -> Tested {
    let scene = Scene::start().await?;
    let body = metric("cpu-high").fired().to_string();
    let mut connection = Connection::open(&scene.gateway.ingest).await?;
    connection.send(head(&format!("Content-Length: {}\r\nExpect: 100-continue", body.len()))).await?;
    assert_eq!(connection.answer().await?.status, 100);
    connection.send(&body).await?;
    assert_eq!(connection.answer().await?.status, 202);

    let mut connection = Connection::open(&scene.gateway.ingest).await?;
    let stranger = head(&format!("Content-Length: {}\r\nExpect: 100-continue", body.len())).replace(TOKEN, "guessed");
    connection.send(stranger).await?;
    assert_eq!(connection.answer().await?.status, 401, "nobody wants a stranger's body");
    Ok(())
}

#[tokio::test]
async fn a_connection_serves_one_request_after_the_other() -> Tested {
    let scene = Scene::start().await?;
    let mut connection = Connection::open(&scene.gateway.ingest).await?;
    for (rule, status) in [("one", 202), ("two", 202), ("two", 202)] {
        let body = metric(rule).fired().to_string();
        connection.send(format!("{}{body}", head(&format!("Content-Length: {}", body.len())))).await?;
        assert_eq!(connection.answer().await?.status, status);
    }
    connection.send(head("Content-Length: 2")).await?;
    connection.send("[]").await?;
    assert_eq!(connection.answer().await?.status, 400);
    let body = metric("after-a-refusal").fired().to_string();
    connection.send(format!("{}{body}", head(&format!("Content-Length: {}", body.len())))).await?;
    assert_eq!(connection.answer().await?.status, 202, "a refused body does not end the connection");
    Ok(())
}

#[tokio::test]
async fn what_is_no_http_gets_400_or_nothing() -> Tested {
    let scene = Scene::start().await?;
    let smuggled = head("Content-Length: 5\r\nTransfer-Encoding: chunked");
    for garbage in [
        "\u{16}\u{3}\u{1}\u{2}\0\u{1}\0\u{1}\r\n\r\n".to_owned(),
        "HELO gateway\r\n\r\n".to_owned(),
        head("Content-Length: minus one"),
        head("Content-Length: 1\r\nContent-Length: 2"),
        format!("{smuggled}0\r\n\r\nGET /v1/alerts/azure HTTP/1.1\r\nHost: gateway\r\n\r\n"),
        head(&format!("X-Long: {}", "x".repeat(1_000_000))),
    ] {
        let mut connection = Connection::open(&scene.gateway.ingest).await?;
        let shown: String = garbage.chars().take(80).collect();
        // A head that is too long is refused while it is sent.
        let _refused = connection.send(garbage).await;
        let said = connection.rest().await?;
        assert!(said.is_empty() || said.starts_with("HTTP/1.1 4"), "{shown}: {said}");
        assert_eq!(
            said.matches("HTTP/1.1").count(),
            usize::from(!said.is_empty()),
            "one answer at most: {shown}: {said}"
        );
    }
    scene.gateway.accept(&metric("cpu-high").fired()).await?;
    Ok(())
}
