//! A sender as Azure's action groups are: what was answered with 202 is never sent again, anything else always.

use anyhow::{Context, bail};
use reqwest::{Client, StatusCode};
use serde_json::Value;
use signalbox_e2e::{config::TOKEN, install_tls};
use std::{sync::Arc, time::Duration};
use tokio::{
    sync::{Mutex, mpsc, watch},
    task::JoinSet,
};

/// How many bodies are on their way at once.
const AT_ONCE: usize = 16;
/// How long a body waits before it is sent again.
const PAUSE: Duration = Duration::from_millis(20);

/// What a sender has been through.
#[derive(Clone, Copy, Debug, Default)]
pub struct Tally {
    /// Bodies that were answered with 202.
    pub accepted: usize,
    /// Posts that were sent, and never answered.
    pub cut: usize,
    /// Posts that reached nobody.
    pub unreached: usize,
    /// Posts that were answered with 503.
    pub refused: usize,
}

/// A sender at work.
pub struct Sender {
    bodies: mpsc::UnboundedSender<String>,
    target: watch::Sender<Option<String>>,
    tally: Arc<watch::Sender<Tally>>,
    posting: JoinSet<anyhow::Result<()>>,
}

/// One of the many that post.
struct Poster {
    bodies: Arc<Mutex<mpsc::UnboundedReceiver<String>>>,
    target: watch::Receiver<Option<String>>,
    tally: Arc<watch::Sender<Tally>>,
    client: Client,
}

// === impl Sender ===

impl Sender {
    /// With nothing to send yet, and nowhere to send it.
    ///
    /// # Errors
    /// Where no client can be made.
    pub fn start() -> anyhow::Result<Self> {
        install_tls();
        let (bodies, waiting) = mpsc::unbounded_channel();
        let waiting = Arc::new(Mutex::new(waiting));
        let target = watch::Sender::new(None);
        let tally = Arc::new(watch::Sender::default());
        let client = Client::builder().pool_max_idle_per_host(AT_ONCE).build()?;
        let mut posting = JoinSet::new();
        for _ in 0..AT_ONCE {
            let (bodies, target) = (Arc::clone(&waiting), target.subscribe());
            let poster = Poster { bodies, target, tally: Arc::clone(&tally), client: client.clone() };
            posting.spawn(poster.run());
        }
        Ok(Self { bodies, target, tally, posting })
    }

    /// Sends bodies, as soon as there is somebody to send them to.
    ///
    /// # Errors
    /// Where it has ended.
    pub fn send(&self, bodies: &[Value]) -> anyhow::Result<()> {
        for body in bodies {
            self.bodies.send(body.to_string()).context("the sender has ended")?;
        }
        Ok(())
    }

    /// Where the gateway is from now on. Nowhere: its address may be somebody else's by now.
    pub fn aim(&self, ingest: Option<&str>) {
        self.target.send_replace(ingest.map(str::to_owned));
    }

    /// How it stands.
    pub fn tally(&self) -> Tally {
        *self.tally.borrow()
    }

    /// Waits until so many more bodies were accepted.
    ///
    /// # Errors
    /// Where that takes longer than `patience`.
    pub async fn accepted(&self, more: usize, patience: Duration) -> anyhow::Result<()> {
        let wanted = self.tally().accepted + more;
        let mut tally = self.tally.subscribe();
        let waited = tokio::time::timeout(patience, tally.wait_for(|tally| tally.accepted >= wanted)).await;
        waited.context("the gateway accepts too little")??;
        Ok(())
    }

    /// Waits until every body was accepted.
    ///
    /// # Errors
    /// Where one got an answer that is neither 202 nor 503.
    pub async fn done(self) -> anyhow::Result<Tally> {
        let Self { bodies, target: _target, tally, mut posting } = self;
        drop(bodies);
        while let Some(ended) = posting.join_next().await {
            ended??;
        }
        let tally = *tally.borrow();
        Ok(tally)
    }
}

// === impl Poster ===

impl Poster {
    async fn run(mut self) -> anyhow::Result<()> {
        loop {
            let next = self.bodies.lock().await.recv().await;
            let Some(body) = next else { return Ok(()) };
            while !self.is_accepted(&body).await? {
                tokio::time::sleep(PAUSE).await;
            }
        }
    }

    async fn is_accepted(&mut self, body: &str) -> anyhow::Result<bool> {
        let target = self.target.wait_for(Option::is_some).await?.clone().unwrap_or_default();
        let post = self.client.post(format!("{target}/v1/alerts/azure")).bearer_auth(TOKEN);
        let sent = post.header("content-type", "application/json").body(body.to_owned()).send().await;
        let status = sent.as_ref().map(reqwest::Response::status);
        self.tally.send_modify(|tally| match status {
            Ok(StatusCode::ACCEPTED) => tally.accepted += 1,
            Ok(_) => tally.refused += 1,
            Err(error) if error.is_connect() => tally.unreached += 1,
            Err(_) => tally.cut += 1,
        });
        match status {
            Ok(status) if !matches!(status, StatusCode::ACCEPTED | StatusCode::SERVICE_UNAVAILABLE) => {
                bail!("the gateway answers {status}")
            }
            status => Ok(status.is_ok_and(|status| status == StatusCode::ACCEPTED)),
        }
    }
}
