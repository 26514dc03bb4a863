//! HTTP/1.1 by hand: for what a well-behaved client would never send, and for what it would not show.

use anyhow::{Context, bail};
use std::time::Duration;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// A connection.
pub struct Connection {
    stream: TcpStream,
    read: Vec<u8>,
}

/// One answer.
#[derive(Debug)]
pub struct Answer {
    /// Its status.
    pub status: u16,
    /// Its head, as it came, names in lower case.
    pub head: String,
    /// Its body.
    pub body: String,
}

// === impl Connection ===

impl Connection {
    /// To an address such as `http://127.0.0.1:8080`.
    ///
    /// # Errors
    /// Where nobody takes it.
    pub async fn open(url: &str) -> anyhow::Result<Self> {
        let stream = TcpStream::connect(url.trim_start_matches("http://")).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, read: Vec::new() })
    }

    /// Sends bytes as they are.
    ///
    /// # Errors
    /// Where the other side has closed.
    pub async fn send(&mut self, bytes: impl AsRef<[u8]>) -> anyhow::Result<()> {
        self.stream.write_all(bytes.as_ref()).await?;
        Ok(self.stream.flush().await?)
    }

    /// The next answer, interim ones too; of length zero where it has no `Content-Length`.
    ///
    /// # Errors
    /// Where none comes.
    pub async fn answer(&mut self) -> anyhow::Result<Answer> {
        timeout(PATIENCE, self.next()).await.context("no answer in time")?
    }

    /// Whether an answer comes within this time.
    pub async fn is_answered_within(&mut self, time: Duration) -> bool {
        !self.read.is_empty() || matches!(timeout(time, self.more()).await, Ok(Ok(1..)))
    }

    /// Whether the other side closes, and says nothing before that.
    ///
    /// # Errors
    /// Where it does not close in time.
    pub async fn is_closed_in_silence(&mut self) -> anyhow::Result<bool> {
        Ok(self.rest().await?.is_empty())
    }

    /// All that comes until the other side closes.
    ///
    /// # Errors
    /// Where it does not close in time.
    pub async fn rest(&mut self) -> anyhow::Result<String> {
        let closed = timeout(PATIENCE, async {
            // A reset is an end, too.
            while self.more().await.unwrap_or_default() > 0 {}
        });
        closed.await.context("the connection stays open")?;
        Ok(String::from_utf8_lossy(&std::mem::take(&mut self.read)).into_owned())
    }

    async fn more(&mut self) -> anyhow::Result<usize> {
        Ok(self.stream.read_buf(&mut self.read).await?)
    }

    async fn next(&mut self) -> anyhow::Result<Answer> {
        let end = loop {
            if let Some(at) = self.read.windows(4).position(|each| each == b"\r\n\r\n") {
                break at + 4;
            }
            if self.more().await? == 0 {
                bail!("the connection ends after {:?}", String::from_utf8_lossy(&self.read));
            }
        };
        let head: Vec<u8> = self.read.drain(..end).collect();
        let head = String::from_utf8_lossy(&head).to_ascii_lowercase();
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).context("no status")?;
        let length: usize = header(&head, "content-length").map_or(Ok(0), str::parse)?;
        while self.read.len() < length {
            if self.more().await? == 0 {
                bail!("the connection ends within the body");
            }
        }
        let body: Vec<u8> = self.read.drain(..length).collect();
        Ok(Answer { status, head, body: String::from_utf8_lossy(&body).into_owned() })
    }
}

// === impl Answer ===

impl Answer {
    /// A header's value.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        header(&self.head, name)
    }
}

fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    head.lines().find_map(|line| line.split_once(": ").filter(|(each, _)| *each == name).map(|(_, value)| value))
}
