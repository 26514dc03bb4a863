//! The least that can be done: reads a body, answers 202. What the load generator and the kernel allow at most.

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::{Request, Response, StatusCode, body::Incoming, service::service_fn};
use hyper_util::rt::TokioIo;
use std::{convert::Infallible, net::SocketAddr};
use tokio::net::TcpListener;

/// A bare server, until it is dropped.
pub struct Bare {
    /// Where it listens.
    pub address: SocketAddr,
    serving: tokio::task::JoinHandle<()>,
}

// === impl Bare ===

impl Bare {
    /// Starts it.
    pub async fn start() -> anyhow::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = listener.local_addr()?;
        let serving = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let _slow = stream.set_nodelay(true);
                tokio::spawn(async move {
                    let connection = hyper::server::conn::http1::Builder::new();
                    let _ended = connection.serve_connection(TokioIo::new(stream), service_fn(answer)).await;
                });
            }
        });
        Ok(Self { address, serving })
    }
}

impl Drop for Bare {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

async fn answer(request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Infallible> {
    let _whole = request.into_body().collect().await;
    let mut response = Response::new(Full::new(Bytes::from_static(b"{\"accepted\":[]}")));
    *response.status_mut() = StatusCode::ACCEPTED;
    Ok(response)
}
