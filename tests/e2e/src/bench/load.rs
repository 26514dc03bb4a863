//! The load: connections that are kept alive, each posting one body after another.

use anyhow::{Context, bail};
use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::{Request, StatusCode, client::conn::http1, header};
use hyper_util::rt::TokioIo;
use signalbox_e2e::{alerts::Metric, config::TOKEN};
use std::{
    fmt,
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::{Duration, Instant},
};
use tokio::{net::TcpStream, task::JoinSet};

/// What a load measured.
pub struct Measured {
    connections: usize,
    took: Duration,
    /// Sorted.
    latencies: Vec<Duration>,
}

/// Alerts are numbered across loads: each is a problem of its own.
static NEXT: AtomicU32 = AtomicU32::new(0);

/// How long a body is, about.
pub fn body_length() -> usize {
    Template::new().body(0).len()
}

/// Posts for a while over so many connections.
pub async fn run(address: SocketAddr, connections: usize, span: Duration) -> anyhow::Result<Measured> {
    let template = Arc::new(Template::new());
    let began = Instant::now();
    let mut senders = JoinSet::new();
    for _ in 0..connections {
        let template = template.clone();
        senders.spawn(async move { send(address, &template, began + span).await });
    }
    let mut latencies = Vec::new();
    while let Some(sent) = senders.join_next().await {
        latencies.extend(sent??);
    }
    let took = began.elapsed();
    latencies.sort_unstable();
    Ok(Measured { connections, took, latencies })
}

async fn send(address: SocketAddr, template: &Template, end: Instant) -> anyhow::Result<Vec<Duration>> {
    let mut sender = connect(address).await?;
    let mut latencies = Vec::new();
    while Instant::now() < end {
        latencies.push(post(&mut sender, template).await?);
    }
    Ok(latencies)
}

type Sender = http1::SendRequest<Full<Bytes>>;

async fn connect(address: SocketAddr) -> anyhow::Result<Sender> {
    let stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    let (sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
    tokio::spawn(connection);
    Ok(sender)
}

/// Posts the next alert, and says how long its 202 took.
async fn post(sender: &mut Sender, template: &Template) -> anyhow::Result<Duration> {
    let body = template.body(NEXT.fetch_add(1, Ordering::Relaxed));
    let request = Request::post("/v1/alerts/azure")
        .header(header::HOST, "127.0.0.1")
        .header(header::AUTHORIZATION, &template.authorization)
        .header(header::CONTENT_TYPE, "application/json")
        .body(Full::new(Bytes::from(body)))?;
    let began = Instant::now();
    sender.ready().await?;
    let response = sender.send_request(request).await?;
    let status = response.status();
    let body = response.into_body().collect().await?.to_bytes();
    if status != StatusCode::ACCEPTED {
        bail!("{status}: {}", String::from_utf8_lossy(&body));
    }
    Ok(began.elapsed())
}

/// A body with one place for a number.
struct Template {
    pieces: Vec<String>,
    authorization: String,
}

// === impl Template ===

impl Template {
    fn new() -> Self {
        let body = Metric::new("cpu-high", "machine-@", 1, "Sev2", jiff::Timestamp::now()).fired().to_string();
        let body = body.replace("000000000001", "@");
        let pieces = body.split('@').map(str::to_owned).collect();
        Self { pieces, authorization: format!("Bearer {TOKEN}") }
    }

    fn body(&self, number: u32) -> String {
        self.pieces.join(&format!("{number:012}"))
    }
}

// === impl Measured ===

impl Measured {
    /// Requests that were answered.
    pub fn count(&self) -> f64 {
        f64::from(u32::try_from(self.latencies.len()).unwrap_or(u32::MAX))
    }

    /// Requests a second.
    pub fn rate(&self) -> f64 {
        self.count() / self.took.as_secs_f64()
    }

    fn percentile(&self, percent: usize) -> Duration {
        let at = (self.latencies.len() * percent / 100).min(self.latencies.len().saturating_sub(1));
        self.latencies.get(at).copied().unwrap_or_default()
    }
}

impl fmt::Display for Measured {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let millis = |percent| self.percentile(percent).as_secs_f64() * 1000.0;
        write!(
            out,
            "{} connections: {:.0} a second, p50 {:.1} ms, p99 {:.1} ms",
            self.connections,
            self.rate(),
            millis(50),
            millis(99)
        )
    }
}

/// A burst of so many alerts over 16 connections.
pub async fn burst(address: SocketAddr, alerts: u32) -> anyhow::Result<()> {
    let template = Arc::new(Template::new());
    let left = Arc::new(AtomicU32::new(alerts));
    let mut senders = JoinSet::new();
    for _ in 0..16 {
        let (template, left) = (template.clone(), left.clone());
        senders.spawn(async move {
            let take = || left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1)).is_ok();
            let mut sender = connect(address).await?;
            while take() {
                post(&mut sender, &template).await.context("a burst's alert")?;
            }
            anyhow::Ok(())
        });
    }
    while let Some(sent) = senders.join_next().await {
        sent??;
    }
    Ok(())
}
