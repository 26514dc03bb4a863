//! Takes connections, speaks HTTP/1.1 or HTTP/2 on them, and lets go of them gently.
//!
//! Without TLS the first bytes tell the protocol (HTTP/2 by prior knowledge); with TLS, ALPN does. A connection that says
//! nothing in time is closed. At the limit no further connection is taken: they wait in the system's queue.

use arc_swap::ArcSwap;
use axum::{Router, extract::Request, middleware, middleware::Next};
use hyper::rt::{Read, Write};
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::graceful::GracefulShutdown,
    service::TowerToHyperService,
};
use std::{
    io,
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::Semaphore,
    time::timeout,
};
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;

/// What every HTTP/2 connection begins with; no HTTP/1 request can.
const HTTP2_PREFACE: &[u8] = b"PRI ";
/// How much of a request's head is taken.
const MAX_HEADER_LIST: u32 = 64 * 1024;
const MAX_HEAD: usize = 64 * 1024;
/// Requests at the same time on one HTTP/2 connection.
const MAX_STREAMS: u32 = 64;

/// How a listener behaves.
#[derive(Clone)]
pub struct ListenerOptions {
    /// Open connections.
    pub max_connections: u32,
    /// How long a sender may take over a request's head, or a handshake.
    pub header_timeout: Duration,
    /// How long a shutdown waits for requests under way.
    pub drain_timeout: Duration,
    /// Serves HTTPS, with the certificate that is in force when a connection comes.
    pub tls: Option<Arc<ArcSwap<TlsAcceptor>>>,
}

/// A bound listener, not yet serving.
pub struct Listener {
    socket: TcpListener,
    options: ListenerOptions,
}

// === impl Listener ===

impl Listener {
    /// Takes the address.
    ///
    /// # Errors
    /// Where it can't be had.
    pub async fn bind(address: SocketAddr, options: ListenerOptions) -> io::Result<Self> {
        Ok(Self { socket: TcpListener::bind(address).await?, options })
    }

    /// The address as it is, with the port that the system chose where none was asked for.
    ///
    /// # Errors
    /// Where the system doesn't say.
    pub fn address(&self) -> io::Result<SocketAddr> {
        self.socket.local_addr()
    }

    /// Serves until `stop`, then takes no more connections and waits for what is under way.
    pub async fn serve(self, router: Router, stop: CancellationToken) {
        let Self { socket, options } = self;
        let graceful = GracefulShutdown::new();
        let places = Arc::new(Semaphore::new(options.max_connections.max(1) as usize));
        loop {
            let place = tokio::select! {
                place = places.clone().acquire_owned() => place,
                () = stop.cancelled() => break,
            };
            let accepted = tokio::select! {
                accepted = socket.accept() => accepted,
                () = stop.cancelled() => break,
            };
            let stream = match accepted {
                Ok((stream, _)) => stream,
                Err(error) => {
                    // Out of file descriptors, as a rule: taking a breath lets some be closed.
                    tracing::warn!(%error, "a connection could not be taken");
                    tokio::time::sleep(Duration::from_millis(50)).await;
                    continue;
                }
            };
            let connection = serve_connection(stream, router.clone(), options.clone(), graceful.watcher());
            tokio::spawn(async move {
                if let Err(error) = connection.await {
                    tracing::debug!(error, "a connection ended early");
                }
                drop(place);
            });
        }
        drop(socket);
        if timeout(options.drain_timeout, graceful.shutdown()).await.is_err() {
            tracing::warn!("connections were still open when the shutdown's time was over");
        }
    }
}

type Watcher = hyper_util::server::graceful::Watcher;

async fn serve_connection(
    stream: TcpStream,
    router: Router,
    options: ListenerOptions,
    watcher: Watcher,
) -> Result<(), String> {
    stream.set_nodelay(true).map_err(|error| error.to_string())?;
    let silent = |_| "nothing came in time".to_owned();
    if let Some(tls) = &options.tls {
        let handshake = timeout(options.header_timeout, tls.load_full().accept(stream)).await.map_err(silent)?;
        let stream = handshake.map_err(|error| error.to_string())?;
        let http2 = stream.get_ref().1.alpn_protocol() == Some(b"h2");
        return speak(TokioIo::new(stream), http2, router, &options, watcher).await;
    }
    let http2 = timeout(options.header_timeout, begins_http2(&stream)).await.map_err(silent)?;
    speak(TokioIo::new(stream), http2.map_err(|error| error.to_string())?, router, &options, watcher).await
}

/// Looks at the first bytes without taking them.
async fn begins_http2(stream: &TcpStream) -> io::Result<bool> {
    let mut seen = [0; HTTP2_PREFACE.len()];
    loop {
        let length = stream.peek(&mut seen).await?;
        let (Some(seen), Some(preface)) = (seen.get(..length), HTTP2_PREFACE.get(..length)) else { return Ok(false) };
        if length == 0 || seen != preface {
            return Ok(false);
        }
        if length == HTTP2_PREFACE.len() {
            return Ok(true);
        }
        // `peek` answers at once with what is there already: wait for more without spinning.
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

async fn speak<I>(io: I, http2: bool, router: Router, options: &ListenerOptions, watcher: Watcher) -> Result<(), String>
where
    I: Read + Write + Unpin + Send + 'static,
{
    let activity = Arc::new(Activity::default());
    let counted = activity.clone();
    let service = TowerToHyperService::new(router.layer(middleware::from_fn(move |request: Request, next: Next| {
        let busy = counted.begin();
        async move {
            let response = next.run(request).await;
            drop(busy);
            response
        }
    })));
    let idle = async {
        activity.idle(options.header_timeout).await;
        Err("nothing was asked in time".to_owned())
    };
    if http2 {
        let mut builder = hyper::server::conn::http2::Builder::new(TokioExecutor::new());
        builder
            .timer(TokioTimer::new())
            .max_header_list_size(MAX_HEADER_LIST)
            .max_concurrent_streams(MAX_STREAMS)
            .keep_alive_interval(Duration::from_secs(20))
            .keep_alive_timeout(options.header_timeout);
        tokio::select! {
            ended = watcher.watch(builder.serve_connection(io, service)) => ended.map_err(|error| error.to_string()),
            idle = idle => idle,
        }
    } else {
        let mut builder = hyper::server::conn::http1::Builder::new();
        builder.timer(TokioTimer::new()).header_read_timeout(options.header_timeout).max_buf_size(MAX_HEAD);
        tokio::select! {
            ended = watcher.watch(builder.serve_connection(io, service)) => ended.map_err(|error| error.to_string()),
            idle = idle => idle,
        }
    }
}

/// Whether a connection is used. HTTP/2 has no time limit of its own on a handshake, on a head that never ends, or on silence;
/// HTTP/1 has none on a peer that asks and never reads what it is answered.
#[derive(Default)]
struct Activity {
    asked: AtomicU64,
    under_way: AtomicU64,
}

/// A request under way.
struct Busy(Arc<Activity>);

// === impl Activity ===

impl Activity {
    fn begin(self: &Arc<Self>) -> Busy {
        self.asked.fetch_add(1, Ordering::Relaxed);
        self.under_way.fetch_add(1, Ordering::Relaxed);
        Busy(self.clone())
    }

    /// Ends when nothing was under way, and nothing was asked, for so long.
    async fn idle(&self, span: Duration) {
        let mut asked = self.asked.load(Ordering::Relaxed);
        loop {
            tokio::time::sleep(span).await;
            let now = self.asked.load(Ordering::Relaxed);
            if now == asked && self.under_way.load(Ordering::Relaxed) == 0 {
                return;
            }
            asked = now;
        }
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        self.0.under_way.fetch_sub(1, Ordering::Relaxed);
    }
}
