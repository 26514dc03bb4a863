//! The HTTP client of one connection: one request, one whole answer or a reason why there is none.
//!
//! It follows no redirect, keeps no cookie, reads no proxy from the environment and repeats nothing. Its errors tell apart
//! what surely was not sent (no address, no connection, no TLS) from what may have been done (anything later).

use super::{
    ConnectionSpec, Secret,
    lookup::{Guard, Lookup, Reach, Unresolved},
    message::{Answer, Outgoing},
};
use crate::domain::HttpError;
use bytes::BytesMut;
use reqwest::{Certificate, Identity, Proxy, redirect, retry};
use std::{
    error::Error,
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::time::sleep_until;

/// A connection that cannot be opened as it is configured.
#[derive(Debug, thiserror::Error)]
pub enum InvalidClient {
    /// Certificates that cannot be read.
    #[error("`tls.ca` holds no certificates in PEM")]
    Authorities,
    /// A client certificate or key that cannot be read.
    #[error("`tls.client_cert` is not a certificate chain with its key, both in PEM")]
    Identity,
    /// A proxy that is none.
    #[error("the proxy `{0}` is not an address that begins with http:// or https://")]
    Proxy(String),
    /// A proxy at an address that may not be reached.
    #[error("the proxy is not to be reached: {0}")]
    ProxyAddress(String),
    /// Anything else, such as a system without a certificate store.
    #[error("no HTTP client can be made: {0}")]
    Client(String),
}

/// See the module.
#[derive(Debug)]
pub(super) struct Client {
    http: reqwest::Client,
    guard: Guard,
}

/// Opening a TCP and TLS connection takes no longer, so that a platform that swallows packets counts as not reached.
const CONNECT: Duration = Duration::from_secs(5);

/// Shorter than what common servers keep idle connections for: one that the server has just closed makes a sent request's
/// outcome unknown.
const IDLE: Duration = Duration::from_secs(15);

// === impl Client ===

impl Client {
    /// For the platform: `identity` says whether to show the client certificate.
    pub(super) fn for_platform(
        spec: &ConnectionSpec,
        lookup: Arc<dyn Lookup>,
        identity: bool,
    ) -> Result<Self, InvalidClient> {
        let networks = spec.networks.clone();
        let reach = if spec.proxy.is_some() { Reach::Proxied(networks) } else { Reach::Networks(networks) };
        let mut builder = builder().connect_timeout(CONNECT.min(spec.limits.request_timeout / 2));
        if let Some(ca) = &spec.tls.ca {
            let authorities = Certificate::from_pem_bundle(ca.as_bytes()).map_err(|_| InvalidClient::Authorities)?;
            if authorities.is_empty() {
                return Err(InvalidClient::Authorities);
            }
            builder = builder.tls_certs_only(authorities);
        }
        if let Some(shown) = spec.tls.identity.as_ref().filter(|_| identity) {
            let pem = Secret::from(format!("{}\n{}", shown.certificate, shown.key.expose()));
            builder =
                builder.identity(Identity::from_pem(pem.expose().as_bytes()).map_err(|_| InvalidClient::Identity)?);
        }
        if let Some(proxy) = &spec.proxy {
            let refused = || InvalidClient::Proxy(proxy.url.origin().ascii_serialization());
            if !matches!(proxy.url.scheme(), "http" | "https") {
                return Err(refused());
            }
            Guard::new(Arc::clone(&lookup), Reach::Networks(spec.networks.clone()))
                .check_literal(&proxy.url)
                .map_err(|cause| InvalidClient::ProxyAddress(cause.to_string()))?;
            let mut forward = Proxy::all(proxy.url.clone()).map_err(|_| refused())?;
            if let Some((user, password)) = &proxy.login {
                forward = forward.basic_auth(user, password.expose());
            }
            builder = builder.proxy(forward);
        }
        Self::finish(builder, Guard::new(lookup, reach))
    }

    /// For a metadata address, and for nothing else.
    pub(super) fn for_metadata(lookup: Arc<dyn Lookup>) -> Result<Self, InvalidClient> {
        Self::finish(builder().connect_timeout(CONNECT), Guard::new(lookup, Reach::Metadata))
    }

    fn finish(builder: reqwest::ClientBuilder, guard: Guard) -> Result<Self, InvalidClient> {
        let http = builder
            .dns_resolver(Arc::new(guard.clone()))
            .build()
            .map_err(|error| InvalidClient::Client(innermost(&error.without_url())))?;
        Ok(Self { http, guard })
    }

    /// Sends `request` and takes in the whole answer, up to `limit` bytes of body.
    pub(super) async fn exchange(&self, request: Outgoing, deadline: Instant, limit: u64) -> Result<Answer, HttpError> {
        self.guard.check_literal(&request.url).map_err(|cause| HttpError::Denied(cause.to_string()))?;
        let begin = Instant::now();
        tokio::select! {
            // The clock goes first: a process that was stopped for a while must not send what was due before.
            biased;
            () = sleep_until(deadline.into()) => {
                let waited = begin.elapsed().as_secs_f32();
                Err(HttpError::OutcomeUnknown(format!("no answer within {waited:.1} s")))
            }
            outcome = self.exchange_untimed(request, limit) => outcome,
        }
    }

    async fn exchange_untimed(&self, request: Outgoing, limit: u64) -> Result<Answer, HttpError> {
        let Outgoing { method, url, headers, body } = request;
        let sent = self.http.request(method, url).headers(headers).body(body).send().await;
        let mut response = sent.map_err(|error| without_answer(&error.without_url()))?;
        if response.content_length().is_some_and(|length| length > limit) {
            return Err(HttpError::TooLarge(limit));
        }
        let (status, headers) = (response.status(), std::mem::take(response.headers_mut()));
        let mut body = BytesMut::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| cut_short(&error.without_url()))? {
            if u64::try_from(body.len() + chunk.len()).map_or(true, |length| length > limit) {
                return Err(HttpError::TooLarge(limit));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Answer { status, headers, body: body.freeze() })
    }
}

fn builder() -> reqwest::ClientBuilder {
    // `main` installs the provider of cryptography; whoever comes without `main` gets the same one.
    if rustls::crypto::CryptoProvider::get_default().is_none() {
        let installed = rustls::crypto::aws_lc_rs::default_provider().install_default();
        drop(installed);
    }
    reqwest::Client::builder()
        .no_proxy()
        .redirect(redirect::Policy::none())
        .retry(retry::never())
        .referer(false)
        .gzip(true)
        .pool_idle_timeout(IDLE)
        .tcp_keepalive(IDLE)
        .http2_keep_alive_interval(IDLE)
        .http2_keep_alive_timeout(CONNECT)
        .user_agent(concat!("signalbox/", env!("CARGO_PKG_VERSION")))
}

fn without_answer(error: &reqwest::Error) -> HttpError {
    if let Some(unresolved) = causes(error).find_map(|cause| cause.downcast_ref::<Unresolved>()) {
        return match unresolved {
            Unresolved::Forbidden { .. } => HttpError::Denied(unresolved.to_string()),
            Unresolved::Empty(_) => HttpError::NotSent(unresolved.to_string()),
        };
    }
    let words = innermost(error);
    if error.is_builder() {
        HttpError::Denied(format!("not a request that can be sent: {words}"))
    } else if error.is_connect() {
        HttpError::NotSent(format!("no connection: {words}"))
    } else {
        HttpError::OutcomeUnknown(format!("no answer: {words}"))
    }
}

fn cut_short(error: &reqwest::Error) -> HttpError {
    HttpError::OutcomeUnknown(format!("the answer was cut short: {}", innermost(error)))
}

fn causes<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |&error| error.source())
}

/// The words of the cause behind all causes: the others only say that something failed.
fn innermost(error: &(dyn Error + 'static)) -> String {
    causes(error).last().map(ToString::to_string).unwrap_or_default()
}
