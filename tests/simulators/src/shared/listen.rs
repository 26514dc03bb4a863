//! Listeners over HTTP and HTTPS, HTTP/1.1 and HTTP/2, on whatever port is free.
//!
//! A listener lives as long as its [`Listener`] value: dropping it closes the port and every connection at once, which
//! is what a platform that goes away looks like.

use std::{io, net::SocketAddr, sync::Arc, time::Duration};

use hyper_util::{
    rt::{TokioExecutor, TokioIo},
    server::conn::auto,
    service::TowerToHyperService,
};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpListener,
    task::{JoinHandle, JoinSet},
};
use tokio_rustls::TlsAcceptor;

use super::{
    Apparatus, Platform,
    serve::{Scheme, serve},
};

/// An open port.
#[derive(Debug)]
pub struct Listener {
    /// Where it listens.
    pub address: SocketAddr,
    task: JoinHandle<()>,
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Serves a platform; over TLS where a configuration is given. While the platform is not reachable, the port is closed.
///
/// # Errors
/// When the address can't be listened at.
pub async fn platform<P: Platform>(
    address: SocketAddr,
    tls: Option<Arc<rustls::ServerConfig>>,
    platform: Arc<P>,
    apparatus: Arc<Apparatus>,
) -> io::Result<Listener> {
    let mut listener = TcpListener::bind(address).await?;
    let address = listener.local_addr()?;
    let acceptor = tls.map(TlsAcceptor::from);
    let mut reachable = apparatus.reachable();
    let task = tokio::spawn(async move {
        loop {
            let serving = accept(listener, acceptor.as_ref(), &platform, &apparatus);
            tokio::select! {
                () = serving => {}
                _ = reachable.wait_for(|reachable| !reachable) => {}
            }
            if reachable.wait_for(|reachable| *reachable).await.is_err() {
                return;
            }
            listener = rebind(address).await;
        }
    });
    Ok(Listener { address, task })
}

/// Serves every connection that comes. Dropping this closes the port and all of them.
async fn accept<P: Platform>(
    listener: TcpListener,
    acceptor: Option<&TlsAcceptor>,
    platform: &Arc<P>,
    apparatus: &Arc<Apparatus>,
) {
    let mut connections = JoinSet::new();
    loop {
        while connections.try_join_next().is_some() {}
        let Ok((stream, _)) = listener.accept().await else { continue };
        // Small answers on a loopback: waiting for more to send would only slow benches down.
        let _ = stream.set_nodelay(true);
        let (platform, apparatus, acceptor) = (platform.clone(), apparatus.clone(), acceptor.cloned());
        connections.spawn(async move {
            match acceptor {
                None => connection(stream, Scheme::Http, platform, apparatus).await,
                Some(acceptor) => {
                    if let Ok(stream) = acceptor.accept(stream).await {
                        connection(stream, Scheme::Https, platform, apparatus).await;
                    }
                }
            }
        });
    }
}

/// Takes a port again that was ours; whoever has it meanwhile is waited for.
async fn rebind(address: SocketAddr) -> TcpListener {
    loop {
        match TcpListener::bind(address).await {
            Ok(listener) => return listener,
            Err(_) => tokio::time::sleep(Duration::from_millis(20)).await,
        }
    }
}

/// Serves an axum router over plain HTTP, made when the address is known: the control interface.
///
/// # Errors
/// When the address can't be listened at.
pub async fn router(address: SocketAddr, routes: impl FnOnce(SocketAddr) -> axum::Router) -> io::Result<Listener> {
    let listener = TcpListener::bind(address).await?;
    let address = listener.local_addr()?;
    let router = routes(address);
    let task = tokio::spawn(async move {
        let mut connections = JoinSet::new();
        loop {
            while connections.try_join_next().is_some() {}
            let Ok((stream, _)) = listener.accept().await else { continue };
            let service = TowerToHyperService::new(router.clone());
            connections.spawn(async move {
                let _ = auto::Builder::new(TokioExecutor::new()).serve_connection(TokioIo::new(stream), service).await;
            });
        }
    });
    Ok(Listener { address, task })
}

async fn connection<P: Platform>(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    scheme: Scheme,
    platform: Arc<P>,
    apparatus: Arc<Apparatus>,
) {
    let service = hyper::service::service_fn(move |request| {
        let (platform, apparatus) = (platform.clone(), apparatus.clone());
        async move { serve(&platform, &apparatus, scheme, request).await }
    });
    // An error here is a client that went away or a fault that dropped the connection: both are in the journal.
    let _ = auto::Builder::new(TokioExecutor::new()).serve_connection(TokioIo::new(stream), service).await;
}
