//! A bare HTTP server: reads a body, hands it on, answers with a status and no more than it must.

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::{Request, Response, StatusCode, body::Incoming, service::service_fn};
use hyper_util::rt::TokioIo;
use std::{convert::Infallible, future::Future, net::SocketAddr};
use tokio::net::TcpListener;

/// A server, until it is dropped.
pub struct Server {
    /// Where it listens.
    pub address: SocketAddr,
    serving: tokio::task::JoinHandle<()>,
}

// === impl Server ===

impl Server {
    /// Starts one that answers as `answer` says.
    pub async fn start<A, F>(answer: A) -> anyhow::Result<Self>
    where
        A: Fn(Bytes) -> F + Clone + Send + Sync + 'static,
        F: Future<Output = StatusCode> + Send + 'static,
    {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = listener.local_addr()?;
        let serving = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let _slow = stream.set_nodelay(true);
                let answer = answer.clone();
                tokio::spawn(async move {
                    let connection = hyper::server::conn::http1::Builder::new();
                    let service = service_fn(|request| respond(request, &answer));
                    let _ended = connection.serve_connection(TokioIo::new(stream), service).await;
                });
            }
        });
        Ok(Self { address, serving })
    }

    /// One that answers 202 and does nothing.
    pub async fn bare() -> anyhow::Result<Self> {
        Self::start(|_| async { StatusCode::ACCEPTED }).await
    }

    /// Serves until it is ended from outside.
    pub async fn serve(mut self) {
        let _ended = (&mut self.serving).await;
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

async fn respond<F: Future<Output = StatusCode>>(
    request: Request<Incoming>,
    answer: impl Fn(Bytes) -> F,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let status = match request.into_body().collect().await {
        Ok(body) => answer(body.to_bytes()).await,
        Err(_) => StatusCode::BAD_REQUEST,
    };
    let mut response = Response::new(Full::new(Bytes::from_static(b"{\"accepted\":[]}")));
    *response.status_mut() = status;
    Ok(response)
}
