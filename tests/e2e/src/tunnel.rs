//! A forward proxy that leads some names to a simulator, so that a gateway calls services by the names that they have in life.
//!
//! `CONNECT` to port 443 of one of the names gets a tunnel; whatever else is asked for is refused. Both are remembered.

use std::{
    collections::BTreeSet,
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
};
use tokio::{
    io::{self, AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    task::{JoinHandle, JoinSet},
};

/// Longer than the head of any request to it.
const LONGEST_HEAD: usize = 16 << 10;

/// A running proxy. Dropping it closes its port and all tunnels.
#[derive(Debug)]
pub struct Tunnel {
    /// `http://127.0.0.1:…`.
    pub url: String,
    asked: Asked,
    task: JoinHandle<()>,
}

type Asked = Arc<Mutex<BTreeSet<String>>>;

// === impl Tunnel ===

impl Tunnel {
    /// Leads these names to an address.
    ///
    /// # Errors
    /// Where there is no port.
    pub async fn start(names: &[&str], to: SocketAddr) -> anyhow::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let url = format!("http://{}", listener.local_addr()?);
        let known: Arc<Vec<String>> = Arc::new(names.iter().map(|name| format!("{name}:443")).collect());
        let asked = Asked::default();
        let remembered = Arc::clone(&asked);
        let task = tokio::spawn(async move {
            let mut tunnels = JoinSet::new();
            loop {
                while tunnels.try_join_next().is_some() {}
                let Ok((client, _)) = listener.accept().await else { continue };
                let (known, asked) = (Arc::clone(&known), Arc::clone(&remembered));
                tunnels.spawn(async move {
                    // What ends a tunnel is the client's to see.
                    let _ = serve(client, &known, &asked, to).await;
                });
            }
        });
        Ok(Self { url, asked, task })
    }

    /// What was asked for: `name:443`, or the target of what was no `CONNECT`.
    #[must_use]
    pub fn asked(&self) -> BTreeSet<String> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Drop for Tunnel {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn serve(mut client: TcpStream, known: &[String], asked: &Asked, to: SocketAddr) -> io::Result<()> {
    let head = head(&mut client).await?;
    let mut words = head.split_whitespace();
    let (method, target) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    asked.lock().unwrap_or_else(PoisonError::into_inner).insert(target.to_owned());
    if method != "CONNECT" || !known.iter().any(|name| name == target) {
        return client.write_all(b"HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n").await;
    }
    let mut server = TcpStream::connect(to).await?;
    client.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n").await?;
    io::copy_bidirectional(&mut client, &mut server).await.map(drop)
}

/// Up to the empty line; a client says nothing behind it before it is answered.
async fn head(client: &mut TcpStream) -> io::Result<String> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        if head.len() > LONGEST_HEAD {
            return Err(io::ErrorKind::InvalidData.into());
        }
        head.push(client.read_u8().await?);
    }
    Ok(String::from_utf8_lossy(&head).into_owned())
}
